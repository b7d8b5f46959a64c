"""Who comes next, and what range is told: pure rules."""

import pytest

from app.walkins.queue import InLine, Range, ahead_of, average_of, in_order, waiting_range


def keys(people):
    return [one.key for one in in_order(people)]


def test_priority_goes_before_time_and_whoever_is_called_before_all():
    people = [InLine("late", 2, 30), InLine("urgent", 1, 40), InLine("early", 2, 10), InLine("patient", 3, 0)]
    assert keys(people) == ["urgent", "early", "late", "patient"]
    assert keys([*people, InLine("called", 3, 50, called=True)])[0] == "called"


def test_an_appointment_stands_among_the_numbers_by_its_time():
    people = [InLine("number 1", 2, 590), InLine("appointment at 10", 2, 600), InLine("number 2", 2, 605)]
    assert keys(people) == ["number 1", "appointment at 10", "number 2"]


def test_one_who_is_not_in_line_has_everybody_before_them():
    people = [InLine("a", 2, 1), InLine("b", 2, 2)]
    assert (ahead_of("a", people), ahead_of("b", people), ahead_of("c", people)) == (0, 1, 2)


@pytest.mark.parametrize(
    ("ahead", "active", "told"),
    [
        (0, 1, Range(0, 0)),
        (1, 1, Range(10, 15)),  # 0.8 x 15 = 12, said as 10
        (4, 1, Range(45, 60)),  # 48 to 60
        (4, 2, Range(20, 30)),  # two receive: 24 to 30
        (3, 2, Range(15, 25)),  # 18 to 22.5
    ],
)
def test_the_range_is_from_eight_tenths_of_the_average_to_the_average_and_rounded_outwards(
    ahead, active, told
):
    assert waiting_range(ahead, now=0, booked=(), active=active, average=15) == told


def test_nobody_is_told_a_time_while_nobody_receives():
    assert waiting_range(3, now=0, booked=(), active=0, average=15) is None


def test_appointments_due_before_the_turn_are_counted_and_later_ones_are_not():
    assert waiting_range(1, now=0, booked=(10, 200), active=1, average=15) == Range(20, 30)
    # the second becomes due because of the first, and the turn moves on until it holds
    assert waiting_range(1, now=0, booked=(10, 25, 400), active=1, average=15) == Range(35, 45)


def test_a_hundred_appointments_end_in_an_answer():
    assert waiting_range(50, now=0, booked=tuple(range(0, 1000, 10)), active=1, average=15).most == 150 * 15


def test_the_average_is_the_middle_of_ten_visits_and_the_practices_own_number_before_that():
    assert average_of([20] * 9, usual=15) == 15
    assert average_of([20] * 10, usual=15) == 20
    assert average_of([*[20] * 9, 230], usual=15) == 20  # one that somebody forgot to end
    assert average_of([10, 30] * 5, usual=15) == 20
