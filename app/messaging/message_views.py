"""«My messages»: received and sent, at one practice or at the central portal for all. Opening reads."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Flask, abort, g, render_template, request

from app.identity import sign_in
from app.kernel.db import EPOCH
from app.kernel.errors import NotFound
from app.kernel.i18n import lazy_gettext as _l
from app.messaging import actions, boxes, queries, readers
from app.messaging.boxes import Asked
from app.messaging.queries import MOST_COUNTED, Message
from app.messaging.readers import Reader
from app.messaging.threads import pages
from app.web.access import person
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("messages", __name__)
HERE = "/account/messages"
MARK = "m-"  # before the id of each box of the list: a field of its own, as every form here has them
DONE = {
    "sent": _l("Your message is sent."),
    "read": _l("Marked as read."),
    "unread": _l("The message is marked as unread."),
    "deleted": _l("Deleted from your messages. The practice keeps what it received and wrote."),
    "restored": _l("The messages are back."),
    "nothing": _l("Tick the messages first, then choose what to do with them."),
}


def install(app: Flask) -> None:
    app.jinja_env.globals["unread_messages"] = unread_messages


def unread_messages() -> int:
    """For the menu of every page: of the signed-in person, where they are. Asked once a request."""
    if "unread_messages" not in g:
        who = sign_in.who()
        reader = g.get("reader") or (reader_of(who) if who is not None and who.is_open else None)
        g.unread_messages = queries.unread(reader, practice=g.get("practice")) if reader else 0
    return int(g.unread_messages)


def reader_of(who: Any) -> Reader | None:
    return readers.viewer(who.account, who.acting_for, now=services().clock.now())


@bp.get(HERE)
@person
def inbox() -> str:
    args = single_args()
    reader, asked, now = reader_of(g.person), boxes.asked(args), services().clock.now()
    g.reader = reader  # the menu need not count again what the box has counted
    shown = boxes.page(reader, asked, practice=g.practice, now=now) if reader else boxes.Shown([], "")
    return render_template(
        "messaging/messages.html",
        messages=shown.messages,
        asked=asked,
        older=_address(asked, before=shown.older) if shown.older else "",
        newest=_address(asked) if asked.before else "",
        address=_address,
        allowed=reader is not None,
        counted=MOST_COUNTED,
        done=DONE.get(args.get("done", "")),
        undo=args.get("undo", "") if args.get("done") == "deleted" else "",
    )


def _address(asked: Asked, **changes: str) -> str:
    """The same part of the box, with something else about it."""
    parts = {"box": asked.box, "show": asked.show, "q": asked.words, **changes}
    usual = {"box": "received", "show": "all"}
    kept = {name: value for name, value in parts.items() if value and usual.get(name) != value}
    return f"{HERE}?{urlencode(kept)}" if kept else HERE


@bp.get(f"{HERE}/<uuid:message_id>")
@person
def message(message_id: UUID) -> str:
    shown, now = mine(message_id), services().clock.now()
    actions.mark_read(shown, now=now)
    if shown.is_written:
        args = single_args()
        return pages.thread(shown, before=args.get("before", ""), done=DONE.get(args.get("done", "")))
    details = queries.details(shown, now=now)
    return render_template("messaging/message.html", message=shown, details=details)


@bp.post(f"{HERE}/<uuid:message_id>/unread")
@person
def mark_unread(message_id: UUID) -> Any:
    BaseForm()  # content type and single values
    actions.mark_unread(mine(message_id))
    return go(f"{HERE}?done=unread")


@bp.post(f"{HERE}/selection")
@person
def select() -> Any:
    """Read, unread or deleted: several at once, whichever button was pressed."""
    BaseForm()  # content type and single values
    wish, now = request.form.get("do", ""), services().clock.now()
    chosen = _chosen()
    if wish not in ("read", "unread", "deleted"):
        abort(400)
    if not chosen:
        return go(f"{HERE}?done=nothing")
    if wish == "deleted":
        actions.hide(chosen, now=now)
        return go(f"{HERE}?done=deleted&undo={(now - EPOCH) // timedelta(microseconds=1)}")
    actions.mark(chosen, read=wish == "read", now=now)
    return go(f"{HERE}?done={wish}")


def _chosen() -> list[Message]:
    """Whatever is ticked and theirs; NotFound when something of it is not."""
    try:
        ids = {UUID(name.removeprefix(MARK)) for name in request.form if name.startswith(MARK)}
    except ValueError:
        abort(400)
    reader = reader_of(g.person)
    found = queries.of_ids(reader, list(ids), practice=g.practice) if reader and ids else []
    if len(found) != len(ids):
        raise NotFound
    return found


@bp.post(f"{HERE}/undo")
@person
def undo() -> Any:
    """What was deleted a moment ago comes back."""
    BaseForm()  # content type and single values
    text, reader = request.form.get("undo", ""), reader_of(g.person)
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        abort(400)
    if reader is None:
        raise NotFound
    files = boxes.files_of(reader, practice=g.practice)
    actions.restore(files, EPOCH + timedelta(microseconds=int(text)))
    return go(f"{HERE}?done=restored")


def mine(message_id: UUID) -> Message:
    """NotFound for anybody else's, and for somebody acted for whose messages are not one's affair."""
    reader = reader_of(g.person)
    if reader is None:
        raise NotFound
    return queries.message(reader, message_id, practice=g.practice)
