"""What two sets of rules say differently, in words: «Check-up: how long before …: 4 hours, now 24 hours»."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.booking import rule_words
from app.booking.rulebook import Change, Lines, Rulebook, changes_of
from app.directory.models import HealthcareService, Location, Practitioner, Schedule
from app.kernel.i18n import _
from app.kernel.owners import Practice

Where = tuple[str | None, str | None]  # service, agenda


@dataclass(frozen=True)
class Names:
    """What services and agendas are called, by their key, in the order of the practice."""

    services: Mapping[str, str]
    agendas: Mapping[str, str]

    def place(self, where: Where) -> str:
        service, agenda = where
        names = []
        if agenda is not None:
            names.append(_("Agenda of %(who)s", who=self.agendas.get(agenda, "–")))
        if service is not None:
            names.append(self.services.get(service, "–"))
        return ", ".join(names) or _("The whole practice")

    def order(self, where: Where) -> tuple[int, int]:
        """The whole practice first, then services, then agendas."""
        service, agenda = where
        agendas, services = [*self.agendas], [*self.services]
        return (
            -1 if agenda is None else agendas.index(agenda) if agenda in agendas else len(agendas),
            -1 if service is None else services.index(service) if service in services else len(services),
        )


@dataclass(frozen=True)
class Told:
    """One value that differs. `people` is empty where it is about everybody."""

    where: Where
    place: str
    people: str
    what: str
    before: str
    after: str
    is_limit: bool = False

    def __str__(self) -> str:
        who = f"{self.place}, {self.people}" if self.people else self.place
        return _(
            "%(who)s – %(what)s: %(before)s, now %(after)s",
            who=who,
            what=self.what,
            before=self.before,
            after=self.after,
        )


def names(practice: Practice) -> Names:
    """Two statements."""
    services = HealthcareService.select().order_by(HealthcareService.position, HealthcareService.key)
    schedules = (
        Schedule.select(Schedule, Practitioner, Location)
        .join_from(Schedule, Practitioner)
        .join_from(Schedule, Location)
        .order_by(Schedule.position, Schedule.key)
    )
    return Names(
        {row.id.hex: rule_words.place(practice, row, None) for row in services},
        {row.id.hex: rule_words.agenda(practice, row) for row in schedules},
    )


def told(before: Rulebook, after: Rulebook, named: Names) -> list[Told]:
    """Every difference, place by place in the order of the practice, limits last; nothing when they say the same."""
    found = [_of_rule(change, named) for change in changes_of(before, after)]
    for agenda in {**before.limits, **after.limits}:
        was, now = before.limits.get(agenda, ()), after.limits.get(agenda, ())
        if was != now:
            found.append(_of_limits(agenda, was, now, named))
    return sorted(found, key=lambda one: named.order(one.where))


def by_place(lines: list[Told]) -> list[tuple[Where, str, list[Told]]]:
    """The same, under a heading for each place: [(where, its name, its lines)]."""
    found: dict[Where, list[Told]] = {}
    for one in lines:
        found.setdefault(one.where, []).append(one)
    return [(where, those[0].place, those) for where, those in found.items()]


def _of_rule(change: Change, named: Names) -> Told:
    service, agenda, level, known = change.row
    return Told(
        (service, agenda),
        named.place((service, agenda)),
        "" if (level, known) == (None, None) else rule_words.who(level, known),
        str(rule_words.FIELDS[change.name]),
        _value(change.name, change.before, inherits=change.inherits_before),
        _value(change.name, change.after, inherits=change.inherits_after),
    )


def _value(name: str, value: Any, *, inherits: bool) -> str:
    words = rule_words.value(name, 0 if value is None else value)
    return _("%(value)s (inherited)", value=words) if inherits else words


def _of_limits(agenda: str, was: Lines, now: Lines, named: Names) -> Told:
    where = (None, agenda)
    return Told(where, named.place(where), "", _("Limits"), _limits(was, named), _limits(now, named), True)


def _limits(lines: Lines, named: Names) -> str:
    words = []
    for line in lines:
        one = f"{line.most} {rule_words.LIMIT_UNITS[line.unit]} {rule_words.PERIODS[line.period]}"
        words.append(f"{one} ({named.services.get(line.service, '–')})" if line.service else one)
    return "; ".join(words) or _("no limit")
