"""«My messages»: what one's practices told, at one of them or at the central portal for all. Opening reads."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, g, render_template

from app.identity import sign_in
from app.kernel.errors import NotFound
from app.kernel.i18n import lazy_gettext as _l
from app.messaging import actions, queries, readers
from app.messaging.queries import Message
from app.messaging.readers import Reader
from app.web.access import person
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("messages", __name__)
HERE = "/account/messages"
PAGE = 25
DONE = {"unread": _l("The message is marked as unread.")}


def install(app: Flask) -> None:
    app.jinja_env.globals["unread_messages"] = unread_messages


def unread_messages() -> int:
    """For the menu of every page: of the signed-in person, where they are. Asked once a request."""
    if "unread_messages" not in g:
        who = sign_in.who()
        reader = g.get("reader") or (_reader(who) if who is not None and who.is_open else None)
        g.unread_messages = queries.unread(reader, practice=g.get("practice")) if reader else 0
    return int(g.unread_messages)


def _reader(who: Any) -> Reader | None:
    return readers.viewer(who.account, who.acting_for, now=services().clock.now())


@bp.get(HERE)
@person
def inbox() -> str:
    args = single_args()
    page, unread = _page_of(args.get("page", "")), args.get("show") == "unread"
    reader = _reader(g.person)
    found: list[Message] = []
    if reader:
        found = queries.messages(
            reader, practice=g.practice, unread=unread, limit=PAGE + 1, offset=page * PAGE
        )
    return render_template(
        "messaging/messages.html",
        messages=found[:PAGE],
        more=len(found) > PAGE,
        page=page,
        unread=unread,
        allowed=reader is not None,
        done=DONE.get(args.get("done", "")),
    )


def _page_of(text: str) -> int:
    return min(int(text), 10_000) if text.isascii() and text.isdigit() and len(text) < 6 else 0


@bp.get(f"{HERE}/<uuid:message_id>")
@person
def message(message_id: UUID) -> str:
    shown, now = _mine(message_id), services().clock.now()
    actions.mark_read(shown, now=now)
    details = queries.details(shown, now=now)
    return render_template("messaging/message.html", message=shown, details=details)


@bp.post(f"{HERE}/<uuid:message_id>/unread")
@person
def mark_unread(message_id: UUID) -> Any:
    BaseForm()  # content type and single values
    actions.mark_unread(_mine(message_id))
    return go(f"{HERE}?done=unread")


def _mine(message_id: UUID) -> Message:
    reader = _reader(g.person)
    if reader is None:
        raise NotFound
    return queries.message(reader, message_id, practice=g.practice)
