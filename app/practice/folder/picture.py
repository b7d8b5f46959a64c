"""Looks at a logo without opening it: a sound PNG of a sensible size, with nothing hidden inside."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_SIDE = 1024
# Only what draws the picture: text and camera chunks can name a person or a place.
ALLOWED = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs"}


def complaint_about(content: bytes) -> str | None:
    """One sentence on what is wrong with the picture, or None."""
    if not content.startswith(SIGNATURE):
        return "this is not a PNG picture"
    position, seen = len(SIGNATURE), []
    while position < len(content):
        header = content[position : position + 8]
        if len(header) < 8:
            return "the picture is cut off"
        length, kind = struct.unpack(">I4s", header)
        body = content[position + 8 : position + 8 + length]
        checksum = content[position + 8 + length : position + 12 + length]
        if len(body) < length or len(checksum) < 4:
            return "the picture is cut off"
        if zlib.crc32(kind + body) != int.from_bytes(checksum, "big"):
            return "the picture is damaged"
        if kind not in ALLOWED:
            return "the picture carries hidden data; save it again without text, camera data or animation"
        if not seen and (complaint := _complaint_about_size(kind, body)):
            return complaint
        seen.append(kind)
        position += 12 + length
        if kind == b"IEND":
            break
    if seen[-1:] != [b"IEND"] or b"IDAT" not in seen:
        return "the picture is cut off"
    return "something follows the end of the picture" if position != len(content) else None


def _complaint_about_size(kind: bytes, body: bytes) -> str | None:
    if kind != b"IHDR" or len(body) != 13:
        return "this is not a PNG picture"
    width, height = struct.unpack(">II", body[:8])
    if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
        return f"the picture measures {width} by {height} points; at most {MAX_SIDE} by {MAX_SIDE}"
    return None
