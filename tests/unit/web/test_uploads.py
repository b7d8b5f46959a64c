"""Files people send: what may be kept of them, and the sentence for what may not."""

import io

import pytest
from PIL import Image

from app.web import uploads
from app.web.uploads import MEGABYTE, named, taken
from tests.pictures import PDF, SCRIPT, arrived, claims, picture, with_place


def drawn(upload):
    return Image.open(io.BytesIO(upload.content))


@pytest.mark.parametrize(
    ("kind", "kept"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/png")],
)
def test_a_picture_is_kept_as_what_it_is_whatever_it_was_called(kind, kept):
    upload = taken(arrived(picture(kind), "holiday.exe"))
    assert (upload.kind, upload.width, upload.height) == (kept, 40, 30)
    assert drawn(upload).get_format_mimetype() == kept
    assert upload.name == "holiday" + uploads.ENDINGS[kept]


def test_a_photo_forgets_place_and_camera_and_stands_upright():
    upload = taken(arrived(with_place()))
    assert (upload.width, upload.height) == (30, 40)
    assert not drawn(upload).getexif()
    assert b"Alice" not in upload.content


def test_a_photo_with_a_second_one_inside_is_kept_as_the_first_alone():
    """Telephones send the depth or the bright parts along: Pillow calls that MPO, and everybody else a JPEG."""
    second = Image.new("RGB", (40, 30), (250, 250, 0))
    sent = picture("MPO", save_all=True, append_images=[second])
    assert Image.open(io.BytesIO(sent)).format == "MPO"  # the control: it is one of those
    upload = taken(arrived(sent, "IMG_0001.JPG"))
    assert (upload.kind, upload.name, drawn(upload).format) == ("image/jpeg", "IMG_0001.jpg", "JPEG")
    assert getattr(drawn(upload), "n_frames", 1) == 1
    assert upload.content.count(b"\xff\xd8\xff") == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_what_is_hidden_behind_a_picture_is_gone(kind):
    assert SCRIPT not in taken(arrived(picture(kind) + SCRIPT)).content


def test_words_inside_a_picture_are_gone():
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Comment", SCRIPT.decode())
    sent = picture("PNG", pnginfo=words)
    assert SCRIPT in sent
    assert SCRIPT not in taken(arrived(sent)).content
    assert SCRIPT not in taken(arrived(picture("JPEG", comment=SCRIPT))).content


def test_what_can_be_seen_through_stays_so():
    assert drawn(taken(arrived(picture("PNG", mode="RGBA", colour=(1, 2, 3, 0))))).mode == "RGBA"


def test_a_large_photo_is_kept_smaller():
    upload = taken(arrived(picture("JPEG", size=(5000, 1000))))
    assert (upload.width, upload.height) == (2560, 512)


@pytest.mark.parametrize("size", [(50_000, 50_000), (1, 60_000), (60_000, 1), (5000, 4000), (12_000, 12_000)])
def test_a_bomb_is_refused_before_it_is_opened(size):
    with pytest.raises(uploads.TooManyPoints):
        taken(arrived(claims(*size)))


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html>" + SCRIPT,
        b"MZ\x90\x00 program",
        b"PK\x03\x04 archive",
        b"\xff\xd8\xff\xe0" + SCRIPT,
        picture("BMP"),
        picture("TIFF"),
        b"  %PDF-1.4 %%EOF",
    ],
    ids=["svg", "html", "program", "archive", "jpeg by its first bytes", "bmp", "tiff", "nearly pdf"],
)
def test_another_kind_of_file_is_refused_whatever_its_name(content):
    with pytest.raises((uploads.WrongKind, uploads.Broken)):
        taken(arrived(content, "photo.jpg"))


@pytest.mark.parametrize(
    "content",
    [b"", picture("PNG", size=(400, 300))[:200], picture("JPEG", size=(400, 300))[:400], b"%PDF-1.4 cut off"],
    ids=["empty", "png", "jpeg", "pdf"],
)
def test_a_damaged_file_is_refused(content):
    with pytest.raises(uploads.Broken):
        taken(arrived(content))


def test_a_process_that_printed_a_paper_refuses_half_a_picture_too(monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)  # as weasyprint leaves it
    whole = picture("PNG", size=(400, 300))
    assert taken(arrived(whole)).kind == "image/png"  # the control
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(uploads.Broken):
        taken(arrived(whole[:200]))


def test_a_pdf_is_kept_as_it_came_where_documents_are_taken():
    upload = taken(arrived(PDF + b"\n", "Bilan.PDF"))
    assert (upload.kind, upload.name, upload.content) == ("application/pdf", "Bilan.pdf", PDF + b"\n")
    with pytest.raises(uploads.NoPicture):
        taken(arrived(PDF), kinds=uploads.PICTURES)


def test_a_file_beyond_the_limit_is_counted_and_not_held():
    file = arrived(bytes(11 * MEGABYTE))
    assert (file.stream.sent, len(file.stream.getbuffer())) == (11 * MEGABYTE, 0)
    with pytest.raises(uploads.TooBig):
        taken(file)
    assert taken(arrived(picture())).kind == "image/png"


def test_files_that_are_too_big_together_are_refused_together():
    room = [3 * MEGABYTE]
    first, second = arrived(bytes(2 * MEGABYTE), room=room), arrived(bytes(2 * MEGABYTE), room=room)
    assert (len(first.stream.getbuffer()), len(second.stream.getbuffer())) == (2 * MEGABYTE, 0)
    with pytest.raises(uploads.TooBigTogether):
        taken(second)


def test_a_name_is_one_line_without_path_and_ends_as_its_kind_does():
    for given, shown in {
        "../../etc/passwd": "passwd.pdf",
        "C:\\Users\\Alice\\bilan.pdf": "bilan.pdf",
        "a.pdf.html": "a.pdf",
        "photo\u202egpj.exe": "photo gpj.pdf",
        'x"\r\nSet-Cookie: a=b.pdf': "x Set-Cookie a=b.pdf",
        "nul\x00.pdf": "nul.pdf",
        "Échographie été.pdf": "Échographie été.pdf",
        "": "fichier.pdf",
        "....": "fichier.pdf",
    }.items():
        assert named(given, uploads.PDF) == shown
    assert len(named("x" * 300, uploads.PDF)) == uploads.LONGEST_NAME
