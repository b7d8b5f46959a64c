"""Files in one folder of this machine: `<folder>/<owner>/<two letters>/<name>`, readable by the portal alone."""

import os
import re
from contextlib import suppress
from pathlib import Path

from app.kernel.errors import NotFound, Unavailable

KEY = re.compile(r"([0-9a-f]{32})/([0-9a-f]{32})\Z")


class DiskFiles:
    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def put(self, key: str, content: bytes) -> None:
        """Whole or not at all: written beside its place, on the disk, then moved there."""
        path = self._path(key)
        beside = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
            # a file whose name is not on the disk is gone after a power cut, and the row that names it is not
            for folder in (path.parent, path.parent.parent, self.folder):
                _settle(folder)
        except OSError as full:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise Unavailable("files", retry=True, why=full.strerror or "not written") from full

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as gone:
            raise NotFound from gone
        except OSError as broken:
            raise Unavailable("files", retry=True, why=broken.strerror or "not read") from broken

    def remove(self, key: str) -> None:
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as broken:
            raise Unavailable("files", retry=True, why=broken.strerror or "not removed") from broken

    def _path(self, key: str) -> Path:
        """A key is ours or it is none: no path of anybody else is ever built from it."""
        found = KEY.match(key)
        if found is None:
            raise NotFound
        owner, name = found.groups()
        return self.folder / owner / name[-2:] / name


def _settle(folder: Path) -> None:
    """The names in it, on the disk."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
