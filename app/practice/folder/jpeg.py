"""Looks at a photo without opening it: a sound square JPEG (ITU-T T.81) with nothing hidden inside."""

import struct

MAX_SIDE = 1024
START, END, SCAN = 0xD8, 0xD9, 0xDA
FRAMES = (0xC0, 0xC2)  # baseline and progressive: what browsers draw
TABLES = (0xDB, 0xC4, 0xDD)
JFIF = 0xE0  # how dense the points are; every other of its kind can name a camera, a person or a place
JFIF_BYTES = 16  # without a small picture inside


def complaint_about(content: bytes) -> str | None:
    """One sentence on what is wrong with the photo, or None."""
    if content[:2] != bytes((0xFF, START)):
        return "this is not a JPEG picture"
    at, framed, scanned = 2, False, False
    while at + 2 <= len(content):
        if content[at] != 0xFF:
            return "the photo is damaged"
        kind, at = content[at + 1], at + 2
        if kind == END:
            if not (framed and scanned):
                return "the photo is damaged"
            return None if at == len(content) else "something follows the end of the photo"
        body = content[at + 2 : at + (length := _length(content, at))]
        if length < 2 or len(body) != length - 2:
            break
        if complaint := _complaint_of(kind, body):
            return complaint
        framed = framed or kind in FRAMES
        at += length
        if kind == SCAN:
            scanned, at = True, _after_points(content, at)
    return "the photo is cut off"


def _length(content: bytes, at: int) -> int:
    return int(struct.unpack(">H", content[at : at + 2])[0]) if at + 2 <= len(content) else 0


def _complaint_of(kind: int, body: bytes) -> str | None:
    if kind in FRAMES and len(body) >= 5:
        height, width = struct.unpack(">HH", body[1:5])
        if not (1 <= width == height <= MAX_SIDE):
            return f"the photo measures {width} by {height} points; a square of at most {MAX_SIDE} is needed"
        return None
    plain = kind in (*TABLES, SCAN) or (
        kind == JFIF and body.startswith(b"JFIF\0") and len(body) < JFIF_BYTES
    )
    return None if plain else "the photo carries hidden data; save it again without text or camera data"


def _after_points(content: bytes, at: int) -> int:
    """The next mark that is not part of the points: a stuffed zero and a restart are."""
    while (at := content.find(b"\xff", at)) >= 0:
        if at + 1 < len(content) and content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 1
    return len(content)
