"""Agendas, services and bookings that hypothesis makes up, small enough to be counted minute by minute."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import strategies as st

from app.booking.slots import (
    Agenda,
    Blocked,
    Busy,
    HoursException,
    Reason,
    ServiceRules,
    WeeklyWindow,
    day_bounds,
    group_key,
    offered,
)

ZONES = {
    # ordinary days, then days on which the clocks change
    "Europe/Brussels": (date(2026, 11, 3), date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28)),
    "America/Santiago": (date(2026, 9, 6), date(2026, 4, 4)),  # at midnight
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),  # by half an hour
    "Asia/Beirut": (date(2026, 3, 29), date(2026, 10, 24)),
}


@dataclass(frozen=True)
class World:
    agenda: Agenda
    service: ServiceRules
    busy: list
    blocked: list
    first_day: date
    last_day: date
    now: int
    staff: bool

    @property
    def question(self):
        return self.agenda, self.service, self.busy, self.blocked

    @property
    def days(self):
        return {"first_day": self.first_day, "last_day": self.last_day}

    @property
    def viewer(self):
        return {"now": self.now, "staff": self.staff}

    def but(self, **changes):
        return replace(self, **changes)


steps = st.sampled_from((5, 10, 15, 15, 20, 25, 30, 35, 45, 60))
services_of = st.sampled_from((None, None, None, frozenset({"care"}), frozenset({"other"})))
audiences = st.sampled_from(("public", "public", "public", "staff"))


def rarely(draw, usual, *others):
    return draw(st.sampled_from((usual,) * 4 + others))


@st.composite
def wall_spans(draw):
    """Hours of a day, often up to midnight, often across the hours at which clocks change."""
    start = draw(st.one_of(st.integers(0, 287).map(lambda n: n * 5), st.sampled_from((0, 60, 120, 135, 480))))
    length = draw(st.sampled_from((5, 30, 60, 90, 240, 300, 500, 1440)))
    return start, min(1440, start + length)


@st.composite
def weekly_windows(draw, day):
    start, end = draw(wall_spans())
    cycle = rarely(draw, 1, 2, 3)
    return WeeklyWindow(
        weekday=(day + timedelta(draw(st.integers(0, 2)))).weekday(),
        start=start,
        end=end,
        valid_from=day - timedelta(rarely(draw, 200, -1, 0, 5, 13)),
        valid_to=rarely(draw, None, day, day + timedelta(1)),
        cycle_weeks=cycle,
        week_in_cycle=draw(st.integers(0, cycle - 1)),
        services=draw(services_of),
        audience=draw(audiences),
    )


@st.composite
def hours_exceptions(draw, day):
    start, end = draw(wall_spans())
    first = day + timedelta(draw(st.integers(-1, 2)))
    last = first + timedelta(draw(st.integers(0, 2)))
    kind = draw(st.sampled_from(("close", "replace", "add")))
    return HoursException(kind, first, last, start, end, draw(services_of), draw(audiences))


@st.composite
def rules(draw):
    capacity = draw(st.sampled_from((1, 3, 2)))
    return ServiceRules(
        "care",
        duration=draw(st.sampled_from((5, 20, 30, 30, 45, 90, 200))),
        grid=draw(steps),
        grid_offset=rarely(draw, 0, 5, 10, 70),
        before=draw(st.sampled_from((0, 0, 5, 15))),
        after=draw(st.sampled_from((0, 0, 10, 20))),
        capacity=capacity,
        staff_reserved=rarely(draw, 0, *range(1, capacity + 1)),
        min_notice=draw(st.sampled_from((0, 60, 120, 1440))),
        horizon_days=rarely(draw, 90, 1, 2),
    )


@st.composite
def busy_rows(draw, low, high, midnight, service, group):
    """Somebody else's booking, or one of a group that this service could join."""
    buffers = st.sampled_from((0, 0, 0, 5, 10, 30))
    capacity = draw(st.sampled_from((4, 3, 2, 1)))
    start = draw(st.integers(low // 5, high // 5)) * 5
    length = draw(st.sampled_from((5, 15, 30, 30, 45, 120)))
    session = draw(st.sampled_from((group, group, None, "another")))
    if session == group:
        start += (midnight + service.grid_offset - start) % service.grid
        length = rarely(draw, service.duration, length)
    return Busy(start, start + length, draw(buffers), draw(buffers), session, 1, capacity)


@st.composite
def blocked_spans(draw, low, high):
    start = draw(st.integers(low, high))
    length = draw(st.sampled_from((10, 61, 300)))
    return Blocked(
        start, start + length, draw(st.sampled_from((Reason.ABSENCE, Reason.CLOSURE, Reason.BLOCKED)))
    )


@st.composite
def lone_worlds(draw):
    zone = rarely(draw, "Europe/Brussels", *ZONES)
    day = draw(st.sampled_from(ZONES[zone])) - timedelta(draw(st.integers(0, 1)))
    start, end = draw(wall_spans())
    usual = [WeeklyWindow(weekday, start, end, day - timedelta(30)) for weekday in range(7)]
    agenda = Agenda(
        "nadia",
        zone,
        windows=(*usual, *draw(st.lists(weekly_windows(day), max_size=4))),
        exceptions=tuple(draw(st.lists(hours_exceptions(day), max_size=2))),
        holidays=rarely(draw, frozenset(), frozenset({day + timedelta(draw(st.integers(0, 1)))})),
    )
    service = draw(rules())
    low, high = day_bounds(day, zone)[0], day_bounds(day + timedelta(1), zone)[1]
    # bookings gather in the usual hours of the first day
    rows = busy_rows(low + start - 30, low + end, low, service, group_key(agenda, service))
    busy = draw(st.lists(rows, max_size=draw(st.sampled_from((1, 3, 6)))))
    if busy and draw(st.booleans()):
        busy.append(busy[0])  # two places of one group
    return World(
        agenda=agenda,
        service=service,
        busy=busy,
        blocked=draw(st.lists(blocked_spans(low - 60, high), max_size=2)),
        first_day=day,
        last_day=day + timedelta(draw(st.integers(0, 1))),
        now=low + rarely(draw, -6000, -600, 0, 500, 1000),
        staff=draw(st.booleans()),
    )


@st.composite
def group_worlds(draw):
    """A world in which a group of the service meets at a start that was free before."""
    world = draw(lone_worlds())
    service = replace(
        world.service, capacity=draw(st.sampled_from((4, 3, 2))), staff_reserved=draw(st.integers(0, 1))
    )
    world = world.but(service=service, blocked=world.blocked[:1])
    starts = offered(*world.question, **world.days, now=world.now, staff=True)
    if starts:
        start = draw(st.sampled_from(starts))
        taken = draw(st.integers(1, service.capacity))
        buffers = (service.before, draw(st.sampled_from((service.after, 0, 60))))
        capacity = rarely(draw, service.capacity, taken, 4)
        group = group_key(world.agenda, service)
        row = Busy(start, start + service.duration, *buffers, group, taken, max(taken, capacity))
        world = world.but(busy=[*world.busy, row])
    return world


worlds = st.one_of(lone_worlds(), group_worlds())
