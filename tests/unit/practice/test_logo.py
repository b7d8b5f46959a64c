"""A logo from whatever picture: a square PNG the folder of a practice takes."""

import io
import os

import pytest
from PIL import Image

from app.practice.folder.picture import complaint_about
from app.practice.logo import MOST_BYTES, as_logo
from tests.pictures import picture


@pytest.mark.parametrize(("kind", "size"), [("PNG", (900, 30)), ("JPEG", (40, 512)), ("WEBP", (64, 64))])
def test_it_becomes_a_square_png_without_anything_hidden(kind, size):
    drawn = as_logo(picture(kind, size=size))
    assert complaint_about(drawn) is None
    with Image.open(io.BytesIO(drawn)) as found:
        assert found.format == "PNG" and found.width == found.height <= 512


def test_noise_is_made_small_enough():
    noise = Image.frombytes("RGB", (512, 512), os.urandom(512 * 512 * 3))
    sent = io.BytesIO()
    noise.save(sent, format="PNG")
    assert len(as_logo(sent.getvalue())) <= MOST_BYTES
