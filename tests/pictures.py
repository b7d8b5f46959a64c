"""Pictures and documents as people send them, and as attackers do."""

import io
import struct
import zlib

from PIL import Image
from werkzeug.datastructures import FileStorage

from app.web.uploads import MOST_TOGETHER, Arriving

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SCRIPT = b"<script>fetch('/account')</script>"


def picture(kind="PNG", *, size=(40, 30), colour=(120, 60, 200), mode="RGB", **more):
    found = io.BytesIO()
    Image.new(mode, size, colour).save(found, format=kind, **more)
    return found.getvalue()


def with_place(size=(40, 30)):
    """A photo of a telephone: which camera, where, and held on its side."""
    exif = Image.Exif()
    exif[0x0110] = "Telephone of Alice"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (50.0, 50.0, 26.0)
    return picture("JPEG", size=size, exif=exif)


def claims(width, height):
    """A PNG of a hundred bytes that says it measures this much."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    points = chunk(b"IDAT", zlib.compress(bytes(64)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + points + chunk(b"IEND", b"")


def arrived(content, name="photo.png", *, room=None):
    """As the form's parser hands it over."""
    stream = Arriving(room or [MOST_TOGETHER])
    for at in range(0, len(content), 65_536):
        stream.write(content[at : at + 65_536])
    stream.seek(0)
    return FileStorage(stream, filename=name, content_type="image/png")
