"""What a birthday changes for people acted for (GDPR art. 8; laws of 30 July 2018 and of 22 August 2002, art. 12)."""

from datetime import date

SCOPES = ("book", "messages", "invoices", "health")
GROWN_UP = 18
ALONE = 16  # from here on somebody may have an account of their own, and health data are their affair
TOLD = (12, ALONE)  # birthdays both are told about; the eighteenth ends it


def age_on(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: date, years: int) -> date:
    """Of somebody born on 29 February: 1 March, when the year has fully passed."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def scopes_of_child(born: date, day: date) -> tuple[str, ...]:
    """What a parent or guardian may do: everything for a child, less health from sixteen, nothing from eighteen."""
    age = age_on(born, day)
    if age >= GROWN_UP:
        return ()
    return SCOPES if age < ALONE else tuple(scope for scope in SCOPES if scope != "health")


def due_birthdays(born: date, day: date, *, noted: list[int]) -> list[int]:
    """Birthdays reached and not yet told, oldest first; one long past is told no more."""
    reached = [years for years in TOLD if birthday(born, years) <= day and years not in noted]
    return [years for years in reached if (day - birthday(born, years)).days <= 30]
