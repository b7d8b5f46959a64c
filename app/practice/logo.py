"""A logo from whatever picture was sent: a small square PNG of points alone, as tenants/README.md asks."""

import io

from app.practice.folder.picture import complaint_about

SIDES = (512, 384, 256, 160)  # points; the first that is light enough
MOST_BYTES = 64 * 1024


def as_logo(picture: bytes) -> bytes:
    """`picture` was drawn anew by web/uploads.py already: it is a sound JPEG, PNG or WebP."""
    from PIL import Image  # 40 ms that most processes never need

    with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "WEBP")) as sent:
        points = sent.convert("RGBA")
    found = b""
    for side in SIDES:
        small = points.copy()
        small.thumbnail((side, side))
        edge = max(small.size)
        square = Image.new("RGBA", (edge, edge))  # clear around it: a browser draws its icon square
        square.paste(small, ((edge - small.width) // 2, (edge - small.height) // 2))
        found = _png(square)
        if len(found) <= MOST_BYTES:
            break
    if len(found) > MOST_BYTES:
        found = _png(square.quantize(colors=64))
    assert complaint_about(found) is None
    return found


def _png(points: object) -> bytes:
    written = io.BytesIO()
    points.save(written, format="PNG", optimize=True)  # type: ignore[attr-defined]
    return written.getvalue()
