"""A wish and an offer in words."""

from datetime import timedelta

from app.booking.labels import MONDAY, when
from app.kernel.i18n import _, day_label, language, lazy_gettext, short_day, wall_label
from app.waiting.models import WaitEntry, WaitOffer

EVERY_DAY = 127

PRIORITIES = {
    0: lazy_gettext("In the order of the list"),
    1: lazy_gettext("Soon"),
    2: lazy_gettext("Urgent"),
}
OUTCOMES = {
    "open": lazy_gettext("Waits for an answer"),
    "accepted": lazy_gettext("Accepted"),
    "declined": lazy_gettext("Declined"),
    "expired": lazy_gettext("No answer"),
    "withdrawn": lazy_gettext("Withdrawn meanwhile"),
    "lost": lazy_gettext("No longer possible"),
}


def days(entry: WaitEntry) -> str:
    """«lun., mer.»; nothing when any day will do."""
    if entry.weekdays == EVERY_DAY:
        return ""
    chosen = (number for number in range(7) if entry.weekdays >> number & 1)
    return ", ".join(short_day(MONDAY + timedelta(days=number), language())[0] for number in chosen)


def hours(entry: WaitEntry) -> str:
    """Nothing when any hour will do."""
    first, last = (wall_label(minute, language()) for minute in (entry.start_minute, entry.end_minute))
    if entry.start_minute and entry.end_minute < 1440:
        return _("between %(first)s and %(last)s", first=first, last=last)
    if entry.start_minute:
        return _("from %(first)s on", first=first)
    return _("before %(last)s", last=last) if entry.end_minute < 1440 else ""


def period(entry: WaitEntry) -> str:
    first, last = (day_label(day, language()) for day in (entry.first_day, entry.last_day))
    if entry.first_day == entry.last_day:
        return first
    return _("from %(first)s until %(last)s", first=first, last=last)


def wished(entry: WaitEntry) -> str:
    """When, in one line."""
    return ", ".join(filter(None, (period(entry), days(entry), hours(entry))))


def with_whom(entry: WaitEntry) -> str:
    return entry.schedule.practitioner.name if entry.schedule_id else _("whoever is free")


def offered_time(offer: WaitOffer) -> str:
    return when(offer.starts, offer.entry.location.timezone)
