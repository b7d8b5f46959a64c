"""Joining: the form, the mail, and the page its link opens. Nothing here says whether an address is known."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from wtforms import HiddenField

from app.account import texts
from app.account.join_forms import FinishForm, JoinForm
from app.account.letters import host_of, name_of
from app.eid import join_views
from app.identity import passwords, registration, sessions, sign_in
from app.identity.models import Registration
from app.identity.registration import Candidate
from app.identity.usernames import stem_of
from app.kernel import clock
from app.kernel.clock import HOME
from app.kernel.errors import TooMany
from app.kernel.i18n import _, language
from app.kernel.owners import Account
from app.web import limits
from app.web.access import checks_its_token, public
from app.web.door import safe_next
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("join", __name__)
DONE = ("again",)
STATUS = {"open": 200, "signed-in": 200, "taken": 200, "used": 410, "expired": 410, "unknown": 404}


class SentForm(BaseForm):
    """Which registration to send again; it opens nothing."""

    registration = HiddenField()


@bp.get("/join")
@public
def form() -> Any:
    person = sign_in.who()
    if person is not None and person.is_open:
        return redirect("/account", 303)
    typed = _form()
    typed.language.data = language()
    typed.next.data = safe_next(request.args.get("next"), "")
    card = join_views.prefill() if request.args.get("card") else {}
    for name, value in card.items():
        typed[name].data = value
    return _join_page(typed, from_card=bool(card))


@bp.post("/join")
@public
@checks_its_token
def ask() -> Any:
    g.here = "/join"
    typed = _form()
    typed.next.data = safe_next(typed.next.data, "")
    if not typed.validate():
        return _join_page(typed, 422)
    sealer = services().sealer
    mailbox = registration.index(typed.email.data, sealer=sealer)
    try:
        limits.hit("join", account=mailbox)
        limits.hit("resend", account=mailbox)  # this letter counts among those that may be sent again
    except TooMany as tries:
        return _join_page(typed, 429, tries)
    made = registration.ask(
        _candidate(typed),
        practice=g.practice.id if g.practice else None,
        host=host_of(g.practice),
        sealer=sealer,
        now=services().clock.now(),
    )
    join_views.forget()
    return redirect(f"/join/sent?registration={made.id}", 303)


@bp.get("/join/sent")
@public
def sent() -> Any:
    typed = SentForm(formdata=None)
    typed.registration.data = request.args.get("registration", "")[:40]
    return _sent_page(typed, done=request.args.get("done") in DONE)


@bp.post("/join/sent")
@public
@checks_its_token
def send_again() -> Any:
    g.here = "/join/sent"
    typed = SentForm()
    if not typed.validate():
        return _sent_page(typed, 400)
    found = _waiting(typed.registration.data)
    try:
        limits.hit("resend", account=found.email_index if found else None)
    except TooMany as tries:
        return _sent_page(typed, 429, tries)
    if found is not None:
        registration.send_again(found, now=services().clock.now())
    return redirect(f"/join/sent?done=again&registration={found.id if found else ''}", 303)


@bp.get("/join/<token>")
@public
def opened(token: str) -> Any:
    found, state = _state(token)
    return _finish_page(token, found, state, FinishForm())


@bp.post("/join/<token>")
@public
@checks_its_token
def finish(token: str) -> Any:
    g.here = f"/join/{token}"
    limits.hit("token")
    found, state = _state(token)
    typed = FinishForm()
    if found is None or state != "open" or not typed.validate():
        return _finish_page(token, found, state, typed, 422)
    sealer, now = services().sealer, services().clock.now()
    limits.hit("sign-in", account=f"registration:{found.id}")
    candidate = registration.read(found, sealer=sealer)
    if not passwords.matches(candidate.password_hash, typed.password.data):
        typed.password.errors = [_("This is not the password you chose when you joined. Please try again.")]
        return _finish_page(token, found, state, typed, 422)
    try:
        account = registration.finish(found, sealer=sealer, now=now)
    except registration.Over:
        return redirect(f"/join/{token}", 303)  # pressed twice: the page says that it is done
    except registration.Taken:
        return _finish_page(token, found, "taken", typed, 409)
    except registration.NumberTaken:
        return _finish_page(token, found, "number-taken", typed, 409)
    texts.accept(account, language=language(), host=request.host.lower(), now=now)
    if not candidate.proved:
        return start_session(account, target=candidate.target)
    # CSAM is their only factor: for the day it is out of reach there are recovery codes, shown at this first sign-in
    codes = url_for("set_up.recovery_codes", next=candidate.target or None)
    return start_session(account, target=codes, stage="second")


@bp.post("/join/<token>/renewal")
@public
def renew(token: str) -> Any:
    """Everything typed is still here: only the link was too old."""
    BaseForm()
    found, state = _state(token)
    if found is None or state != "expired":
        return redirect(f"/join/{token}", 303)
    limits.hit("resend", account=found.email_index)
    try:
        made = registration.renew(found, sealer=services().sealer, now=services().clock.now())
    except registration.Over:
        return redirect(f"/join/{token}", 303)
    return redirect(f"/join/sent?registration={made.id}", 303)


def start_session(account: Account, *, target: str, stage: str = "setup") -> Any:
    """Signed in as far as the second factor, which is set up next, or shown where CSAM is one already."""
    _session, cookie = sessions.start(
        account,
        host=request.host.lower(),
        stage=stage,
        staff=False,
        seen=sign_in.seen(),
        now=services().clock.now(),
    )
    step = url_for("second.choose" if stage == "second" else "set_up.choose", next=target or None)
    return sign_in.set_cookie(redirect(step, 303), cookie)  # type: ignore[arg-type]


def _form() -> JoinForm:
    zone = g.practice.timezone if g.practice else HOME
    return JoinForm(today=clock.today(services().clock.now(), zone), place=name_of(g.practice))


def _candidate(typed: JoinForm) -> Candidate:
    return Candidate(
        email=typed.email.data,
        password_hash=passwords.hash_of(typed.password.data),
        given_name=typed.given_name.data,
        family_name=typed.family_name.data,
        language=typed.language.data,
        stem=stem_of(typed.username.data) if typed.username.data else None,
        niss=typed.digits,
        birth_date=typed.birth,
        country=typed.country.data if typed.digits is None else None,
        accompanied=typed.is_young,
        target=typed.next.data or "",
    )


def _waiting(text: str | None) -> Registration | None:
    try:
        return registration.of_id(UUID(text or ""))
    except ValueError:
        return None


def _state(token: str) -> tuple[Registration | None, str]:
    """open, used, expired, taken, or unknown; another person who is signed in here comes first."""
    found = registration.of_token(token)
    if found is None or found.host != request.host.lower():
        return None, "unknown"
    if found.used_at is not None:
        return found, "used"
    if sign_in.who() is not None:
        return found, "signed-in"
    if registration.is_taken(registration.read(found, sealer=services().sealer).email):
        again = registration.of_token(token)  # pressed twice: this very link may have opened it a moment ago
        return found, "used" if again and again.used_at else "taken"
    return found, "expired" if services().clock.now() >= found.expires_at else "open"


def _join_page(
    typed: JoinForm, status: int = 200, tries: TooMany | None = None, *, from_card: bool = False
) -> Any:
    typed.show_countries()
    page = render_template("account/join.html", form=typed, tries=tries, from_card=from_card)
    response = make_response(page, status)
    return _waits(response, tries)


def _sent_page(
    typed: SentForm, status: int = 200, tries: TooMany | None = None, *, done: bool = False
) -> Any:
    hours = registration.LASTING // timedelta(hours=1)
    shown = render_template("account/join_sent.html", form=typed, tries=tries, done=done, hours=hours)
    return _waits(make_response(shown, status), tries)


def _waits(response: Any, tries: TooMany | None) -> Any:
    if tries is not None:
        response.headers["Retry-After"] = str(tries.seconds)
    return response


def _finish_page(
    token: str, found: Registration | None, state: str, typed: FinishForm, status: int | None = None
) -> Any:
    candidate = registration.read(found, sealer=services().sealer) if found and state == "open" else None
    page = render_template(
        "account/join_finish.html",
        token=token,
        state=state,
        form=typed,
        candidate=candidate,
        place=name_of(g.practice),
        who=sign_in.who(),
    )
    return page, status if status and state in ("open", "taken", "number-taken") else STATUS[state]
