"""Whether the bytes of a photo are the small grey JPEG a card holds (ITU-T T.81), before any browser draws them."""

LARGEST_SIDE = 400
# frames of a plain picture; what a segment may be besides: tables, restart interval, application, comment
FRAMES = (0xC0, 0xC1, 0xC2)
PLAIN = frozenset((0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)))
START, END, SCAN = 0xD8, 0xD9, 0xDA


def is_plain_jpeg(content: bytes) -> bool:
    """One picture of at most 400 pixels a side, in known segments, with nothing behind its end."""
    if content[:2] != bytes((0xFF, START)) or content.rstrip(b"\x00")[-2:] != bytes((0xFF, END)):
        return False
    at, has_frame = 2, False
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            return False
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(content):
            return False
        if marker in FRAMES:
            if has_frame or not _is_small(content[at + 4 : at + 2 + length]):
                return False
            has_frame = True
        elif marker == SCAN:
            return has_frame
        elif marker not in PLAIN:
            return False
        at += 2 + length
    return False


def _is_small(frame: bytes) -> bool:
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    return len(frame) >= 6 and 0 < height <= LARGEST_SIDE and 0 < width <= LARGEST_SIDE
