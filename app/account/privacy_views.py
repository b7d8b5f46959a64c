"""The tab of one's privacy: who one is connected with, what one is told, who looked, and what happened here."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request
from wtforms import BooleanField, HiddenField

from app.account import journal_lines, moments
from app.account.words import happened
from app.identity import details
from app.identity.actions import details_of
from app.identity.models import AccountConsent
from app.kernel import audit
from app.kernel.errors import NotFound
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.tenancy import practice_context
from app.messaging import readers
from app.patients import actions, queries
from app.patients.queries import Connected
from app.web.access import person
from app.web.door import go
from app.web.forms import BaseForm, page_of, single_args
from app.web.outside import services

bp = Blueprint("account_privacy", __name__)

HERE = "/account/privacy"
DONE = {
    "messages": _l("Your choice of messages is saved."),
    "left": _l("You are no longer connected with this practice."),
    "rejoined": _l("You are connected with this practice again."),
    "connected": _l("You are now connected with this practice."),
}
PAGE = 25


class MessagesForm(BaseForm):
    """The switches; `before` says how they stood on the page."""

    before = HiddenField()
    changes = BooleanField()
    lists = BooleanField()
    reminders = BooleanField()
    messages = BooleanField()
    sms = BooleanField()

    def show(self, wished: dict[str, bool]) -> None:
        for kind, wanted in wished.items():
            self[kind].data = wanted
        self.before.data = "".join("1" if wished[kind] else "0" for kind in details.WISHES)

    def wished_before(self) -> dict[str, bool]:
        marks = (self.before.data or "").ljust(len(details.WISHES))
        return {kind: mark == "1" for kind, mark in zip(details.WISHES, marks, strict=False)}

    def wished(self) -> dict[str, bool]:
        return {kind: bool(self[kind].data) for kind in details.WISHES}


@bp.get(HERE)
@person
def overview() -> str:
    form = MessagesForm()
    form.show(details.wishes(details_of(g.person.account)))
    return _page(form)


@bp.post(f"{HERE}/messages")
@person
def save_messages() -> Any:
    form, g.here = MessagesForm(), HERE
    now = services().clock.now()
    try:
        details.save_wishes(g.person.account, form.wished(), before=form.wished_before(), now=now)
    except details.Stale:
        form.show(details.wishes(details_of(g.person.account)))
        return _page(form, stale=True), 409
    return go(f"{HERE}?done=messages#messages")


def _page(form: MessagesForm, **more: Any) -> str:
    everything = request.args.get("show") == "all"
    found = queries.connections_of(g.person.account, include_left=everything)
    return render_template(
        "account/tab_privacy.html",
        form=form,
        connections=found,
        everything=everything,
        entries=journal_lines.newest(g.person.account, limit=3),
        events=_events(limit=5),
        texts=list(AccountConsent.select().order_by(AccountConsent.at.desc())),
        moment=moments.moment,
        sms=services().sms.offered,
        mobile=readers.number_of(g.person.account),
        done=DONE.get(request.args.get("done", "")),
        **more,
    )


# ---- connections ------------------------------------------------------------------------------------------------


@bp.get("/account/connections/<uuid:connection_id>/leave")
@person
def ask_leave(connection_id: UUID) -> str:
    return render_template("account/leave.html", one=_mine(connection_id))


@bp.post("/account/connections/<uuid:connection_id>/leave")
@person
def leave(connection_id: UUID) -> Any:
    return _turn(connection_id, actions.leave, "left")


@bp.post("/account/connections/<uuid:connection_id>/rejoin")
@person
def rejoin(connection_id: UUID) -> Any:
    return _turn(connection_id, actions.rejoin, "rejoined")


def _turn(connection_id: UUID, act: Callable[..., None], done: str) -> Any:
    BaseForm()  # content type and single values
    one = _mine(connection_id)
    with practice_context(one.practice):
        act(g.person.account, now=services().clock.now(), dependant=one.dependant)
    return go(f"{HERE}?done={done}")


def _mine(connection_id: UUID) -> Connected:
    """Of this person, left or not; any other is not there."""
    for one in queries.connections_of(g.person.account, include_left=True):
        if one.connection.id == connection_id:
            return one
    raise NotFound


# ---- what happened to the account -------------------------------------------------------------------------------


@bp.get("/account/security-log")
@person
def security_log() -> str:
    page = page_of(single_args())
    events = _events(limit=PAGE + 1, offset=page * PAGE)
    return render_template(
        "account/security_log.html", events=events[:PAGE], page=page, more=len(events) > PAGE
    )


def _events(*, limit: int, offset: int = 0) -> list[tuple[datetime, str, str]]:
    """(moment, in words, as the person reads the moment) of the account's own journal, newest first."""
    Event = audit.AccountEvent
    found = (
        Event.select(Event.at, Event.verb)
        .where(Event.account_id == g.person.account.id)
        .order_by(Event.at.desc(), Event.seq.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(event.at, happened(event.verb), moments.moment(event.at)) for event in found]
