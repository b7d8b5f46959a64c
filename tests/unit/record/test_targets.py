"""Goals: which are whole, when a value reaches one, how it went."""

import pytest

from app.record.targets import Progress, Target, is_whole, progress, reaches

PRESSURE = Target("at-most", high=140, second_high=90)


@pytest.mark.parametrize(
    ("target", "whole"),
    [
        (Target("at-least", low=6000), True), (Target("at-least", high=6000), False),
        (Target("at-least", low=1, high=2), False), (Target("at-most", high=700), True),
        (Target("between", low=60, high=80), True), (Target("between", low=80, high=60), False),
        (Target("between", low=60), False), (Target("sideways", low=1, high=2), False), (PRESSURE, True),
        (Target("at-most", high=140, second_low=90), False),
    ],
)  # fmt: skip
def test_the_numbers_go_with_the_direction(target, whole):
    assert is_whole(target) is whole


@pytest.mark.parametrize(
    ("target", "value", "second", "reached"),
    [
        (Target("at-least", low=6000), 6000, None, True), (Target("at-least", low=6000), 5999, None, False),
        (Target("at-most", high=700), 700, None, True), (Target("at-most", high=700), 701, None, False),
        (Target("between", low=60, high=80), 60, None, True), (Target("between", low=60, high=80), 81, None, False),
        (PRESSURE, 135, 85, True), (PRESSURE, 135, 95, False), (PRESSURE, 150, 85, False),
    ],
)  # fmt: skip
def test_both_ends_belong_to_it_and_a_pair_reaches_it_with_both(target, value, second, reached):
    assert reaches(target, value, second) is reached


def test_progress_counts_from_the_first_to_the_last():
    found = progress(Target("at-most", high=700), [(720, None), (705, None), (700, None), (690, None)])
    assert found == Progress(4, 2, (720, None), (690, None), True) and found.percent == 50
    assert progress(PRESSURE, []) == Progress(0, 0) and Progress(0, 0).percent == 0
