"""Who may pass to the desk: a member of this practice, within their dates, whose roles cover the permission."""

from flask import g, redirect
from werkzeug.exceptions import abort

from app.identity import door
from app.identity.models import STRONG
from app.kernel import clock
from app.kernel.errors import NotAllowed
from app.staff.permissions import may
from app.staff.queries import active_member
from app.web.outside import services


def admit(permission: str, *, fresh: bool = False, level: int = 0) -> None:
    """Sets g.person and g.staff, or sends to the missing step; NotAllowed without membership or permission."""
    door.admit("person", fresh=fresh, level=level)
    today = clock.today(services().clock.now(), g.practice.timezone)
    member = active_member(g.person.account.id, today=today)
    if member is None or not may(member.roles, permission):
        raise NotAllowed
    if g.person.session.method not in STRONG:
        abort(redirect("/account/sign-in?missing=strong", 303))
    g.staff = member
