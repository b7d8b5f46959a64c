"""What a pool of rooms takes away, against looking at every minute of every room."""

from hypothesis import given
from hypothesis import strategies as st

from app.booking.slots import ServiceRules, free_unit, rooms
from app.booking.slots.engine import verdict
from app.booking.slots.terms import Agenda, Reason, WeeklyWindow, date

ZONE = "UTC"
DAY = date(2026, 11, 24)
MIDNIGHT = (DAY - date(1970, 1, 1)).days * 1440
AGENDA = Agenda("a", ZONE, tuple(WeeklyWindow(day, 0, 1440, date(2020, 1, 1)) for day in range(7)))
GROUP = "care@a"


@st.composite
def uses(draw):
    """One session in a room: (start, end) with the buffers inside, `before` to its core, and whose group it is."""
    start = draw(st.integers(0, 40)) * 5
    before, core, after = (
        draw(st.sampled_from((0, 5, 10))),
        draw(st.sampled_from((15, 30, 60))),
        draw(st.sampled_from((0, 10))),
    )
    session = draw(st.sampled_from((None, GROUP, "other@b")))
    begins = MIDNIGHT + 600 + start
    return begins - before, begins + core + after, before, 0, session, 1, 1


@st.composite
def pools(draw):
    rules = ServiceRules(
        "care",
        duration=draw(st.sampled_from((10, 30, 45))),
        grid=5,
        before=draw(st.sampled_from((0, 5, 15))),
        after=draw(st.sampled_from((0, 10, 20))),
        capacity=draw(st.sampled_from((1, 3))),
    )
    units = draw(st.lists(st.lists(uses(), max_size=4), max_size=3))
    return rules, units


def is_free(rules, room, start):
    """Minute by minute: nobody is in the room, unless it is the group one joins at this very time."""
    wanted = set(range(start - rules.before, start + rules.duration + rules.after))
    for begin, end, before, _after, session, _taken, _capacity in room:
        joins = rules.capacity > 1 and session == GROUP and begin + before == start
        if not joins and wanted & set(range(begin, end)):
            return False
    return True


@given(pools(), st.integers(0, 70))
def test_a_start_is_lost_exactly_when_no_single_room_is_free_for_all_of_it(pool, step):
    rules, units = pool
    start = MIDNIGHT + 560 + step * 5
    blocked = rooms(rules, units, group=GROUP)
    found = verdict(AGENDA, rules, [], blocked, start=start, now=0, staff=True)
    free = [number for number, room in enumerate(units) if is_free(rules, room, start)]
    assert (Reason.ROOM_BUSY in found.reasons) == (not free)
    assert free_unit(rules, units, start, group=GROUP) == (free[0] if free else None)


@given(pools())
def test_the_order_of_what_is_taken_does_not_matter(pool):
    rules, units = pool
    assert rooms(rules, units, group=GROUP) == rooms(rules, [list(reversed(u)) for u in units], group=GROUP)
