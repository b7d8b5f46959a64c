"""A file kept in sealed pieces, read as one stream: two pieces in memory at most, whatever its size."""

import io
from collections.abc import Callable, Sequence

PIECE = 2 * 1024 * 1024
MOST_BYTES = 1024**3  # of a file that comes piece by piece
TEXT = 4096  # bytes looked at
ARCHIVE = b"PK\x03\x04"
NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")


def believed(begin: bytes) -> bool:
    """By its first bytes a table, XML or an archive; the worker looks closer."""
    if begin.startswith(ARCHIVE):
        return True
    return bool(begin.strip(b" \r\n\t\0")) and b"\0" not in begin[:TEXT] and not begin.startswith(NO_TABLES)


def cut(content: bytes) -> list[bytes]:
    view = memoryview(content)
    return [bytes(view[at : at + PIECE]) for at in range(0, len(content), PIECE)]


class Pieces(io.RawIOBase):
    """`read` gives a piece by its key; all but the last are PIECE bytes long."""

    def __init__(self, keys: Sequence[str], *, size: int, read: Callable[[str], bytes]) -> None:
        super().__init__()
        self.keys, self.size, self.position = tuple(keys), size, 0
        self._read, self._number, self._piece = read, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence]
        self.position = max(0, base + offset)
        return self.position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self.position >= self.size:
            return 0
        number, start = divmod(self.position, PIECE)
        if number != self._number:
            self._piece, self._number = b"", -1
            self._piece, self._number = self._read(self.keys[number]), number
        part = self._piece[start : start + len(buffer)]
        buffer[: len(part)] = part
        self.position += len(part)
        return len(part)
