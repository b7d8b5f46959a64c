"""Sign-in with a password, and sign-out."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from app.account.arrival import home_of, is_staff, leave_before
from app.account.csam_logout_views import leaving, onward
from app.identity import actions, devices, mail_codes, proofs, sessions, sign_in
from app.identity.password_rules import SHORTEST_STAFF, prepared
from app.kernel import audit, rate_limits
from app.kernel.db import write_tx
from app.kernel.errors import TooMany
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.web import limits
from app.web.access import checks_its_token, public
from app.web.door import safe_next
from app.web.forms import BaseForm, PlainText, tidy
from app.web.outside import services

bp = Blueprint("sign_in", __name__)
DONE = {
    "signed-out": _l("You are signed out."),
    "password": _l("Your password is changed. Sign in with the new one."),
    "deleted": _l("Your account is deleted."),
}


class SignInForm(BaseForm):
    name = StringField(
        _l("User name or e-mail address"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Enter your user name or your e-mail address.")),
            Length(max=254, message=_l("This is too long for a user name or an e-mail address.")),
            PlainText(),
        ],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(_l("Password"), validators=[DataRequired(_l("Enter your password."))])
    stay = BooleanField(_l("Stay signed in on this device"))


@bp.get("/sign-in")
@public
def form() -> Any:
    target, person = safe_next(request.args.get("next"), ""), sign_in.who()
    if person is not None and person.is_open:
        return redirect(target or home_of(person.account), 303)
    return _page(SignInForm(), target)


@bp.post("/sign-in")
@public
@checks_its_token
def enter() -> Any:
    form, target = SignInForm(), safe_next(request.form.get("next"), "")
    g.here = "/sign-in"
    if not form.validate():
        return _page(form, target, 422)
    try:
        account = _account(form)
    except TooMany as tries:
        return _page(form, target, 429, tries)
    if account is None:
        form.password.errors = [
            _("This name and this password do not belong together. Check both and try again.")
        ]
        return _page(form, target, 422)
    return _halfway(account, kept=form.stay.data, target=_longer_first(account, form.password.data, target))


@bp.post("/sign-out")
@public
def leave() -> Any:
    person, way = sign_in.who(), None
    if person is not None:
        with write_tx():
            way = leaving(person.session)
            sessions.end(person.session.id, account_id=person.account.id)
            audit.record_account(person.account.id, verb="sign-out", at=services().clock.now())
    answer = sign_in.drop_cookie(redirect(url_for("sign_in.form", done="signed-out"), 303))  # type: ignore[arg-type]
    return onward(answer, way)


def _account(form: SignInForm) -> Account | None:
    """Whose name and password these are. Each try counts: for a stranger's browser by what was typed, whether
    anybody has that name or not; for a browser the person has signed in from by that browser alone, so that
    strangers cannot lock anybody out."""
    now, name = services().clock.now(), form.name.data
    device = actions.device_of(name, devices.carried(), now=now)
    who = f"device:{device.id}" if device else f"typed:{name}"
    if device:
        rate_limits.hit("sign-in", now=now, account=who)
    else:
        limits.hit("sign-in", account=who)
    account = actions.check_password(name, form.password.data)
    if account is not None:
        limits.clear("sign-in", account=who)
    return account


def _longer_first(account: Account, password: str, target: str) -> str:
    """Somebody who became a member with the shorter password of a patient is led to a longer one at each sign-in."""
    if len(prepared(password)) < SHORTEST_STAFF and is_staff(account):
        return url_for("sign_in_tab.password_form", why="member")
    return target


def _halfway(account: Account, *, kept: bool, target: str) -> Any:
    """The password was right: what this browser was before is over, and a factor comes next."""
    leave_before()
    now, staff = services().clock.now(), is_staff(account)
    ways = proofs.ways(account.id, staff=staff)
    session, token = sessions.start(
        account,
        host=request.host.lower(),
        stage="second" if ways else "setup",
        staff=staff,
        kept=kept,
        seen=sign_in.seen(),
        now=now,
    )
    if ways[:1] == ["mail"]:
        with suppress(TooMany):  # the next page then has the button, and says so
            limits.hit("code-by-mail", account=account.id)
            mail_codes.send(session, purpose="sign-in", now=now)
    step = url_for("second.choose" if ways else "set_up.choose", next=target or None)
    return sign_in.set_cookie(redirect(step, 303), token)  # type: ignore[arg-type]


def _page(form: SignInForm, target: str, status: int = 200, tries: TooMany | None = None) -> Any:
    shown = render_template(
        "account/sign_in.html",
        form=form,
        next=target,
        done=DONE.get(request.args.get("done", "")),
        tries=tries,
        no_cookies=bool(form.csrf_token.errors) and not request.cookies,
    )
    response = make_response(shown, status)
    if tries is not None:
        response.headers["Retry-After"] = str(tries.seconds)
    return response
