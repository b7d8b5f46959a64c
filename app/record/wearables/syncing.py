"""Synchronising, the worker's part: one kind after the other, each written whole.

What is read again counts once: a value has the name of its kind and day, and a later total corrects it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.kernel import outbox
from app.kernel.clock import HOME, today
from app.kernel.db import write_tx
from app.kernel.errors import Unavailable
from app.kernel.owners import Account
from app.kernel.tenancy import account_context
from app.record.models import Observation
from app.record.wearables import connections, days, grants, queueing
from app.record.wearables.days import Sorted
from app.record.wearables.models import WearableConnection
from app.record.wearables.ports import AccessOver, Grant, GrantOver, NotRead, Rest, WearableSource
from app.web.outside import services

C = WearableConnection
EARLY = timedelta(minutes=1)


class Overtaken(Exception):
    """The connection was changed or ended while we asked."""


def make(payload: dict[str, Any]) -> None:
    """Everything the grant covers. Rest: again when it is over; trouble: again as the outbox does."""
    account, now = Account.get_or_none(Account.id == UUID(payload["account"])), services().clock.now()
    if account is None:
        return
    with account_context(account):
        found = C.get_or_none(C.id == UUID(payload["connection"]))
        if found is None or found.state != "open" or found.run != payload["run"]:
            return
        try:
            _Round(found, grants.source(), now).all()
        except GrantOver:
            connections.lose(found, now=now)
        except Rest as tired:
            queueing.again(found, now + tired.wait, now=now)
        except Unavailable as down:
            free = {} if down.retry else {"queued_at": None}
            C.update(tried_at=now, **free).where(C.id == found.id).execute()
            raise
        except Overtaken:
            return


class _Round:
    """One synchronisation of one connection."""

    def __init__(self, found: WearableConnection, service: WearableSource, now: datetime) -> None:
        self.found, self.service, self.now = found, service, now
        self.grant: Grant = connections.grant_of(found)
        self.is_fresh = False  # refreshed in this round: a second refusal is meant
        self.unread: list[str] = []
        self.changed = self.odd = 0
        day = today(now, HOME)
        self.first, self.until = days.span(
            today=day, is_new=found.synced_at is None, wanted=found.wanted_from
        )

    def all(self) -> None:
        if self.grant.until <= self.now + EARLY:
            self._refresh()
        for kind in self.found.granted:
            outbox.hold(queueing.key(self.found), now=services().clock.now())
            try:
                self._write(kind, self._sorted(kind))
            except NotRead:
                self.unread.append(kind)
        self._end()

    def _sorted(self, kind: str) -> Sorted:
        """AccessOver is answered by one refresh; then it is the grant that is over."""
        asked = {"first": self.first, "until": self.until}
        try:
            totals = self.service.totals(self.grant, kind, **asked)
        except AccessOver:
            self._refresh()
            try:
                totals = self.service.totals(self.grant, kind, **asked)
            except AccessOver:
                raise GrantOver from None
        return days.sort(kind, totals, **asked)

    def _refresh(self) -> None:
        if self.is_fresh:
            raise GrantOver
        self.grant, self.is_fresh = self.service.refresh(self.grant, now=self.now), True
        if not connections.keep_grant(self.found, self.grant):
            raise Overtaken

    def _write(self, kind: str, told: Sorted) -> None:
        """New days, corrected ones, and those the service does not know any more."""
        V, source = Observation, self.found.source
        mine = (V.source == source) & (V.kind == kind) & V.dependant.is_null()
        named = {days.name(kind, day): (day, value) for day, value in told.values.items()}
        with write_tx():
            self._hold()
            here = mine & (V.at >= days.moment(self.first)) & (V.at < days.moment(self.until))
            there = {row.external_id: row for row in V.select().where(here)}
            for name in named.keys() & there.keys():
                if there[name].value != named[name][1]:
                    V.update(value=named[name][1]).where(V.id == there[name].id).execute()
                    self.changed += 1
            new = named.keys() - there.keys() - set(self.found.passed_over)
            rows = [
                {
                    "kind": kind, "value": named[name][1], "at": days.moment(named[name][0]), "source": source,
                    "external_id": name, "created_at": self.now,
                }
                for name in sorted(new)
            ]  # fmt: skip
            if rows:
                V.insert_many(rows).on_conflict(action="IGNORE").execute()
            doubtful = {days.name(kind, day) for day in told.doubtful}
            gone = there.keys() - named.keys() - doubtful if told.has_every_day else set()
            if gone:
                V.delete().where(mine, V.external_id.in_(sorted(gone))).execute()
        self.changed += len(rows) + len(gone)
        self.odd += told.odd

    def _hold(self) -> None:
        """Locks the row: whoever disconnects waits until this kind is written, and deletes it too."""
        mine = (C.id == self.found.id) & (C.version == self.found.version) & (C.state == "open")
        if not C.update(version=C.version).where(mine).execute():
            raise Overtaken
        self.found.passed_over = C.get_by_id(self.found.id).passed_over

    def _end(self) -> None:
        with write_tx():
            self._hold()
            told = {
                "synced_at": self.now, "queued_at": None, "tried_at": None, "unread": self.unread,
                "changed": self.changed, "odd": self.odd,
            }  # fmt: skip
            mine = (C.id == self.found.id) & (C.run == self.found.run)
            C.update(**told).where(mine).execute()
            heard_since = C.wanted_from.is_null(False) & (C.wanted_from >= self.first)
            C.update(wanted_from=None).where(C.id == self.found.id, heard_since).execute()
