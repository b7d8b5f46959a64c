"""What stands around every page of the desk, by value: with it and its own content, a page is known whole."""

from collections.abc import Hashable

from flask import current_app, g, request

from app.kernel.i18n import language
from app.staff.permissions import PERMISSIONS

# what templates/layouts/desk.html counts, and for whom
COUNTS = {
    "open_requests": "booking:manage",
    "open_threads": "messages:manage",
    "answers_to_read": "care:manage",
    "orphans_waiting": "absences:manage",
}


def of_viewer() -> Hashable:
    """Everything the layouts say of where one is, who looks, and what waits for them (tests/.../test_kept_page.py)."""
    who, practice, member, known = g.person, g.practice, g.staff, current_app.jinja_env.globals
    acting = who.acting_for
    return (
        practice.id,
        practice.catalogue_version,
        language(),
        request.method,
        request.full_path,
        who.account.id,
        who.account.given_name,
        who.account.family_name,
        who.stage,
        who.staff,
        acting.name if acting else None,
        tuple(permission for permission in PERMISSIONS if member.may(permission)),
        known["unread_messages"](),  # type: ignore[operator]
        tuple(known[name]() if member.may(COUNTS[name]) else 0 for name in COUNTS),  # type: ignore[operator]
    )
