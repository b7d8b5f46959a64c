"""When something happened, as the person it concerns would say it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import g

from app.kernel import clock
from app.kernel.clock import HOME
from app.kernel.i18n import _, clock_label, date_label, language

JUST_NOW = timedelta(minutes=5)


def zone() -> ZoneInfo:
    """Where the reader's clock hangs: the practice's place, or the portal's."""
    return clock.zone(g.practice.timezone if g.get("practice") else HOME)


def moment(at: datetime) -> str:
    """«24 November 2026, 14:30»."""
    there = at.astimezone(zone())
    return f"{date_label(there.date(), language())}, {clock_label(there, language())}"


def last_used(at: datetime, now: datetime) -> str:
    """A whole sentence: how long ago is what tells one's own device from a stranger's."""
    if now - at < JUST_NOW:
        return _("Used a moment ago")
    there, today = at.astimezone(zone()), now.astimezone(zone()).date()
    hour = clock_label(there, language())
    if there.date() == today:
        return _("Last used today at %(hour)s", hour=hour)
    if there.date() == today - timedelta(days=1):
        return _("Last used yesterday at %(hour)s", hour=hour)
    return _("Last used on %(day)s at %(hour)s", day=date_label(there.date(), language()), hour=hour)
