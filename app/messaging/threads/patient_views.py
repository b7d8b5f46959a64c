"""The person's side of a thread: a new message, a reply, one passed on to another practice, and its files."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.kernel.errors import NotFound
from app.kernel.i18n import _, language
from app.kernel.tenancy import practice_context
from app.messaging.message_views import HERE, mine, reader_of
from app.messaging.models import Attachment
from app.messaging.queries import Message
from app.messaging.threads import actions, addresses, pages, queries
from app.messaging.threads.actions import Author
from app.messaging.threads.addresses import Address
from app.messaging.threads.forms import TO_CHOOSE, NewForm, ReplyForm
from app.web import limits
from app.web.access import checks_its_token, person, takes_files
from app.web.door import go
from app.web.forms import single_args
from app.web.outside import services
from app.web.uploads import Upload

bp = Blueprint("threads", __name__)
SENT = f"{HERE}?box=sent&done=sent"
MANY = 6  # addresses one finds at a glance; of more, one searches


@bp.get(f"{HERE}/new")
@person
def new() -> str:
    args, form = single_args(), NewForm(formdata=None)
    found = _addresses()
    keys = [one.key for one in found]
    form.to.data = args.get("to") if args.get("to") in keys else keys[0] if len(keys) == 1 else None
    return _new_page(form, found, words=args.get("q", ""))


@bp.post(f"{HERE}/new")
@checks_its_token
@takes_files
@person
def send() -> Any:
    form, found = NewForm(), _addresses()
    if not form.validate() or not form.fits(to := addresses.chosen(found, form.to.data)):
        return _new_page(form, found), 422
    _begin(form, to)
    return go(SENT)


@bp.get(f"{HERE}/<uuid:message_id>/forwarding")
@person
def forwarding(message_id: UUID) -> str:
    shown, form = mine(message_id), NewForm(formdata=None)
    form.subject.data = _("Fwd: %(subject)s", subject=shown.title)[:150]
    form.body.data = _quoted(shown)
    return _forward_page(shown, form)


@bp.post(f"{HERE}/<uuid:message_id>/forwarding")
@checks_its_token
@takes_files
@person
def forward(message_id: UUID) -> Any:
    """A new message of the person's own, with the files of the old one that stayed ticked."""
    shown, form = mine(message_id), NewForm()
    fits = form.validate() and form.has_room_for(len(_ticked(shown)))
    if not fits or not form.fits(to := addresses.chosen(_addresses(), form.to.data)):
        return _forward_page(shown, form), 422
    _begin(form, to, more=_kept(shown))
    return go(SENT)


@bp.post(f"{HERE}/<uuid:message_id>/reply")
@checks_its_token
@takes_files
@person
def reply(message_id: UUID) -> Any:
    shown, form = mine(message_id), ReplyForm()
    if not shown.is_written:
        raise NotFound
    if not form.validate():
        return pages.thread(shown, form=form), 422
    limits.hit("message", account=g.person.account.id)
    with practice_context(shown.practice):
        row = actions.reply(
            shown.row.thread,
            form.draft(),
            by=_author(),
            files=services().files,
            now=services().clock.now(),
        )
    return go(f"{HERE}/{row.id}?done=sent#{row.id}")


@bp.get(f"{HERE}/<uuid:message_id>/attachments/<uuid:attachment_id>")
@person
def attachment(message_id: UUID, attachment_id: UUID) -> Any:
    """Through the message it hangs on: whoever may not read that has no file either."""
    shown = mine(message_id)
    with practice_context(shown.practice):
        found = queries.attachment(attachment_id)
        if found.communication_id != shown.row.id:
            raise NotFound
        return queries.served(found, files=services().files, inline="show" in single_args())


# ---- what they share --------------------------------------------------------------------------------------------


def _addresses() -> list[Address]:
    reader = reader_of(g.person)
    if reader is None:
        raise NotFound
    return addresses.addresses(reader, practice=g.practice, now=services().clock.now())


def _author() -> Author:
    who = g.person
    name = who.account.name
    if who.acting_for is not None:
        name = _("%(name)s, for %(whom)s", name=name, whom=who.acting_for.name)
    return Author(who.actor, name)


def _begin(form: NewForm, to: Address, *, more: tuple[Upload, ...] = ()) -> None:
    draft = form.draft()
    limits.hit("message", account=g.person.account.id)
    draft = actions.Draft(draft.body, draft.attempt, (*more, *draft.uploads))
    with practice_context(to.practice):
        actions.begin(
            to.patient_id,
            form.subject.data,
            draft,
            by=_author(),
            language=language(),
            files=services().files,
            now=services().clock.now(),
            practitioner=to.practitioner,
            alone=form.alone,
        )


def _new_page(form: NewForm, found: list[Address], *, words: str = "", **more: Any) -> str:
    g.here = f"{HERE}/new"
    shown = addresses.matching(found, words)
    if form.to.data and form.to.data not in [one.key for one in shown]:
        shown = [one for one in found if one.key == form.to.data] + shown
    return render_template(
        "messaging/new.html",
        form=form,
        addresses=shown,
        anybody=bool(found),
        searchable=len(found) > MANY,
        words=words,
        to_choose=TO_CHOOSE,
        **more,
    )


def _forward_page(shown: Message, form: NewForm) -> str:
    here = f"{HERE}/{shown.row.id}/forwarding"
    words = request.args.get("q", "")
    return _new_page(form, _addresses(), words=words, here=here, forwarded=_files(shown), kept=_ticked(shown))


def _files(shown: Message) -> list[Attachment]:
    with practice_context(shown.practice):
        return queries.files_of(shown.row.id)


def _ticked(shown: Message) -> set[UUID]:
    """All of them until somebody takes one away."""
    if request.method != "POST":
        return {one.id for one in _files(shown)}
    return {one.id for one in _files(shown) if request.form.get(f"keep-{one.id}")}


def _kept(shown: Message) -> tuple[Upload, ...]:
    """A copy: the other practice gets a file of its own, sealed for it."""
    ticked = _ticked(shown)
    return tuple(
        Upload(one.name, one.kind, services().files.read(one.key))
        for one in _files(shown)
        if one.id in ticked
    )


def _quoted(shown: Message) -> str:
    """As mail programs do; of what happened by itself, the sentence and what the practice wrote."""
    text = (
        shown.row.body
        if shown.is_written
        else " ".join(filter(None, (shown.sentence, shown.when, shown.said)))
    )
    head = _("%(practice)s wrote:", practice=shown.practice.name)
    if shown.row.sender == "patient":
        head = _("I wrote to %(practice)s:", practice=shown.practice.name)
    return "\n\n" + head + "\n" + "\n".join(f"> {line}" for line in (text or "").splitlines())
