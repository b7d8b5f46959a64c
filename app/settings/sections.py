"""The sections of the settings, as their navigation lists them: a new one is a line here."""

from typing import Any, NamedTuple

from app.kernel.i18n import lazy_gettext as _l


class Section(NamedTuple):
    href: str
    words: Any
    permission: str
    icon: str


SECTIONS = (
    Section("/settings/team", _l("Team"), "staff:manage", "users-round"),
    Section("/settings/health-readers", _l("Who reads health values"), "staff:manage", "heart-pulse"),
    Section("/settings/hours", _l("Weekly hours"), "settings:manage", "clock"),
    Section("/settings/absences", _l("Absences and closures"), "settings:manage", "calendar-x"),
    Section("/settings/services", _l("Services"), "settings:manage", "list-checks"),
    Section("/settings/rooms", _l("Rooms and devices"), "settings:manage", "building-2"),
    Section("/settings/policy", _l("Booking rules"), "settings:manage", "shield-check"),
    Section("/settings/reminders", _l("Reminders"), "settings:manage", "message-square"),
    Section("/settings/quotas", _l("Sessions a year"), "settings:manage", "wallet"),
)
