"""When an exercise is due, which days may be ticked, and how the last weeks went."""

from datetime import date, timedelta

import pytest

from app.exercises import common, days
from app.exercises.days import Course, Week

FRIDAY = date(2026, 11, 20)
MONDAY, WEDNESDAY = 0b0000001, 0b0000100
ALL = 127


def test_it_is_due_on_its_days_between_the_first_and_the_last():
    course = Course(date(2026, 11, 16), date(2026, 11, 25), MONDAY | WEDNESDAY)
    due = [day for n in range(20) if course.is_due(day := date(2026, 11, 10) + timedelta(days=n))]
    assert due == [date(2026, 11, 16), date(2026, 11, 18), date(2026, 11, 23), date(2026, 11, 25)]


@pytest.mark.parametrize(("back", "may"), [(0, True), (1, True), (2, False), (-1, False), (365, False)])
def test_today_and_yesterday_may_be_ticked_and_no_other_day(back, may):
    course = Course(FRIDAY - timedelta(days=400), None, ALL)
    assert days.can_tick(course, FRIDAY - timedelta(days=back), today=FRIDAY) is may


def test_a_day_on_which_nothing_is_due_is_not_ticked():
    assert not days.can_tick(Course(FRIDAY - timedelta(days=9), None, MONDAY), FRIDAY, today=FRIDAY)
    assert not days.can_tick(Course(FRIDAY + timedelta(days=1), None, ALL), FRIDAY, today=FRIDAY)
    assert not days.can_tick(Course(date(2026, 1, 1), FRIDAY - timedelta(days=2), ALL), FRIDAY, today=FRIDAY)


def test_weeks_count_what_was_due_until_today_and_what_was_done():
    course = Course(date(2026, 11, 12), None, ALL)  # a Thursday
    done = [date(2026, 11, 12), date(2026, 11, 13), date(2026, 11, 17)]
    assert days.weeks([course], done, today=FRIDAY) == [
        Week(date(2026, 11, 9), 4, 2),
        Week(date(2026, 11, 16), 5, 1),
    ]
    assert [one.percent for one in days.weeks([course], done, today=FRIDAY)] == [50, 20]
    assert days.weeks([], [], today=FRIDAY) == []


def test_the_picture_never_says_more_than_all():
    assert Week(FRIDAY, 2, 5).percent == 100 and Week(FRIDAY, 0, 0).percent == 0


def test_every_common_exercise_has_its_drawing_and_all_languages(request):
    folder = request.config.rootpath / "static" / "img" / "exercises"
    assert {path.stem for path in folder.glob("*.svg")} == common.DRAWINGS
    for one in common.EXERCISES:
        assert set(one.name) == set(one.text) == {"fr", "nl", "de", "en"}
        drawn = (folder / f"{one.key}.svg").read_text()
        assert "<script" not in drawn and "href" not in drawn and "style" not in drawn
