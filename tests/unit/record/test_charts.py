"""The picture says what the numbers say: every point is read back from where it is drawn."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.record import charts, periods
from app.record.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Mark


def marks(*values):
    return [Mark(at * 10, value, value, value) for at, value in enumerate(values)]


def scale(chart):
    """From a y of the picture to the value it stands for, as its own axis says."""
    (low_y, low), (high_y, high) = chart.across[0], chart.across[-1]
    return lambda y: low + (float(low_y) - float(y)) / (float(low_y) - float(high_y)) * (high - low)


def points(path):
    return [tuple(map(float, pair.split())) for pair in re.split("[ML]", path.rstrip("Z"))[1:]]


def test_without_a_value_there_is_no_picture():
    assert charts.draw([[]], first=0, last=10) is None


@given(st.lists(st.integers(0, 7000), min_size=1, max_size=60))
def test_every_point_is_where_its_value_is(values):
    chart = charts.draw([marks(*values)], first=0, last=max(len(values) * 10, 1))
    value_at, drawn = scale(chart), points(chart.lines[0].path)
    span = chart.across[-1][1] - chart.across[0][1]
    assert len(drawn) == len(values)
    for (x, y), value in zip(drawn, values, strict=True):
        assert abs(value_at(y) - value) <= span / 200
        assert LEFT <= x <= WIDTH - RIGHT and TOP <= y <= HEIGHT - BOTTOM
    assert chart.across[0][1] <= min(values) and max(values) <= chart.across[-1][1]
    assert 4 <= len(chart.across) <= 8


def test_two_series_share_one_scale():
    chart = charts.draw([marks(120, 130), marks(80, 85)], first=0, last=10)
    value_at = scale(chart)
    assert [round(value_at(y)) for _x, y in points(chart.lines[0].path)] == [120, 130]
    assert [round(value_at(y)) for _x, y in points(chart.lines[1].path)] == [80, 85]


def test_the_spread_reaches_from_least_to_most():
    chart = charts.draw([[Mark(0, 50, 40, 60), Mark(10, 55, 45, 70)]], first=0, last=10)
    value_at = scale(chart)
    assert [round(value_at(y)) for _x, y in points(chart.lines[0].spread)] == [60, 70, 45, 40]
    assert charts.draw([marks(1, 2)], first=0, last=10).lines[0].spread == ""


@pytest.mark.parametrize(
    ("limits", "low", "high"), [((60, 80), 60, 80), ((None, 80), None, 80), ((60, None), 60, None)]
)
def test_the_band_of_a_goal_lies_between_its_limits_or_to_the_edge(limits, low, high):
    chart = charts.draw([marks(50, 90)], first=0, last=10, goals=[limits])
    ((top, height),) = chart.bands
    value_at = scale(chart)
    assert (round(value_at(top)) == high) if high is not None else (float(top) == TOP)
    foot = float(top) + float(height)
    assert (round(value_at(foot)) == low) if low is not None else (round(foot) == HEIGHT - BOTTOM)


def test_a_goal_outside_the_values_is_still_in_the_picture():
    chart = charts.draw([marks(900, 910)], first=0, last=10, goals=[(None, 700)])
    assert chart.across[0][1] <= 700 and chart.across[-1][1] >= 910


def test_bars_stand_on_nought():
    chart = charts.draw([marks(4000, 8000)], first=0, last=10, bars=True)
    assert chart.across[0][1] == 0
    tall = [float(height) for _x, _y, _width, height in chart.lines[0].bars]
    assert abs(tall[1] / tall[0] - 2) < 0.02
    for x, _y, width, _height in chart.lines[0].bars:
        assert float(x) >= LEFT and float(x) + float(width) <= WIDTH - RIGHT + 0.1


def test_many_points_have_no_dots_and_one_alone_has_one():
    assert charts.draw([marks(*range(100))], first=0, last=990).lines[0].dots == ()
    assert len(charts.draw([marks(5)], first=0, last=10).lines[0].dots) == 1


def test_nothing_goes_below_what_can_be():
    assert charts.draw([marks(1, 2)], first=0, last=10, least=0).across[0][1] >= 0


@given(st.integers(1, 40_000), st.integers(1, 100_000))
def test_a_picture_never_has_more_points_than_one_can_tell_apart(days, values):
    width = periods.width(days, values)
    if width == 0:
        assert values <= periods.MOST_POINTS
    elif width < periods.WIDTHS[-1]:
        assert days / width <= periods.MOST_POINTS
