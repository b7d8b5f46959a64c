"""The photo of a person from whatever picture was sent: a small square JPEG of points alone."""

import io

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.practice.folder.jpeg import complaint_about

SIDE = 320  # points: twice what any page shows
LEAST = 120  # points of the shorter side, under which a face is a blur
SENT_SIDE = 1600  # the longest side a picture is decoded with
MOST_BYTES = 64 * 1024
QUALITIES = (85, 75, 60, 40)  # the first that is light enough
FACE = (0.5, 0.35)  # where the middle of the square lies: of somebody standing, the face is above the middle


class TooSmall(Refusal):
    message = _l("This picture is too small: at least %(least)s points each way.", least=LEAST)


def as_portrait(picture: bytes) -> bytes:
    """`picture` was drawn anew by web/uploads.py already: it is a sound JPEG, PNG or WebP. TooSmall."""
    from PIL import Image, ImageOps  # 40 ms that most processes never need

    with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "WEBP")) as sent:
        points = sent.convert("RGBA")
    if min(points.size) < LEAST:
        raise TooSmall
    side = min(SIDE, *points.size)
    square = ImageOps.fit(points, (side, side), centering=FACE)
    ground = Image.new("RGB", square.size, "white")
    ground.paste(square, mask=square)
    found = b""
    for quality in QUALITIES:
        written = io.BytesIO()
        ground.save(written, format="JPEG", quality=quality, optimize=True)
        found = written.getvalue()
        if len(found) <= MOST_BYTES:
            break
    assert complaint_about(found) is None
    return found
