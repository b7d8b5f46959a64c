"""Passkeys: the question a browser is asked, and what its answer opens. Forms in, a few words of JSON out."""

import secrets
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, g, jsonify
from flask import session as browser_session
from wtforms import StringField
from wtforms.validators import AnyOf, DataRequired, Length

from app.account import set_up_views
from app.account.arrival import arrive, home_of, straight_in
from app.account.passkey_place import place
from app.identity import factors, passkeys, sessions, sign_in
from app.identity.models import STRONG
from app.identity.sign_in import SignedIn
from app.kernel.errors import Refusal, TooMany
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.kernel.tenancy import account_context
from app.web import limits
from app.web.access import public
from app.web.door import go, safe_next
from app.web.forms import BaseForm, PlainText, tidy
from app.web.outside import services

bp = Blueprint("passkeys", __name__)
STAGES = {"set-up": ("setup", "open"), "second": ("second",), "step-up": ("open",)}
BROWSER = "browser"  # in Flask's signed cookie: which browser was asked


class NotHere(Refusal):
    """The session has moved on since the page was opened, or ended."""

    status = 409
    message = _l("Your session has ended. Please load this page again.")


class QuestionForm(BaseForm):
    purpose = StringField(validators=[AnyOf([*STAGES, "sign-in"])])
    next = StringField()
    label = StringField(filters=[tidy], validators=[Length(max=60), PlainText()])


class AnswerForm(QuestionForm):
    answer = StringField(validators=[DataRequired(), Length(max=passkeys.LONGEST)])


@bp.post("/passkeys/options")
@public
def ask() -> Any:
    form = QuestionForm()
    if not form.validate():
        abort(400)
    try:
        limits.hit("passkey-question")
        person, now = _asker(form.purpose.data), services().clock.now()
        if form.purpose.data == "set-up" and person is not None:
            factors.check_may_set_up(person.session, now=now)
        browser = browser_session.setdefault(BROWSER, secrets.token_urlsafe(16))
        account = person.account if person else None
        return jsonify(passkeys.ask(form.purpose.data, at=place(), browser=browser, account=account, now=now))
    except (Refusal, TooMany) as no:
        return _said(no)


@bp.post("/passkeys/answer")
@public
def answer() -> Any:
    form = AnswerForm()
    if not form.validate():
        abort(400)
    try:
        return _followed(OPENS[form.purpose.data](form, _asker(form.purpose.data)))
    except passkeys.Garbled:
        abort(400)
    except passkeys.NotAccepted as no:
        try:
            limits.hit("passkey")
        except TooMany as tries:
            return _said(tries)
        return _said(no)
    except (Refusal, TooMany) as no:
        return _said(no)


def _set_up(form: AnswerForm, person: SignedIn) -> Response:
    with account_context(person.account):
        g.person = person
        label = form.label.data or _("My passkey")
        made = passkeys.register(person.session, form.answer.data, label=label, **_here())
        return set_up_views.after(made)


def _sign_in(form: AnswerForm, _person: None) -> Response:
    shown = passkeys.verify("sign-in", form.answer.data, account_id=None, **_here())
    account = Account.get_by_id(shown.account_id)
    return straight_in(account, method="passkey", target=safe_next(form.next.data, "") or home_of(account))


def _second(form: AnswerForm, person: SignedIn) -> Response:
    _verified("second", form, person.account.id)
    target = safe_next(form.next.data, "") or home_of(person.account)
    return arrive(person.session, person.account, method="passkey", target=target)


def _step_up(form: AnswerForm, person: SignedIn) -> Response:
    _verified("step-up", form, person.account.id)
    try:
        stronger = "" if person.session.method in STRONG else "passkey"
        token = sessions.prove(person.session, now=services().clock.now(), method=stronger)
    except sessions.Ended:
        raise NotHere from None
    return sign_in.set_cookie(go(safe_next(form.next.data, "/account")), token, kept=person.session.kept)


OPENS: dict[str, Any] = {"set-up": _set_up, "sign-in": _sign_in, "second": _second, "step-up": _step_up}


def _verified(purpose: str, form: AnswerForm, account_id: UUID) -> None:
    passkeys.verify(purpose, form.answer.data, account_id=account_id, **_here())


def _asker(purpose: str) -> SignedIn | None:
    """Who is signed in as far as this purpose wants; nobody, for signing in."""
    if purpose == "sign-in":
        return None
    person = sign_in.who()
    if person is None or person.stage not in STAGES[purpose]:
        raise NotHere
    return person


def _here() -> dict[str, Any]:
    return {"at": place(), "browser": browser_session.get(BROWSER, ""), "now": services().clock.now()}


def _followed(response: Response) -> Response:
    """A redirect, told to a script: it would follow it unseen, and not with the window."""
    target = response.headers.pop("Location")
    response.status_code, response.mimetype = 200, "application/json"
    response.set_data(jsonify(go=target).get_data())
    return response


def _said(no: Refusal | TooMany) -> tuple[Response, int]:
    status = no.status if isinstance(no, Refusal) else 429
    return jsonify(sentence=no.sentence()), status
