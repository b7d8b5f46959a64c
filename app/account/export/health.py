"""What a person measured, what devices did, with whom it is shared, and the goals: categories of an export."""

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


def observations(_source: Any) -> Sheet:
    return _values("observations", _("My health values"), from_devices=False)


def devices(_source: Any) -> Sheet:
    return _values("device_observations", _("Values from devices and files"), from_devices=True)


def _values(key: str, title: str, *, from_devices: bool) -> Sheet:
    """Numbers as text with a point, so that no program rounds them; code and unit beside them."""
    found = sheet(
        key, title, who=_("For"), what=_("What was measured"), code="LOINC", value=_("Value"),
        second=_("Lower value"), unit="UCUM", when=_("When"), taken=_("Moment"), meal=_("Energy of the meal before"),
        source=_("Source"), note=_("Note"), noted=_("Noted on"),
    )  # fmt: skip
    names = {row.id: row.name for row in Dependant.select()}
    mine = Observation.source.in_(DEVICES) if from_devices else Observation.source.not_in(DEVICES)
    for row in Observation.select().where(mine).order_by(Observation.at).iterator():
        kind = KINDS[row.kind]
        found.rows.append(
            (
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
        )
    return found


def imports(_source: Any) -> Sheet:
    """What files brought; the files themselves are not kept."""
    found = sheet(
        "health_imports", _("Files of values I sent"), who=_("For"), when=_("When"), bytes=_("Bytes"),
        rows=_("Rows read"), kept=_("Values noted"), known=_("Already noted"), refused=_("Not taken"),
    )  # fmt: skip
    names = {row.id: row.name for row in Dependant.select()}
    for row in ImportJob.select().order_by(ImportJob.created_at):
        refused = sum(row.refused.values())
        found.rows.append(
            (names.get(row.dependant), row.created_at, row.size, row.read, row.kept, row.known, refused)
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
