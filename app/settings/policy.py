"""The rules of booking as their settings page shows them: the matrix in words, and where a value comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.booking import rule_words
from app.booking.actions.rules import EVERYBODY, Place, Who, limits, rows
from app.booking.catalogue import Catalogue, Offer
from app.booking.policy import FIELDS, Rule, Standing, inherited, resolve
from app.booking.rulebook import Rulebook
from app.directory.models import HealthcareService, Location, Practitioner, Schedule, ScheduleService
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.owners import Practice
from app.settings.editing import Difference
from app.settings.policy_forms import BY_NAME, LOOKED_AT, RulesForm, name_of

# the rows of the grid: whoever is matched to a file is known, so new and known differ only before that
CELLS: tuple[Who, ...] = (
    EVERYBODY, (None, False), (None, True), (0, None), (1, None), (1, False), (1, True), (2, None), (3, None),
    (4, None),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A service in the overview: what each kind of person may do, and where an agenda says otherwise."""

    service: Any
    outcomes: list[tuple[str, str]]  # (outcome, whom it is for), in the order of trust
    differs: list[tuple[Any, str]]  # (agenda, its words) with rules of its own for this service


@dataclass(frozen=True)
class AgendaLine:
    schedule: Any
    name: str
    services: list[Any]
    has_rules: bool
    limits: int


def overview(found: Catalogue, practice: Practice) -> dict[str, Any]:
    """`found`: catalogue.for_desk, so that hidden services are there too."""
    ruled = {(rule.service, rule.schedule) for rule in found.rules if _says(rule)}
    return {
        "whole": _outcomes(found.rules, service=""),
        "whole_policy": resolve(found.rules, service="", schedule="", standing=Standing()),
        "lines": [_line(service, found, ruled, practice) for service in found.services],
        "agendas": [_agenda(schedule, found, ruled, practice) for schedule in _schedules(found.offers)],
    }


def _line(service: Any, found: Catalogue, ruled: set[Any], practice: Practice) -> Line:
    key = service.id.hex
    differs = [
        (offer.schedule, rule_words.agenda(practice, offer.schedule))
        for offer in found.of_service(service.id)
        if (key, offer.schedule.id.hex) in ruled
    ]
    return Line(service, _outcomes(found.rules, service=key), differs)


def _agenda(schedule: Any, found: Catalogue, ruled: set[Any], practice: Practice) -> AgendaLine:
    offers = [offer for offer in found.offers if offer.schedule.id == schedule.id]
    return AgendaLine(
        schedule,
        rule_words.agenda(practice, schedule),
        [(offer.service, (offer.service.id.hex, schedule.id.hex) in ruled) for offer in offers],
        (None, schedule.id.hex) in ruled,
        len(found.book.limits.get(schedule.id.hex, ())),
    )


def _schedules(offers: Iterable[Offer]) -> list[Any]:
    return list({offer.schedule.id: offer.schedule for offer in offers}.values())


def _says(rule: Rule) -> bool:
    return any(value is not None for value in rule.values.values())


def _outcomes(rules: Iterable[Rule], *, service: str) -> list[tuple[str, str]]:
    """Neighbours of the same outcome are one line; everybody alike is one line in all."""
    by_person = [
        (
            resolve(rules, service=service, schedule="", standing=Standing(*who)).outcome,
            rule_words.of_standing(*who),
        )
        for who in LOOKED_AT
    ]
    if len({outcome for outcome, _who in by_person}) == 1:
        return [(by_person[0][0], str(rule_words.EVERYBODY[None]))]
    order = {outcome: [who for found, who in by_person if found == outcome] for outcome, _who in by_person}
    return [(outcome, " · ".join(people)) for outcome, people in order.items()]


# ---- one place


def place_of(service_id: UUID | None, schedule_id: UUID | None) -> Place:
    """NotFound for what is not of the open practice, and for a service the agenda does not offer."""
    service = HealthcareService.get_or_none(HealthcareService.id == service_id) if service_id else None
    schedule = _schedule(schedule_id) if schedule_id else None
    if (service_id and service is None) or (schedule_id and schedule is None):
        raise NotFound
    if service and schedule and not _offered(schedule, service):
        raise NotFound
    return Place(service, schedule)


def _schedule(schedule_id: UUID) -> Any:
    query = Schedule.select(Schedule, Practitioner, Location)
    return (
        query.join_from(Schedule, Practitioner)
        .join_from(Schedule, Location)
        .where(Schedule.id == schedule_id)
        .first()
    )


def _offered(schedule: Any, service: Any) -> bool:
    link = (ScheduleService.schedule == schedule.id) & (ScheduleService.service == service.id)
    return bool(ScheduleService.select().where(link).exists())


def services_of(schedule: Any, practice: Practice) -> list[tuple[str, str]]:
    """(id, name) of what an agenda offers, for a list to choose from."""
    query = (
        HealthcareService.select()
        .join(ScheduleService)
        .where(ScheduleService.schedule == schedule.id, ~HealthcareService.archived)
        .order_by(HealthcareService.position)
    )
    return [(str(row.id), rule_words.place(practice, row, None)) for row in query]


def who_of(text: str | None) -> Who:
    """The row an address names; NotFound for none of ours."""
    if not text:
        return EVERYBODY
    if text not in BY_NAME:
        raise NotFound
    return BY_NAME[text]


def cells_of(place: Place, who: Who, book: Rulebook) -> list[Who]:
    """What the grid asks: all rows for everybody, with those only the folder can have said; else this one row."""
    if who != EVERYBODY:
        return [who]
    said = [other for other in rows(place, book) if other not in CELLS]
    return [*CELLS, *sorted(said, key=str)]


def sources(place: Place, form: RulesForm, rules: Iterable[Rule], practice: Practice) -> dict[str, str]:
    """For each field of the form, what it inherits when it is empty, and from where."""
    rules = list(rules)
    names = _names(rules, practice)
    found = {f"outcome-{name_of(cell)}": _source("outcome", place, cell, rules, names) for cell in form.cells}
    return found | {
        name: _source(name, place, form.who, rules, names) for name in FIELDS if name != "outcome"
    }


def _source(name: str, place: Place, who: Who, rules: list[Rule], names: Mapping[Any, str]) -> str:
    key = (place.service and place.service.id.hex, place.schedule and place.schedule.id.hex, *who)
    value, rule = inherited(name, rules, key)
    words = rule_words.value(name, value) if value is not None else rule_words.value(name, 0)
    if rule is None:
        return _("%(value)s (what Parvis does)", value=words)
    return _("%(value)s (from: %(place)s)", value=words, place=names[rule.key])


def _names(rules: list[Rule], practice: Practice) -> dict[Any, str]:
    services = {row.id.hex: row for row in HealthcareService.select()}
    schedules = {rule.schedule: _schedule(UUID(rule.schedule)) for rule in rules if rule.schedule}
    return {
        rule.key: ", ".join(
            part
            for part in (
                rule_words.place(practice, services.get(rule.service), schedules.get(rule.schedule)),
                rule_words.who(rule.level, rule.known) if (rule.level, rule.known) != EVERYBODY else "",
            )
            if part
        )
        for rule in rules
    }


def differences(place: Place, form: RulesForm, book: Rulebook) -> list[Difference]:
    """Everything that differs from what is there."""
    known = rows(place, book)
    found = []
    for who, values in form.wanted().items():
        for name, typed in values.items():
            now = known.get(who, {}).get(name)
            if now != typed:
                what = str(rule_words.FIELDS[name])
                if name == "outcome" and len(form.cells) > 1:
                    what = f"{what} – {rule_words.who(*who)}"
                found.append(Difference(what, rule_words.value(name, now), rule_words.value(name, typed)))
    return found


def limit_words(row: Any, services: Mapping[str, str]) -> str:
    """«3 appointments a day, of Check-up»"""
    what = services.get(str(row.service), "") if row.service else ""
    words = f"{row.most} {rule_words.LIMIT_UNITS[row.unit]} {rule_words.PERIODS[row.period]}"
    return f"{words} ({what})" if what else words


def limit_differences(
    schedule: Any, typed: list[Any], services: Mapping[str, str], book: Rulebook
) -> list[Difference]:
    now = [limit_words(row, services) for row in limits(schedule, book)]
    mine = [limit_words(row, services) for row in typed]
    return [Difference(str(_("Limits")), "; ".join(now) or _("no limit"), "; ".join(mine) or _("no limit"))]
