"""The one file that matters in the archive a telephone makes, found without unpacking anything."""

import io
import lzma
import zipfile
import zlib
from typing import BinaryIO

from app.record.imports.apple import NotReadable
from app.record.imports.pieces import ARCHIVE

MOST_DIRECTORY = 4 * 1024 * 1024  # of the list of an archive's files, which is read whole
END, LARGE = b"PK\x05\x06", b"PK\x06\x07"
TORN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError)


def is_one(begin: bytes) -> bool:
    return begin.startswith(ARCHIVE)


def opened(stream: io.BufferedReader, *, size: int) -> BinaryIO:
    """export.xml, under whatever name its language gives it: the largest XML that is no clinical document."""
    _check_directory(stream, size)
    try:
        inside = zipfile.ZipFile(stream)
        found = [
            one
            for one in inside.infolist()
            if one.filename.lower().endswith(".xml") and "cda" not in one.filename.lower()
        ]
        if not found:
            raise NotReadable
        return inside.open(max(found, key=lambda one: one.file_size))  # type: ignore[return-value]
    except (
        *TORN,
        RuntimeError,
        NotImplementedError,
        ValueError,
    ) as broken:  # torn, with a password, unknown packing
        raise NotReadable from broken


def _check_directory(stream: io.BufferedReader, size: int) -> None:
    stream.seek(max(0, size - 66_000))
    tail = stream.read()
    at = tail.rfind(END)
    if at < 0 or LARGE in tail[max(0, at - 20) : at]:
        raise NotReadable
    if int.from_bytes(tail[at + 12 : at + 16], "little") > MOST_DIRECTORY:
        raise NotReadable
    stream.seek(0)
