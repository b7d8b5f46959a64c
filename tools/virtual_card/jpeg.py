"""Just enough of a baseline JPEG to draw a grey picture in flat blocks (ITU-T T.81), without an image library."""

from __future__ import annotations

from collections.abc import Callable

# the usual table of DC differences (T.81, K.3): how many codes of each length, and what they stand for
DC_BITS = (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)
DC_VALUES = tuple(range(12))
AC_BITS = (1, *(0,) * 15)  # a single code, "0", for «nothing more in this block»
SIDE = 8


def grey(width: int, height: int, shade: Callable[[float, float], int], *, comment: str = "") -> bytes:
    """`shade(x, y)` says 0 to 255 for places between 0 and 1; both sides are multiples of eight."""
    codes, code, at = {}, 0, 0
    for length, count in enumerate(DC_BITS, start=1):
        for _ in range(count):
            codes[DC_VALUES[at]] = (code, length)
            code, at = code + 1, at + 1
        code <<= 1
    bits, before = [], 0
    for y in range(0, height, SIDE):
        for x in range(0, width, SIDE):
            level = shade((x + SIDE / 2) / width, (y + SIDE / 2) / height) - 128
            level = round(
                level * SIDE / 8
            )  # the DC of a flat block is its level times eight; the table divides by 8
            step, before = level - before, level
            size = abs(step).bit_length()
            bits.append(f"{codes[size][0]:0{codes[size][1]}b}")
            if size:
                bits.append(f"{step if step > 0 else step + (1 << size) - 1:0{size}b}")
            bits.append("0")
    stream = "".join(bits)
    stream += "1" * (-len(stream) % 8)
    scan = int(stream, 2).to_bytes(len(stream) // 8, "big").replace(b"\xff", b"\xff\x00")
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            *([_segment(0xFE, comment.encode())] if comment else []),
            _segment(0xDB, b"\x00" + b"\x08" * 64),
            _segment(
                0xC0, b"\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x01\x01\x11\x00"
            ),
            _segment(0xC4, b"\x00" + bytes(DC_BITS) + bytes(DC_VALUES)),
            _segment(0xC4, b"\x10" + bytes(AC_BITS) + b"\x00"),
            _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
            scan,
            b"\xff\xd9",
        )
    )


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content
