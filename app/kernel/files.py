"""Files people send, sealed at rest: a room keeps the key in a row of its own, and the content is nowhere in clear.

The owner in a key is a practice or an account; the row decides who may read, the store asks nobody.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import UUID

from app.kernel import outbox
from app.kernel.errors import Unavailable
from app.kernel.ids import uuid7
from app.kernel.ports import FileStore
from app.kernel.sealing import Sealer

KEY_LENGTH = 65  # of the column that keeps one: <owner>/<name>, both as 32 hexadecimal digits


class Files:
    def __init__(self, store: FileStore, sealer: Sealer) -> None:
        self.store = store
        self.sealer = sealer

    @contextmanager
    def keeping(self, contents: Sequence[bytes], *, owner: UUID) -> Iterator[list[str]]:
        """Their keys, in this order; taken away again when what follows fails. Open the transaction inside.

        Raises Unavailable where the disk is full or out of reach: nothing is kept then.
        """
        keys: list[str] = []
        try:
            for content in contents:
                key = f"{owner.hex}/{uuid7().hex}"
                self.store.put(key, self.sealer.seal_bytes(content, cell=f"file|{key}"))
                keys.append(key)
            yield keys
        except BaseException:
            for key in keys:
                with suppress(Unavailable):
                    self.store.remove(key)
            raise

    def read(self, key: str) -> bytes:
        """The content; NotFound when it is gone, Unreadable when somebody changed or moved it."""
        return self.sealer.unseal_bytes(self.store.get(key), cell=f"file|{key}")

    def remove(self, key: str) -> None:
        """Now, whatever becomes of the transaction: see `forget`."""
        self.store.remove(key)


def forget(key: str, *, now: datetime) -> None:
    """Take the file away once this transaction is written: the worker does (reactions.JOBS)."""
    outbox.post_once("file-forgotten", {"key": key}, key=f"file:{key}", now=now)
