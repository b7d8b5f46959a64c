"""The dates of a series as its pages show them: proposed by the engine, kept as ticked, and what has become of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import g

from app.booking import calendar_file, queries, recurrence, slots
from app.booking.actions import place
from app.booking.catalogue import Offer, horizon_end
from app.booking.models import Appointment
from app.booking.questions import Asking, caps_of
from app.booking.recurrence import Choice, Row
from app.booking.refusals import DatesLost
from app.booking.series_forms import AT_THE_DESK, PatternForm
from app.directory.models import HealthcareService, Location, Practitioner
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.i18n import clock_label, day_label, language, when_label
from app.kernel.ids import hexed

KIND = "series"  # of the signed id in its address
NO_CAPS = slots.Caps()
STAFF_DAYS = 730  # how far ahead the desk looks


@dataclass(frozen=True)
class Option:
    """One radio button of a row."""

    value: str
    words: str
    checked: bool
    exact: bool


@dataclass
class Line:
    """A row of the page: the day asked for, and what can be had; `problem` says why a choice was lost."""

    number: int
    words: str
    options: list[Option] = field(default_factory=list)
    skipped: bool = False
    problem: str = ""


def most_dates(offers: Sequence[Offer], *, staff: bool) -> int:
    return AT_THE_DESK if staff else min(offer.policy.series_most for offer in offers)


def rows(form: PatternForm, offers: Sequence[Offer], *, asking: Asking, now: datetime) -> list[Row]:
    """The proposal for a pattern; one statement of what is taken, whatever the range."""
    pattern = form.pattern()
    zone, minutes = offers[0].location.timezone, clock.to_minutes(now)
    today = clock.today(now, zone)
    last = today + timedelta(days=STAFF_DAYS) if asking.staff else horizon_end(offers, today)
    days = recurrence.days_of(pattern, most=form.most, last_day=last)
    if not days:
        return []
    free = queries.free_times(
        offers,
        first_day=max(days[0] - timedelta(days=1), today),
        last_day=min(days[-1] + timedelta(days=1), last),
        now=now,
        asking=asking,
    )
    wanted = next((one.agenda.id for one in offers if str(one.schedule.id) == form.schedule.data), None)
    offer = next((one for one in offers if one.agenda.id == wanted), offers[0])
    return recurrence.propose(
        days,
        (pattern.start, pattern.end),
        free.days,
        zone=zone,
        rules=offer.rules,
        caps=NO_CAPS if asking.staff else caps_of(offer),
        own=asking.own,
        now=minutes,
        agenda=wanted,
    )


def lines(
    found: Sequence[Row],
    offers: Sequence[Offer],
    *,
    ticked: Mapping[int, Choice | None] | None = None,
    lost: Mapping[int, str] | None = None,
) -> list[Line]:
    """`ticked` is what was posted before and stays; `lost` are its starts that are gone, and why."""
    lost = lost or {}
    shown = []
    for number, row in enumerate(found):
        kept = (ticked or {}).get(number)
        problem = lost.get(kept.start, "") if kept else ""
        posted = ticked is not None
        chosen = None if problem else kept if posted else row.exact
        choices = [one for one in row.choices if one.start not in lost]
        if chosen is not None and chosen not in choices:
            choices.append(chosen)
        line = Line(number, day_label(row.day, language()), problem=problem, skipped=chosen is None)
        line.options = [
            Option(f"{one.start}@{one.agenda}", words(one, row.day, offers), one == chosen, one == row.exact)
            for one in sorted(choices, key=lambda one: one.start)
        ]
        shown.append(line)
    return shown


def words(choice: Choice, day: date, offers: Sequence[Offer]) -> str:
    """The hour under its day, or day and hour of another one; and with whom where several are possible."""
    moment = clock.local(choice.start, offers[0].location.timezone)
    when = (clock_label if moment.date() == day else when_label)(moment, language())
    who = next((one.practitioner.name for one in offers if one.agenda.id == choice.agenda), "")
    return f"{when}, {who}" if len(offers) > 1 and who else when


def dates(ticked: Mapping[int, Choice | None], offers: Sequence[Offer]) -> list[tuple[Offer, int]]:
    """What is to be booked; NotFound for an agenda that is not of this page."""
    by_agenda = {one.agenda.id: one for one in offers}
    chosen = [one for one in ticked.values() if one is not None]
    if any(one.agenda not in by_agenda for one in chosen):
        raise NotFound
    return [(by_agenda[one.agenda], one.start) for one in dict.fromkeys(chosen)]


def lost_words(refusal: Any) -> dict[int, str]:
    """Start -> why it cannot be had, of a refusal of the whole."""
    if not isinstance(refusal, DatesLost):
        return {}
    return {start: no.sentence() for start, no in refusal.data["lost"].items()}


# ---- a series that exists


def of(series: UUID) -> list[Appointment]:
    """All its dates, in their order; NotFound when there is none here."""
    found = list(
        Appointment.select(Appointment, Practitioner, HealthcareService, Location)
        .join_from(Appointment, Practitioner)
        .join_from(Appointment, HealthcareService)
        .join_from(Appointment, Location)
        .where(Appointment.series_id == series)
        .order_by(Appointment.starts)
    )
    if not found:
        raise NotFound
    return found


def card(appointments: Sequence[Appointment], *, now: datetime) -> dict[str, Any]:
    """What the page of a series shows of it; nothing of the person's record."""
    first, minutes = appointments[0], clock.to_minutes(now)
    coming = [one for one in appointments if one.status == "booked" and one.starts > minutes]
    free = {one.id for one in coming if minutes <= min(one.cancel_until, one.starts)}
    return {
        "first": first,
        "appointments": appointments,
        "moments": {one.id: clock.local(one.starts, one.location.timezone) for one in appointments},
        "place": calendar_file.place_line(first.location, g.practice, language()),
        "coming": coming,
        "can_cancel": free,
        "minutes": minutes,
    }


def day_of(appointment: Appointment) -> date:
    return clock.local(appointment.starts, appointment.location.timezone).date()


def following(appointments: Sequence[Appointment], start: int | None) -> Sequence[Appointment]:
    """From this date on; NotFound when no date of the series begins then."""
    if start is None or start not in {one.starts for one in appointments}:
        raise NotFound
    return [one for one in appointments if one.starts >= start]


def new_rows(
    moving: Sequence[Appointment],
    offers: Sequence[Offer],
    *,
    weekday: int,
    window: tuple[int, int],
    now: datetime,
) -> list[Row]:
    """Every date as many days later as the first one is; the time each leaves counts as free."""
    zone, minutes = offers[0].location.timezone, clock.to_minutes(now)
    today, free, days = clock.today(now, zone), {}, []
    later = timedelta(days=weekday - day_of(moving[0]).weekday())
    for one in moving:
        day = day_of(one) + later
        days.append(day)
        span = {
            "first_day": max(day - timedelta(days=1), today),
            "last_day": max(day + timedelta(days=1), today),
        }
        asking = Asking(person=one.patient_id, moving=place.moving(one))
        found = queries.free_times(offers, **span, now=now, asking=asking)
        free.update(found.days)
    agenda = hexed(moving[0].schedule_id)
    offer = next((one for one in offers if one.agenda.id == agenda), offers[0])
    return recurrence.propose(
        days, window, free, zone=zone, rules=offer.rules, caps=NO_CAPS, now=minutes, agenda=offer.agenda.id
    )
