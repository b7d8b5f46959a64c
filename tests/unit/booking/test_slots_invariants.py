"""What must hold of every agenda, whatever its plan, its bookings and its clocks."""

from datetime import timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.booking.slots import (
    Busy,
    day_bounds,
    first_offered,
    group_key,
    offered,
    offered_by_any,
    verdict,
    verdicts,
)
from tests.unit.booking.slots_oracle import Count
from tests.unit.booking.slots_worlds import worlds

counted = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


def listed(world):
    return offered(*world.question, **world.days, **world.viewer)


def reach(world, row):
    """The starts that a booking can have anything to say about."""
    service = world.service
    return range(
        row.start - service.duration - max(row.before, service.after) + 1,
        row.end + max(row.after, service.before),
    )


@counted
@given(worlds)
def test_the_engine_offers_what_counting_every_minute_offers(world):
    count = Count(*world.question, **world.viewer)
    assert listed(world) == count.offered(world.first_day, world.last_day)


@counted
@given(worlds)
def test_the_verdicts_give_the_reasons_that_counting_every_minute_gives(world):
    count = Count(*world.question, **world.viewer)
    found = verdicts(*world.question, **world.days, **world.viewer)
    assert [each.start for each in found] == list(count.grid(world.first_day, world.last_day))
    for each in found[:: max(1, len(found) // 40)]:
        expected = set(count.reasons(each.start))
        assert {str(reason) for reason in each.reasons} == expected
        assert len(each.reasons) == len(expected)


@counted
@given(worlds, st.integers(0, 2880))
def test_a_verdict_off_the_grid_gives_the_reasons_that_counting_every_minute_gives(world, minute):
    start = day_bounds(world.first_day, world.agenda.zone)[0] + minute
    found = verdict(*world.question, start=start, **world.viewer)
    assert {str(reason) for reason in found.reasons} == set(
        Count(*world.question, **world.viewer).reasons(start)
    )


@counted
@given(worlds)
def test_a_verdict_is_offered_exactly_for_the_offered_starts(world):
    found = verdicts(*world.question, **world.days, **world.viewer)
    assert [each.start for each in found if each.is_offered] == listed(world)
    for each in found[::7]:
        assert verdict(*world.question, start=each.start, **world.viewer) == each


@counted
@given(worlds, st.data())
def test_an_offered_start_can_be_booked_and_then_overlaps_nothing(world, data):
    """Whoever books one offered start after the other never overlaps beyond capacity."""
    service, group = world.service, group_key(world.agenda, world.service)
    booked = []
    for _ in range(4):
        starts = offered(*world.but(busy=world.busy + booked).question, **world.days, **world.viewer)
        if not starts:
            break
        start = data.draw(st.sampled_from(starts))
        assert verdict(*world.but(busy=world.busy + booked).question, start=start, **world.viewer).is_offered
        end = start + service.duration
        booked.append(Busy(start, end, service.before, service.after, group, 1, service.capacity))
    for mine in booked:
        others = [row for row in world.busy + booked if row.start < mine.end and mine.start < row.end]
        assert all(row.session == group and row.start == mine.start for row in others)
        assert sum(row.taken for row in others) <= min(row.capacity for row in others) <= service.capacity


@counted
@given(worlds, st.data())
def test_deleting_a_booking_restores_exactly_what_it_took(world, data):
    assume(world.busy)
    row = data.draw(st.sampled_from(world.busy))
    rest = list(world.busy)
    rest.remove(row)
    before, after = set(listed(world)), set(listed(world.but(busy=rest)))
    assert before <= after
    assert after - before <= set(reach(world, row))
    again = [*rest[:1], row, *rest[1:]]
    assert set(listed(world.but(busy=again))) == before


@counted
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(world, random):
    busy, blocked = list(world.busy), list(world.blocked)
    random.shuffle(busy)
    random.shuffle(blocked)
    other = world.but(busy=busy, blocked=blocked)
    assert listed(other) == listed(world)
    assert verdicts(*other.question, **world.days, **world.viewer) == verdicts(
        *world.question, **world.days, **world.viewer
    )


@counted
@given(worlds)
def test_staff_see_at_least_what_patients_see(world):
    patients, staff = listed(world.but(staff=False)), listed(world.but(staff=True))
    assert set(patients) <= set(staff)


@counted
@given(worlds)
def test_the_first_offered_start_is_the_first_of_the_list(world):
    week = {"first_day": world.first_day - timedelta(3), "last_day": world.last_day + timedelta(9)}
    for days in (week, world.days):
        starts = offered(*world.question, **days, **world.viewer)
        assert first_offered(*world.question, **days, **world.viewer) == (starts[0] if starts else None)


@counted
@given(st.lists(worlds, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_any_agenda_is_the_union_of_all_in_any_order(found, random):
    days, now = found[0].days, found[0].now
    questions = []
    for number, world in enumerate(found):
        agenda = type(world.agenda)(
            f"agenda-{number}", world.agenda.zone, world.agenda.windows, world.agenda.exceptions
        )
        questions.append((agenda, *world.question[1:]))
    pairs = {(start, each[0].id) for each in questions for start in offered(*each, **days, now=now)}
    shuffled = random.sample(questions, len(questions))
    answer = offered_by_any(iter(shuffled), **days, now=now)
    assert list(answer) == sorted(answer)
    assert all(ids == tuple(sorted(ids)) and ids for ids in answer.values())
    assert {(start, agenda) for start, ids in answer.items() for agenda in ids} == pairs
    assert list(answer.items()) == list(offered_by_any(questions, **days, now=now).items())


@counted
@given(worlds)
def test_a_plan_found_again_by_its_version_gives_the_same_starts(world):
    agenda = world.agenda
    versioned = [
        type(agenda)(
            agenda.id, agenda.zone, agenda.windows, agenda.exceptions, agenda.holidays, version=object()
        )
        for _ in range(2)
    ]
    assert versioned[0] != versioned[1]
    for each in versioned:
        assert listed(world.but(agenda=each)) == listed(world)
