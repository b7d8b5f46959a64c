"""Files in memory, for tests; `refuse` makes it fail as a full disk would."""

from app.kernel.errors import NotFound, Unavailable


class FakeFiles:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.refuse: Unavailable | None = None

    def put(self, key: str, content: bytes) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.kept[key] = content

    def get(self, key: str) -> bytes:
        if self.refuse is not None:
            raise self.refuse
        if key not in self.kept:
            raise NotFound
        return self.kept[key]

    def remove(self, key: str) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.kept.pop(key, None)
