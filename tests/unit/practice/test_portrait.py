"""Faces: cut to a square, made of points alone; a photo from a folder is looked at before it is shown."""

import io

import pytest
from PIL import Image

from app.practice.folder.jpeg import complaint_about
from app.practice.portrait import SIDE, TooSmall, as_portrait
from tests.pictures import picture, with_place

FACE = as_portrait(picture("JPEG", size=(600, 900)))


@pytest.mark.parametrize("size", [(900, 300), (300, 900), (150, 150), (1600, 1600)])
def test_any_shape_becomes_a_square_no_larger_than_itself(size):
    drawn = as_portrait(picture("PNG", size=size))
    side = min(SIDE, *size)
    assert Image.open(io.BytesIO(drawn)).size == (side, side)
    assert complaint_about(drawn) is None


def test_nothing_shines_through_a_cut_out_face():
    drawn = as_portrait(picture("PNG", size=(200, 200), mode="RGBA", colour=(0, 0, 0, 0)))
    assert Image.open(io.BytesIO(drawn)).getpixel((9, 9)) == (255, 255, 255)


def test_a_blur_is_refused():
    with pytest.raises(TooSmall):
        as_portrait(picture("PNG", size=(119, 800)))


WRONG = {
    "nothing": (b"", "not a JPEG"),
    "a logo": (picture("PNG", size=(200, 200)), "not a JPEG"),
    "half a photo": (FACE[:200], "cut off"),
    "its head alone": (FACE[:2], "cut off"),
    "no points": (b"\xff\xd8\xff\xd9", "damaged"),
    "a photo and more": (FACE + b"<?php", "something follows"),
    "two photos": (FACE + FACE, "something follows"),
    "where it was taken": (with_place((300, 300)), "hidden data"),
    "a remark": (FACE[:20] + b"\xff\xfe\x00\x08Alice!" + FACE[20:], "hidden data"),
    "a strip": (picture("JPEG", size=(300, 90)), "300 by 90"),
    "a giant": (picture("JPEG", size=(1025, 1025)), "1025 by 1025"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_photo_is_said(case):
    content, said = WRONG[case]
    assert said in (complaint_about(content) or "")


def test_no_bytes_whatever_break_the_look():
    for at in range(0, len(FACE), 7):
        complaint_about(FACE[:at] + b"\xff" + FACE[at + 1 :])
        complaint_about(FACE[:at])
