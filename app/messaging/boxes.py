"""What stands in somebody's box, received or sent: read from its newest end, whatever lies below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import peewee as pw

from app.kernel import clock
from app.kernel.clock import HOME
from app.kernel.constant_sql import ConstantSQL, slot
from app.kernel.db import EPOCH, database
from app.kernel.ids import hexed
from app.kernel.owners import Practice
from app.kernel.sealing import folded
from app.kernel.tenancy import across_practices
from app.messaging import labels, queries
from app.messaging.models import Communication
from app.messaging.queries import Message
from app.messaging.readers import Reader
from app.patients.models import Connection

SENDER = {"received": "practice", "sent": "patient"}
SHOWS = ("all", "unread", "today")
LEAST_LETTERS = 3


@dataclass(frozen=True)
class Asked:
    """Which part of a box. `before` is where the page before ended, as `Shown.older` says it."""

    box: str = "received"
    show: str = "all"
    words: str = ""  # to look for in the subjects
    before: str = ""

    @property
    def too_short(self) -> bool:
        return bool(self.words) and len(folded(self.words)) < LEAST_LETTERS


@dataclass(frozen=True)
class Shown:
    """One page, newest first; `older` is where the next one begins, and empty at the end."""

    messages: list[Message]
    older: str


def asked(args: Any) -> Asked:
    """Of an address; what makes no sense is the whole box."""
    box, show = args.get("box", ""), args.get("show", "")
    return Asked(
        box if box in SENDER else "received",
        show if show in SHOWS else "all",
        " ".join(args.get("q", "").split())[:80],
        args.get("before", ""),
    )


def page(
    reader: Reader,
    asked: Asked,
    *,
    practice: Practice | None,
    now: datetime,
    limit: int = 25,
    files: Sequence[tuple[UUID, UUID]] | None = None,
) -> Shown:
    """At most `limit`, in one statement however full the box is, and one for the `files` where the caller has not
    asked for them yet. A search that is too short finds nothing.
    """
    files = files_of(reader, practice=practice) if files is None else files
    if not files or asked.too_short:
        return Shown([], "")
    wanted, values = _conditions(asked, now, practice.timezone if practice else HOME)
    shape = Shape(reader.own, len(reader.dependants), practice is not None, len(files), wanted, limit + 1)
    found, unread = queries.of_box(_box(shape), _given(reader, files, values, practice))
    if found or asked == Asked():  # the whole box is empty: then nothing of it is unread
        reader.counted[practice.id if practice else None] = unread
    messages = found[:limit]
    return Shown(messages, place(messages[-1].row) if len(found) > limit else "")


@dataclass(frozen=True)
class Shape:
    """What of a question is text: a statement is written once for each."""

    own: bool
    dependants: int
    here: bool
    files: int
    wanted: str
    limit: int


@lru_cache(maxsize=128)
def _box(shape: Shape) -> ConstantSQL:
    def build() -> Any:
        return queries.box(
            _newest(shape),
            _unread(shape),
            files=queries.files_of_reader(shape.own, shape.dependants),
            here=shape.here,
        )

    return ConstantSQL(build, tenant=False)


def _given(
    reader: Reader, files: Sequence[tuple[UUID, UUID]], values: list[Any], practice: Practice | None
) -> dict[str, Any]:
    given = {"reader": reader.account.hex}
    given |= {f"dependant{at}": one.hex for at, one in enumerate(reader.dependants)}
    for at, (practice_id, patient_id) in enumerate(files):
        given |= {f"practice{at}": practice_id.hex, f"patient{at}": patient_id.hex}
    given |= {f"wanted{at}": value for at, value in enumerate(values)}
    return given if practice is None else {**given, "here": practice.id.hex}


def files_of(reader: Reader, *, practice: Practice | None) -> list[tuple[UUID, UUID]]:
    """(practice, patient) of every file whose messages this reader may see."""
    with across_practices(reason=queries.OWN):
        query = Connection.select(Connection.practice, Connection.patient).where(reader.files)
        if practice is not None:
            query = query.where(Connection.practice == practice.id)
        return [(row.practice_id, row.patient_id) for row in query]


def _conditions(asked: Asked, now: datetime, zone: str) -> tuple[str, list[Any]]:
    mark, stored = database.param, Communication.created_at.db_value
    wanted, values = [f'"sender" = {mark}'], [SENDER[asked.box]]
    if asked.show == "unread" and asked.box == "received":
        wanted.append('"read_at" IS NULL')
    if asked.show == "today":
        begins, _ends = clock.day_bounds(clock.today(now, zone), zone)
        wanted.append(f'"created_at" >= {mark}')
        values.append(stored(EPOCH + timedelta(minutes=begins)))
    if asked.words:
        text, kinds = _search(asked.words)
        wanted.append(text)
        values += kinds
    if (end := of_place(asked.before)) is not None:
        wanted.append(f'("created_at", "id") < ({mark}, {mark})')
        values += [stored(end[0]), end[1]]
    return " AND ".join(wanted), values


def _search(words: str) -> tuple[str, list[Any]]:
    """In what people wrote as their subject, and in what the portal calls its own messages."""
    wanted, mark = folded(words), database.param
    kinds = sorted(
        {key.partition(".")[0] for key, (title, _) in labels.TITLES.items() if wanted in folded(str(title))}
    )
    text = f'"subject_folded" LIKE {mark}'
    if kinds:
        text += f' OR "kind" IN ({", ".join([mark] * len(kinds))})'
    return f"({text})", [f"%{wanted}%", *kinds]  # letters and digits alone: nothing to escape


def _newest(shape: Shape) -> pw.SQL:
    """The ids of the newest: of each file no more than fit on the page, each by its index."""
    mark, parts, given = database.param, [], []
    for at in range(shape.files):
        parts.append(
            'SELECT "id", "created_at" FROM (SELECT "id", "created_at" FROM "communication" '
            f'WHERE "practice_id" = {mark} AND "patient_id" = {mark} AND "hidden_at" IS NULL AND {shape.wanted} '
            f'ORDER BY "created_at" DESC, "id" DESC LIMIT {int(shape.limit)}) AS "part{at}"'
        )
        given += [slot(f"practice{at}"), slot(f"patient{at}")]
        given += [slot(f"wanted{value}") for value in range(shape.wanted.count(mark))]
    sql = (
        f'(SELECT "id" FROM ({" UNION ALL ".join(parts)}) AS "box" '
        f'ORDER BY "created_at" DESC, "id" DESC LIMIT {int(shape.limit)})'
    )
    return pw.SQL(sql, given)


def _unread(shape: Shape) -> pw.SQL:
    """How many, to queries.MOST_COUNTED: «99+» is enough for anybody."""
    mark, parts, given = database.param, [], []
    for at in range(shape.files):
        parts.append(
            f'SELECT 1 FROM (SELECT 1 FROM "communication" WHERE "practice_id" = {mark} AND "patient_id" = {mark} '
            f'AND "sender" = \'practice\' AND "read_at" IS NULL AND "hidden_at" IS NULL '
            f'LIMIT {queries.MOST_COUNTED}) AS "file{at}"'
        )
        given += [slot(f"practice{at}"), slot(f"patient{at}")]
    union = " UNION ALL ".join(parts)
    return pw.SQL(
        f'(SELECT COUNT(*) FROM (SELECT 1 FROM ({union}) AS "u" LIMIT {queries.MOST_COUNTED}) AS "n")', given
    )


# ---- where a page ends ------------------------------------------------------------------------------------------


def place(row: Communication) -> str:
    return place_at(row.created_at, row.id)


def place_at(instant: datetime, identity: UUID) -> str:
    return f"{(instant - EPOCH) // timedelta(microseconds=1)}-{hexed(identity)}"


def of_place(text: str) -> tuple[datetime, str] | None:
    """None for what is no place of ours: the page is then the first."""
    micros, _dash, name = text.partition("-")
    if not (micros.isascii() and micros.isdigit() and len(micros) < 18 and len(name) == 32):
        return None
    try:
        return (EPOCH + timedelta(microseconds=int(micros))).astimezone(UTC), UUID(name).hex
    except (ValueError, OverflowError):
        return None
