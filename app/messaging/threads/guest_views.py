"""A question from the public page of a practice, with or without an account, and the page behind a guest's link."""

from typing import Any

from flask import Blueprint, g, redirect, render_template
from werkzeug.wrappers import Response

from app.booking import whose
from app.identity import sign_in
from app.kernel.errors import NotFound
from app.kernel.i18n import language
from app.messaging.message_views import HERE, reader_of
from app.messaging.models import Thread
from app.messaging.threads import actions, addresses, asking, queries
from app.messaging.threads.actions import Author, Guest
from app.messaging.threads.forms import GuestForm, MessageForm, QuestionForm
from app.messaging.threads.refusals import NoQuestions
from app.patients.actions import Person
from app.web import limits
from app.web.access import checks_its_token, practice_only
from app.web.door import go
from app.web.forms import single_args
from app.web.outside import services

bp = Blueprint("questions", __name__)


@bp.get("/question")
@practice_only
def question() -> Any:
    sent = single_args().get("done") == "sent"
    if sent:
        return render_template("messaging/question_sent.html")
    return _elsewhere() or _page(GuestForm(formdata=None) if _is_guest() else QuestionForm(formdata=None))


@bp.post("/question")
@checks_its_token
@practice_only
def ask() -> Any:
    if (instead := _elsewhere()) is not None:
        return instead
    form = GuestForm() if _is_guest() else QuestionForm()
    if not form.validate():
        return _page(form), 422
    if _is_guest():
        _ask_as_guest(form)
        return go("/question?done=sent")
    _ask_as_person(form)
    return go(f"{HERE}?box=sent&done=sent")


def _is_guest() -> bool:
    who = sign_in.who()
    return who is None or not who.is_open


def _elsewhere() -> Response | None:
    """Whoever has no right to ask, must sign in first, or is known here and writes as patients do."""
    rule = asking.rule()
    if rule.who == "nobody":
        raise NoQuestions
    if _is_guest():
        return redirect("/sign-in?next=/question", 303) if rule.who == "account" else None
    reader = reader_of(sign_in.who())
    if reader is None:
        raise NotFound
    known = addresses.addresses(reader, practice=g.practice, now=services().clock.now())
    return redirect(f"{HERE}/new", 303) if known else None


def _ask_as_guest(form: Any) -> None:
    limits.hit("question")
    guest = Guest(form.name.data, form.email.data)
    actions.ask_as_guest(
        guest,
        form.subject.data,
        form.draft(),
        language=language(),
        files=services().files,
        sealer=services().sealer,
        now=services().clock.now(),
    )


def _ask_as_person(form: Any) -> None:
    """Name and address alone: a question shares no number and no birth date."""
    sealer, who = services().sealer, sign_in.who()
    mine = whose.of_viewer(sealer=sealer)
    assert who is not None and mine is not None
    limits.hit("question", account=who.account.id)
    asking.ask(
        Person(mine.given_name, mine.family_name, mine.email, language()),
        mine.behind,
        form.subject.data,
        form.draft(),
        by=Author(mine.actor, who.account.name),
        files=services().files,
        sealer=sealer,
        now=services().clock.now(),
    )


def _page(form: QuestionForm) -> str:
    g.here = "/question"
    return render_template("messaging/question.html", form=form)


# ---- behind the link --------------------------------------------------------------------------------------------


@bp.get("/questions/<token>")
@practice_only
def thread(token: str) -> str:
    found = _behind(token)
    actions.guest_reads(found, now=services().clock.now())
    return _thread_page(found, token, MessageForm(formdata=None))


@bp.post("/questions/<token>")
@checks_its_token
@practice_only
def reply(token: str) -> Any:
    found, form = _behind(token), MessageForm()
    if not form.validate():
        return _thread_page(found, token, form), 422
    limits.hit("question")
    guest = actions.guest_of(found, sealer=services().sealer)
    assert guest is not None
    actions.reply(
        found,
        form.draft(),
        by=Author("guest", guest.name),
        files=services().files,
        now=services().clock.now(),
    )
    return go(f"/questions/{token}?done=sent")


@bp.get("/questions/<token>/attachments/<uuid:attachment_id>")
@practice_only
def attachment(token: str, attachment_id: Any) -> Any:
    found = queries.attachment(attachment_id)
    if found.communication.thread_id != _behind(token).id:
        raise NotFound
    return queries.served(found, files=services().files, inline="show" in single_args())


def _behind(token: str) -> Thread:
    """Whoever guesses is counted by address."""
    limits.hit("token")
    return queries.of_token(token)


def _thread_page(found: Thread, token: str, form: MessageForm) -> str:
    g.here = f"/questions/{token}"
    talk = queries.talk(found.id, for_patient=True, before=single_args().get("before", ""))
    return render_template(
        "messaging/guest_thread.html", thread=found, talk=talk, form=form, here=g.here, sent=_sent()
    )


def _sent() -> bool:
    return single_args().get("done") == "sent"
