"""agendas.toml: who works where and when, and what can be booked with them."""

import re
from dataclasses import dataclass
from itertools import pairwise

from app.practice.folder.contents import (
    AUDIENCES,
    DISCIPLINES,
    WEEKDAYS,
    Hours,
    HoursException,
    Offer,
    Plan,
    Practitioner,
    Schedule,
    TimeOff,
)
from app.practice.folder.fields import Table, as_clock

INAMI = re.compile(r"[0-9]{11}")
# ISO 639-1: a practitioner may speak languages in which the portal is not written.
SPOKEN = re.findall(
    "..",
    "aaabaeafakamanarasavayazbabebgbhbibmbnbobrbscacechcocrcscucvcydadedvdzeeeleneoeseteufafffifjfofrfygagdglgngugv"
    "hahehihohrhthuhyhziaidieigiiikioisitiujajvkakgkikjkkklkmknkokrkskukvkwkylalblglilnloltlulvmgmhmimkmlmnmrmsmtmy"
    "nanbndnengnlnnnonrnvnyocojomorospapiplpsptqurmrnrorurwsascsdsesgsiskslsmsnsosqsrssstsusvswtatetgthtitktltntotr"
    "tstttwtyugukuruzvevivowawoxhyiyozazhzu",
)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What agendas.toml may name; None where the other file could not be read, lest it be blamed twice."""

    languages: tuple[str, ...]
    sites: tuple[str, ...] | None
    services: tuple[str, ...] | None


def read_agendas(table: Table, known: Known) -> dict:
    keys: set[str] = set()
    numbers: dict[str, str] = {}
    practitioners = tuple(
        _practitioner(item, keys, numbers, known.languages) for item in table.tables("practitioners")
    )
    names = tuple(person.key for person in practitioners)
    keys = set()
    agendas = {
        "practitioners": practitioners,
        "schedules": tuple(_schedule(item, keys, names, known) for item in table.tables("schedules")),
        "time_off": tuple(_time_off(item, names, known) for item in table.tables("time_off", most=5000)),
        "opened_holidays": table.days("opened_holidays"),
    }
    table.done()
    return agendas


def _practitioner(
    table: Table, keys: set[str], numbers: dict[str, str], speak: tuple[str, ...]
) -> Practitioner:
    person = Practitioner(
        key=table.key(keys),
        title=table.text("title", default="", most=40),
        given_name=table.text("given_name", most=80),
        family_name=table.text("family_name", most=80),
        discipline=table.choice("discipline", DISCIPLINES),
        languages=table.words("languages", allowed=SPOKEN),
        inami=table.text("inami", default="", pattern=INAMI, hint="must be the 11 digits without spaces"),
        starts_on=table.day("starts_on", default=None),
        ends_on=table.day("ends_on", default=None),
        presentation=table.per_language("presentation", speak, required=False, most=600, lines=True),
    )
    if person.inami and INAMI.fullmatch(person.inami):
        if not is_inami(person.inami):
            table.wrong("inami", "is not a valid INAMI/RIZIV number: its check digits are wrong")
        elif person.inami[:8] in numbers:
            table.wrong("inami", f"is the number of {numbers[person.inami[:8]]} too")
        numbers[person.inami[:8]] = person.key
    if person.starts_on and person.ends_on and person.ends_on < person.starts_on:
        table.wrong("ends_on", "is before starts_on")
    table.done()
    return person


def is_inami(digits: str) -> bool:
    """Check digits are modulo 97; for nurses, midwives and physicians of recent years modulo 89."""
    number, check = int(digits[:6]), int(digits[6:8])
    return check in (97 - number % 97, 89 - number % 89)


def _schedule(table: Table, keys: set[str], practitioners: tuple[str, ...], known: Known) -> Schedule:
    offers = tuple(_offer(item, known) for item in table.tables("services"))
    offered = tuple(offer.service for offer in offers)
    for service in sorted({name for name in offered if offered.count(name) > 1}):
        table.wrong("services", f"{service} is there twice")
    schedule = Schedule(
        key=table.key(keys),
        practitioner=table.choice("practitioner", practitioners),
        site=_named(table, "site", known.sites),
        public=table.flag("public", default=True),
        ends_on=table.day("ends_on", default=None),
        services=offers,
        plans=tuple(_plan(item, offered) for item in table.tables("plans")),
        exceptions=tuple(_exception(item, offered) for item in table.tables("exceptions", most=2000)),
    )
    _check_plans(table, schedule.plans)
    _check_exceptions(table, schedule.exceptions)
    table.done()
    return schedule


def _offer(table: Table, known: Known) -> Offer:
    offer = Offer(
        service=_named(table, "service", known.services),
        duration_minutes=table.whole("duration_minutes", 5, 600, default=None),
        buffer_before_minutes=table.whole("buffer_before_minutes", 0, 240, default=None),
        buffer_after_minutes=table.whole("buffer_after_minutes", 0, 240, default=None),
        price_cents=table.whole("price_cents", 0, 1_000_000, default=None),
    )
    table.done()
    return offer


def _plan(table: Table, offered: tuple[str, ...]) -> Plan:
    cycle = table.whole("cycle_weeks", 1, 8, default=1)
    plan = Plan(
        valid_from=table.day("valid_from"),
        valid_to=table.day("valid_to", default=None),
        cycle_weeks=cycle,
        hours=tuple(_hours(item, offered, cycle) for item in table.tables("hours", most=500)),
    )
    if plan.valid_to and plan.valid_to < plan.valid_from:
        table.wrong("valid_to", "is before valid_from")
    _check_hours(table, plan)
    table.done()
    return plan


def _hours(table: Table, offered: tuple[str, ...], cycle: int) -> Hours:
    day = table.choice("day", WEEKDAYS)
    hours = Hours(
        weekday=WEEKDAYS.index(day) if day in WEEKDAYS else 0,
        week_in_cycle=table.whole("week", 1, cycle, default=1) - 1,
        **_window(table, offered),
    )
    table.done()
    return hours


def _exception(table: Table, offered: tuple[str, ...]) -> HoursException:
    kind = table.choice("kind", ("close", "replace", "add"))
    first = table.day("first_day")
    # A day may be closed as a whole; other hours must be said.
    whole_day = kind == "close" and not (table.has("from") or table.has("to"))
    exception = HoursException(
        kind=kind,
        first_day=first,
        last_day=table.day("last_day", default=first),
        **_window(table, offered, whole_day=whole_day),
    )
    if exception.last_day < exception.first_day:
        table.wrong("last_day", "is before first_day")
    table.done()
    return exception


def _window(table: Table, offered: tuple[str, ...], *, whole_day: bool = False) -> dict:
    starts, ends = (0, 1440) if whole_day else (table.clock("from"), table.clock("to"))
    if starts is not None and ends is not None and ends <= starts:
        table.wrong("to", f"{as_clock(ends)} is not after {as_clock(starts)}; hours cannot pass midnight")
    return {
        "start_minute": starts or 0,
        "end_minute": ends or 0,
        "services": table.words("services", allowed=offered, default=()),
        "audience": table.choice("audience", AUDIENCES, default="public"),
    }


def _time_off(table: Table, practitioners: tuple[str, ...], known: Known) -> TimeOff:
    away = TimeOff(
        kind=table.choice("kind", ("closure", "absence", "block")),
        starts=table.moment("starts"),
        ends=table.moment("ends"),
        site=_named(table, "site", known.sites, default=None),
        practitioner=table.choice("practitioner", practitioners, default=None),
        label=table.per_language("label", known.languages, required=False),
    )
    if away.starts and away.ends and away.ends <= away.starts:
        table.wrong("ends", "is not after starts")
    if away.site is not None and away.practitioner is not None:
        table.wrong("site", "name a site or a practitioner, not both")
    if away.kind == "absence" and away.practitioner is None:
        table.wrong("practitioner", "is missing; an absence is somebody's")
    if away.kind == "closure" and away.practitioner is not None:
        table.wrong("practitioner", "a closure is of the practice or of a site; a person has an absence")
    table.done()
    return away


def _named(table: Table, key: str, known: tuple[str, ...] | None, **default):
    return table.choice(key, known, **default) if known is not None else table.text(key, **default)


def _check_hours(table: Table, plan: Plan) -> None:
    for index, one in enumerate(plan.hours):
        for other in plan.hours[index + 1 :]:
            same_day = (one.week_in_cycle, one.weekday) == (other.week_in_cycle, other.weekday)
            if same_day and _compete(one, other):
                week = f" of week {one.week_in_cycle + 1}" if plan.cycle_weeks > 1 else ""
                clash = as_clock(max(one.start_minute, other.start_minute))
                table.wrong("hours", f"two windows overlap on {WEEKDAYS[one.weekday]}{week} at {clash}")


def _check_plans(table: Table, plans: tuple[Plan, ...]) -> None:
    for one, other in pairwise(sorted(plans, key=lambda plan: plan.valid_from)):
        if one.valid_to is None or one.valid_to >= other.valid_from:
            table.wrong(
                "plans", f"two are valid at once from {other.valid_from}; end the first with valid_to"
            )


def _check_exceptions(table: Table, exceptions: tuple[HoursException, ...]) -> None:
    ordered = sorted(exceptions, key=lambda item: item.first_day)
    for index, one in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other.first_day > one.last_day:
                break
            if complaint := _contradiction(one, other):
                table.wrong("exceptions", f"{max(one.first_day, other.first_day)} {complaint}")
                return


def _contradiction(one: HoursException, other: HoursException) -> str | None:
    closing = [item for item in (one, other) if item.kind == "close"]
    if len(closing) == 1:
        whole = (closing[0].start_minute, closing[0].end_minute, closing[0].services) == (0, 1440, ())
        return "is both closed all day and given hours" if whole else None
    if not closing and _compete(one, other):
        return f"has two windows that overlap at {as_clock(max(one.start_minute, other.start_minute))}"
    return None


def _compete(one: Hours | HoursException, other: Hours | HoursException) -> bool:
    """Whether two windows give the same minutes to the same services twice."""
    return (
        one.start_minute < other.end_minute
        and other.start_minute < one.end_minute
        and one.audience == other.audience
        and (not one.services or not other.services or not set(one.services).isdisjoint(other.services))
    )
