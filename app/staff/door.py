"""Who may pass to the desk: a living session of a member, within their dates, whose roles cover the permission."""

from flask import abort, g, redirect, request, url_for

from app.identity import sign_in
from app.kernel import clock
from app.kernel.errors import NotAllowed
from app.staff.permissions import may
from app.staff.queries import active_member
from app.web.htmx import redirect_to, wants_fragment
from app.web.outside import services


def admit(permission: str) -> None:
    """Sets g.staff, or sends to the sign-in page; NotAllowed for a member without the permission."""
    signed_in = sign_in.who()
    member = None
    if signed_in and g.practice:
        today = clock.today(services().clock.now(), g.practice.timezone)
        member = active_member(signed_in.account.id, today=today)
    if member is None:
        path = request.full_path.rstrip("?") if request.method == "GET" else None
        target = url_for("sign_in.form", next=path)
        abort(redirect_to(target) if wants_fragment() else redirect(target, 303))
    if not may(member.roles, permission):
        raise NotAllowed
    g.staff = member
