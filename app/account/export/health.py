"""What a person measured, what devices did, with whom it is shared, and the goals: categories of an export."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from app.account.export.sheets import Sheet, sheet
from app.directory.models import Practitioner
from app.identity.models import Dependant
from app.kernel.i18n import _
from app.kernel.tenancy import practice_context
from app.record import labels
from app.record.kinds import KINDS
from app.record.models import Goal, ImportJob, Observation, ObservationShare
from app.record.numbers import plain
from app.record.wearables.models import WearableConnection

DEVICES = ("google_health", "file")
LISTED = 10_000  # a year of everything; a workbook of a million rows takes more memory than a portal has
BLOCK, PAGE = 64 * 1024, 2000


def observations(_source: Any) -> Sheet:
    return _values("observations", _("My health values"), _typed())


def devices(_source: Any) -> Sheet:
    """The newest of them, where they are more than a workbook takes: `long` has them all then."""
    return _values("device_observations", _("Values from devices and files"), _measured(), most=LISTED)


def long(_source: Any) -> dict[str, Iterator[bytes]]:
    """Name in the archive -> a table, line by line, of what devices measured; it can be imported as it is."""
    return {"device_observations.csv": _table()} if _measured().count() > LISTED else {}


def _typed() -> Any:
    return Observation.select().where(Observation.source.not_in(DEVICES))


def _measured() -> Any:
    return Observation.select().where(Observation.source.in_(DEVICES))


def _values(key: str, title: str, query: Any, *, most: int | None = None) -> Sheet:
    found = sheet(key, title, **_columns())
    names = {row.id: row.name for row in Dependant.select()}
    newest = query.order_by(Observation.at.desc()).limit(most)
    found.rows.extend(reversed([_row(one, names) for one in newest.iterator()]))
    return found


def _table() -> Iterator[bytes]:
    names = {row.id: row.name for row in Dependant.select()}
    line = io.StringIO()
    written = csv.writer(line, delimiter=";", lineterminator="\r\n")
    written.writerow(_columns().values())
    for one in _pages(_measured().order_by(Observation.id)):
        written.writerow(map(_plain, _row(one, names)))
        if line.tell() > BLOCK:
            yield line.getvalue().encode()
            line.seek(0)
            line.truncate()
    yield line.getvalue().encode()


def _pages(query: Any) -> Iterator[Observation]:
    """Never all of them at once, as one statement would bring them."""
    rows = list(query.limit(PAGE))
    while rows:
        yield from rows
        rows = list(query.where(Observation.id > rows[-1].id).limit(PAGE))


def _plain(cell: Any) -> str:
    """A spreadsheet that opens the table takes no name of somebody for a formula."""
    text = cell.isoformat() if isinstance(cell, datetime) else str("" if cell is None else cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def _columns() -> dict[str, str]:
    return {
        "who": _("For"), "what": _("What was measured"), "code": "LOINC", "value": _("Value"),
        "second": _("Lower value"), "unit": "UCUM", "when": _("When"), "taken": _("Moment"),
        "meal": _("Energy of the meal before"), "source": _("Source"), "note": _("Note"), "noted": _("Noted on"),
    }  # fmt: skip


def _row(row: Observation, names: Mapping[Any, str]) -> tuple[Any, ...]:
    """Numbers as text with a point, so that no program rounds them; code and unit beside them."""
    kind = KINDS[row.kind]
    return (
        names.get(row.dependant),
        labels.name(row.kind),
        kind.loinc,
        plain(row.value, decimals=kind.decimals),
        plain(row.second, decimals=kind.decimals) if row.second is not None else None,
        kind.ucum,
        row.at,
        row.taken,
        row.meal,
        row.source,
        row.note,
        row.created_at,
    )


def imports(_source: Any) -> Sheet:
    """What files brought; the files themselves are not kept."""
    found = sheet(
        "health_imports", _("Files of values I sent"), who=_("For"), when=_("When"), bytes=_("Bytes"),
        rows=_("Rows read"), kept=_("Values noted"), known=_("Already noted"), refused=_("Not taken"),
        unusual=_("Noted though unusual"),
    )  # fmt: skip
    names = {row.id: row.name for row in Dependant.select()}
    for row in ImportJob.select().order_by(ImportJob.created_at):
        refused, odd = sum(row.refused.values()), sum(row.unusual.values())
        found.rows.append(
            (names.get(row.dependant), row.created_at, row.size, row.read, row.kept, row.known, refused, odd)
        )
    return found


def wearables(_source: Any) -> Sheet:
    """Services that bring values; their keys are nobody's to read, and stand in no copy."""
    found = sheet(
        "connected_devices", _("Connected devices"), source=_("Source"), since=_("Since"),
        what=_("What was measured"), synced=_("Last synchronised"), state=_("State"),
    )  # fmt: skip
    for row in WearableConnection.select().order_by(WearableConnection.created_at):
        kinds = ", ".join(labels.name(kind) for kind in row.granted)
        found.rows.append((row.source, row.created_at, kinds, row.synced_at, row.state))
    return found


def shares(_source: Any) -> Sheet:
    """Also those that ended: who could read what, and until when."""
    found = sheet(
        "observation_shares", _("With whom I share health values"), who=_("For"), what=_("What was measured"),
        practice=_("Practice"), practitioner=_("With"), since=_("Since"), values=_("Values since"),
        until=_("Until"), ended=_("Ended on"),
    )  # fmt: skip
    names = {row.id: row.name for row in Dependant.select()}
    for row in ObservationShare.select().order_by(ObservationShare.created_at):
        with practice_context(row.practice_id):
            whom = Practitioner.get_by_id(row.practitioner_id).name
        found.rows.append(
            (
                names.get(row.dependant), labels.name(row.kind), row.practice.name, whom, row.created_at, row.since,
                row.until_day, row.ended_at,
            )
        )  # fmt: skip
    return found


def goals(source: Any) -> Sheet:
    """Set by the practices, at each of them."""
    found = sheet(
        "goals", _("Goals my practices set"), practice=_("Practice"), who=_("For"), what=_("What was measured"),
        goal=_("Goal"), words=_("The practice writes"), setter=_("Set by"), since=_("Since"), until=_("Until"),
        ended=_("Ended on"),
    )  # fmt: skip
    for connected in source.connections:
        with source.at(connected) as practice:
            for row in Goal.select().where(Goal.patient == connected.patient.id).order_by(Goal.created_at):
                found.rows.append(
                    (
                        practice.name, connected.patient.name, labels.name(row.kind), labels.target(row.kind, row),
                        row.words, row.setter, row.starts_on, row.ends_on, row.ended_at,
                    )
                )  # fmt: skip
    return found


CATEGORIES = (observations, devices, imports, wearables, shares, goals)
