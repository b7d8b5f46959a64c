"""The words of programmes: how much, on which days, and how it felt."""

from datetime import date
from typing import Any

from app.exercises.models import EVERY_DAY, CareActivity
from app.kernel.i18n import _, language, locale_of, ngettext
from app.kernel.i18n import lazy_gettext as _l

FEELINGS: dict[str, Any] = {
    "easy": _l("Easy"),
    "right": _l("Just right"),
    "hard": _l("Hard"),
    "painful": _l("Painful"),
}


def dose(one: CareActivity) -> str:
    """«3 × 10 repetitions · 20 seconds», without what is not said."""
    parts = []
    if one.series and one.repetitions:
        parts.append(_("%(series)s × %(times)s repetitions", series=one.series, times=one.repetitions))
    elif one.repetitions:
        parts.append(ngettext("%(num)s repetition", "%(num)s repetitions", one.repetitions))
    elif one.series and one.seconds:
        return f"{one.series} × {_seconds(one.seconds)}"
    elif one.series:
        parts.append(_("series: %(count)s", count=one.series))
    if one.seconds:
        parts.append(_seconds(one.seconds))
    return " · ".join(parts)


def _seconds(seconds: int) -> str:
    if seconds >= 60 and seconds % 60 == 0:
        return ngettext("%(num)s minute", "%(num)s minutes", seconds // 60)
    return ngettext("%(num)s second", "%(num)s seconds", seconds)


def weekdays(bits: int) -> str:
    if bits == EVERY_DAY:
        return _("every day")
    names = day_names()
    return ", ".join(names[day] for day in range(7) if bits >> day & 1)


def day_names() -> list[str]:
    """Monday first, in full."""
    names = locale_of(language()).days["format"]["wide"]
    return [str(names[day]) for day in range(7)]


def week_label(first: date) -> str:
    """The Monday a week begins with, as a picture has room for: 23/11."""
    return f"{first.day}/{first.month}"
