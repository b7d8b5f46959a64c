"""What the buttons of the week do to its lines, and how it is drawn."""

from app.kernel.i18n import speaking
from app.settings.week_drawing import AXIS, COLUMN, drawing
from app.settings.week_rows import WORKDAYS, Row, copy_day, copy_week, cut_out


def said(rows):
    return [(row.week, row.weekday, row.start, row.end) for row in rows]


def test_lunch_cuts_every_day_where_there_is_something_to_cut():
    rows = [
        Row(1, 0, 0, "8h30", "17.30"), Row(2, 0, 1, "12:15", "14:00"), Row(3, 0, 2, "11", "12:30"),
        Row(4, 0, 3, "12:15", "12:45"), Row(5, 0, 4, "8:00", "12:00"), Row(6, 0, 5, "huit", "9"),
    ]  # fmt: skip
    assert said(cut_out(rows, 720, 780)) == [
        (0, 0, "08:30", "12:00"), (0, 0, "13:00", "17:30"), (0, 1, "13:00", "14:00"), (0, 2, "11:00", "12:00"),
        (0, 4, "8:00", "12:00"), (0, 5, "huit", "9"),
    ]  # fmt: skip


def test_a_day_is_copied_onto_the_others_with_who_may_book():
    rows = [Row(1, 0, 0, "8", "12", "staff", ("seance",)), Row(2, 0, 2, "9", "10"), Row(3, 0, 5, "9", "10")]
    copied = copy_day(rows, "0", WORKDAYS)
    assert said(copied) == [
        (0, 0, "8", "12"),
        (0, 5, "9", "10"),
        *((0, day, "8", "12") for day in range(1, 5)),
    ]
    assert {(row.audience, row.only) for row in copied if row.weekday < 5} == {("staff", ("seance",))}
    assert len({row.number for row in copied}) == len(copied)
    assert said(copy_day(rows, "0", "0")) == said(copy_day(rows, "7", "x")) == said(rows)


def test_a_week_is_copied_onto_those_that_take_turns_with_it():
    rows = [Row(1, 0, 0, "8", "12"), Row(2, 1, 3, "9", "10")]
    assert said(copy_week(rows, 3)) == [(week, 0, "8", "12") for week in range(3)]


def test_a_week_is_drawn_to_scale_and_grows_for_night_hours():
    with speaking("fr"):
        day = drawing([Row(1, 0, 1, "6:00", "13:30"), Row(2, 0, 1, "25:00", "26"), Row(3, 1, 1, "8", "9")], 0)
        night = drawing([Row(1, 0, 6, "0:00", "5:15"), Row(2, 0, 6, "22:30", "24:00")], 0)
    (block,) = day.blocks
    assert (block.x, block.y, block.height) == (round(AXIS + COLUMN + 0.4, 3), 0, 50)
    assert (night.first, night.last) == (0, 1440) and night.blocks[1].y + night.blocks[1].height == 100
