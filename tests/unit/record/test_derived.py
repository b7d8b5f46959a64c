"""Body mass index and metabolic rate, against figures worked out by hand."""

from datetime import date

from app.record import derived
from app.record.derived import Body

TODAY = date(2026, 11, 20)
WOMAN = Body(700, 1750, date(1985, 7, 30), "female")


def test_body_mass_index_is_weight_over_height_squared():
    assert derived.value("bmi", WOMAN, today=TODAY) == 229  # 70 / 1.75² = 22.86
    assert derived.value("bmi", Body(1000, 2000), today=TODAY) == 250


def test_metabolic_rate_is_that_of_mifflin_and_st_jeor():
    # 10·70 + 6.25·175 − 5·41 − 161 = 1427.75; of a man 166 more
    assert derived.value("metabolic-rate", WOMAN, today=TODAY) == 1428
    man = Body(700, 1750, date(1985, 7, 30), "male")
    assert derived.value("metabolic-rate", man, today=TODAY) == 1594


def test_years_count_from_the_birthday_on():
    born = Body(700, 1750, date(1985, 11, 21), "female")
    assert derived.value("metabolic-rate", born, today=TODAY) == 1433
    assert derived.value("metabolic-rate", born, today=date(2026, 11, 21)) == 1428


def test_what_is_missing_is_said_and_nothing_is_invented():
    assert derived.missing("bmi", Body()) == ("weight", "height")
    assert derived.missing("metabolic-rate", Body(700, 1750)) == ("birth-date", "sex")
    assert derived.missing("metabolic-rate", Body(700, 1750, date(1985, 1, 1), "other")) == ("sex",)
    assert derived.value("bmi", Body(weight=700), today=TODAY) is None
    assert derived.missing("bmi", WOMAN) == ()
