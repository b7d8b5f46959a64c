"""A service that answers what a test puts in, and remembers what it was asked."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from app.record.kinds import KINDS
from app.record.wearables.ports import Asked, Grant, GrantOver, NotGenuine, Notice, Totals


class FakeWearables:
    """`codes`: code -> kinds agreed to. `refuse`: name of a question -> what it raises, one after the other."""

    key = "google_health"
    name = "Google Health"
    kinds = tuple(key for key, kind in KINDS.items() if kind.daily)

    def __init__(self) -> None:
        self.codes: dict[str, tuple[str, ...]] = {}
        self.counted: dict[str, dict[date, Any]] = {}
        self.refuse: dict[str, list[Exception]] = {}
        self.asked: list[tuple[str, Any]] = []
        self.withdrawn: list[str] = []
        self.words: list[Notice] = []

    def _hear(self, question: str, about: Any = None) -> None:
        self.asked.append((question, about))
        if self.refuse.get(question):
            raise self.refuse[question].pop(0)

    def ask(self, *, state: str) -> Asked:
        return Asked(f"https://service.example/agree?state={state}", "verifier")

    def exchange(self, code: str, *, verifier: str, now: datetime) -> Grant:
        self._hear("exchange", (code, verifier))
        if code not in self.codes:
            raise GrantOver
        return Grant("access-1", f"refresh-{code}", now + timedelta(hours=1), self.codes.pop(code))

    def refresh(self, grant: Grant, *, now: datetime) -> Grant:
        self._hear("refresh", grant.refresh)
        return Grant("access-2", grant.refresh, now + timedelta(hours=1), grant.kinds)

    def withdraw(self, token: str) -> None:
        self._hear("withdraw")
        self.withdrawn.append(token)

    def user(self, grant: Grant) -> str:
        self._hear("user", grant.access)
        return f"user-of-{grant.refresh}"

    def totals(self, grant: Grant, kind: str, *, first: date, until: date) -> Totals:
        self._hear("totals", (grant.access, kind, first, until))
        counted = self.counted.get(kind, {})
        return Totals({day: value for day, value in counted.items() if first <= day < until})

    def notices(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> list[Notice] | None:
        if headers.get("Authorization") != "Bearer secret":
            raise NotGenuine("secret")
        return self.words if body != b"greeting" else None
