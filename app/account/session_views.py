"""Where one is signed in: seen, and ended one by one or all but this."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template

from app.account import moments
from app.identity import sessions, sign_in
from app.identity.devices_words import device
from app.identity.models import KnownDevice, Session
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.practice.queries import at_host
from app.web.access import person
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import config, services

bp = Blueprint("account_sessions", __name__)

DONE = {
    "ended": _l("That device is signed out."),
    "others": _l("Every other device is signed out."),
    "forgotten": _l("Your known devices are forgotten."),
}


@dataclass(frozen=True)
class Line:
    """A session as its person reads it."""

    id: UUID
    device: str
    icon: str
    where: str
    last: str
    here: bool


def lines(*, now: datetime) -> list[Line]:
    """For the signed-in person: this device first."""
    found = sessions.living(g.person.account.id, now=now)
    return sorted((_line(session, now) for session in found), key=lambda line: not line.here)


def known_devices() -> int:
    return KnownDevice.select().count()


@bp.get("/account/sessions")
@person
def overview() -> str:
    now = services().clock.now()
    return render_template(
        "account/sessions.html", sessions=lines(now=now), known_devices=known_devices(), done=DONE
    )


@bp.post("/account/sessions/<uuid:session_id>/end")
@person
def end(session_id: UUID) -> Any:
    BaseForm()  # content type and single values
    with write_tx():
        if not sessions.end(session_id, account_id=g.person.account.id):
            raise NotFound
        _journal("session.end")
    if session_id == g.person.session.id:
        return sign_in.drop_cookie(redirect("/", 303))
    return go("/account/sessions?done=ended")


@bp.post("/account/sessions/end-others")
@person
def end_others() -> Any:
    BaseForm()
    with write_tx():
        sessions.end_all(g.person.account.id, but=g.person.session.id)
        _journal("session.end-others")
    return go("/account/sessions?done=others")


@bp.post("/account/sessions/forget-devices")
@person
def forget_devices() -> Any:
    BaseForm()
    with write_tx():
        KnownDevice.delete().execute()
        _journal("device.forget")
    return go("/account/sessions?done=forgotten")


def _journal(verb: str) -> None:
    audit.record_account(g.person.account.id, verb=verb, at=services().clock.now())


def _line(session: Session, now: datetime) -> Line:
    seen = device(session.user_agent)
    return Line(
        id=session.id,
        device=_device(seen.browser, seen.system),
        icon=seen.icon,
        where=_("%(site)s, from %(address)s", site=_site(session.host), address=session.address)
        if session.address
        else _site(session.host),
        last=moments.last_used(session.seen_at, now)
        if session.stage == "open"
        else _("Knows your password; the second step is still missing"),
        here=session.id == g.person.session.id,
    )


def _device(browser: str, system: str) -> str:
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("Unknown device")


def _site(host: str) -> str:
    if host == config().app_host:
        return "Parvis"
    practice = at_host(host)
    return practice.name if practice else host
