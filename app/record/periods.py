"""The stretches of time a page shows, and how many days one point of its picture stands for."""

from datetime import date, timedelta

PERIODS: dict[str, int | None] = {"week": 7, "month": 31, "quarter": 92, "year": 366, "all": None}
DEFAULT = "quarter"
MOST_POINTS = 132  # of a picture: more cannot be told apart on a telephone
WIDTHS = (1, 7, 28, 91, 364)  # days one point stands for


def first_day(period: str, *, today: date) -> date | None:
    """The first day of a period that ends today; None for all of it."""
    days = PERIODS[period]
    return today - timedelta(days=days - 1) if days is not None else None


def width(days: int, values: int) -> int:
    """How many days are taken together, 0 when each value is a point of its own."""
    if values <= MOST_POINTS:
        return 0
    return next((one for one in WIDTHS if days / one <= MOST_POINTS), WIDTHS[-1])
