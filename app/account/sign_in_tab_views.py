"""The tab «Sign-in»: user name, address and password, and below them factors and sessions."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request

from app.account.arrival import is_staff
from app.account.factor_views import DONE as FACTORS_DONE
from app.account.factor_views import overview
from app.account.letters import host_of, name_of
from app.account.session_views import known_devices, lines
from app.account.sign_in_tab_forms import EmailForm, NameForm, PasswordForm
from app.identity import credentials, links, passwords, registration, sessions, sign_in
from app.identity.models import MailLink
from app.identity.password_rules import SHORTEST, SHORTEST_STAFF
from app.identity.usernames import stem_of
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.web import limits
from app.web.access import checks_its_token, fresh, person
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("sign_in_tab", __name__)
HERE = "/account/sign-in"
PAGES = {
    "name": "account/change_name.html",
    "email": "account/change_email.html",
    "password": "account/change_password.html",
}
DONE = {
    "name": _l("Your user name is changed."),
    "email-asked": _l(
        "We have sent a link to the new address. Open it to confirm; until then nothing changes."
    ),
    "email": _l("Your new e-mail address is confirmed."),
    "password": _l("Your password is changed, and all other devices are signed out."),
    **FACTORS_DONE,
}


@bp.get("/account")
@person
def account() -> Any:
    return redirect(HERE, 302)


@bp.get(HERE)
@person
def tab() -> str:
    now = services().clock.now()
    return render_template(
        "account/tab_sign_in.html",
        account=_account(),
        done=DONE.get(request.args.get("done", "")),
        missing=request.args.get("missing") == "strong",
        sessions=lines(now=now),
        known_devices=known_devices(),
        **overview(g.person.account, now=now),
    )


@bp.get("/account/name")
@person
def name_form() -> Any:
    form = NameForm(formdata=None)
    form.version.data = str(_account().version)
    return _page("name", form)


@bp.post("/account/name")
@person
@checks_its_token
def save_name() -> Any:
    form, g.here = NameForm(), "/account/name"
    if not form.validate():
        return _page("name", form, 422)
    limits.hit("change", account=g.person.account.id)
    stem = stem_of(form.username.data) if form.username.data else None
    try:
        credentials.rename(g.person.account, stem, version=form.seen, now=services().clock.now())
    except credentials.Stale:
        return _stale("name", form)
    return go(f"{HERE}?done=name")


@bp.get("/account/email")
@fresh
@person
def email_form() -> Any:
    form = EmailForm(formdata=None, account=_account())
    form.version.data = str(_account().version)
    return _page("email", form)


@bp.post("/account/email")
@fresh
@person
@checks_its_token
def ask_for_email() -> Any:
    """The same answer for every address: whether it has an account already, only its mailbox hears."""
    account = _account()
    form, g.here = EmailForm(account=account), "/account/email"
    if not form.validate():
        return _page("email", form, 422)
    sealer = services().sealer
    limits.hit("change", account=account.id)
    limits.hit("code-by-mail", account=registration.index(form.email.data, sealer=sealer))
    try:
        credentials.ask_for_address(
            account,
            form.email.data,
            version=form.seen,
            host=host_of(g.practice),
            sealer=sealer,
            now=services().clock.now(),
        )
    except credentials.Stale:
        return _stale("email", form)
    return go(f"{HERE}?done=email-asked")


@bp.get("/account/email/<token>")
@person
def email_opened(token: str) -> Any:
    return _confirm_page(token, _link(token), BaseForm(formdata=None))


@bp.post("/account/email/<token>")
@person
@checks_its_token
def confirm_email(token: str) -> Any:
    limits.hit("token")
    form, g.here = BaseForm(), f"/account/email/{token}"
    link = _link(token)
    if link is None or not form.validate():
        return _confirm_page(token, link, form, 400)
    try:
        credentials.change_address(link, sealer=services().sealer, now=services().clock.now())
    except (credentials.Dead, credentials.Taken):
        return _confirm_page(token, None, form)
    return go(f"{HERE}?done=email")


@bp.get("/account/password")
@fresh
@person
def password_form() -> Any:
    return _page("password", _password_form(formdata=None))


@bp.post("/account/password")
@fresh
@person
@checks_its_token
def save_password() -> Any:
    form, g.here, account = _password_form(), "/account/password", _account()
    if not form.validate():
        return _page("password", form, 422)
    limits.hit("change", account=account.id)
    limits.hit("step-up", account=account.id)  # guesses at the current one
    if not passwords.matches(account.password_hash, form.current.data):
        form.current.errors = [_("This is not your current password. Please try again.")]
        return _page("password", form, 422)
    password_hash, now, session = (
        passwords.hash_of(form.password.data),
        services().clock.now(),
        g.person.session,
    )
    try:
        token = sessions.prove(session, now=now)
    except sessions.Ended:
        return go("/account/password")
    credentials.set_password(account, password_hash, but=session.id, now=now)
    limits.clear("step-up", account=account.id)
    return sign_in.set_cookie(go(f"{HERE}?done=password"), token, kept=session.kept)


def _account() -> Account:
    """As it is stored now: another tab may have changed it."""
    found: Account = Account.get_by_id(g.person.account.id)
    return found


def _password_form(**more: Any) -> PasswordForm:
    account = _account()
    return PasswordForm(account=account, staff=is_staff(account), place=name_of(g.practice), **more)


def _link(token: str) -> MailLink | None:
    """Of the person who is signed in, and of nobody else: whoever got it by mistake can do nothing with it."""
    found = links.of_token(token, "new-mail", host=request.host.lower(), now=services().clock.now())
    return found if found is not None and found.account_id == g.person.account.id else None


def _page(what: str, form: Any, status: int = 200, *, stale: bool = False) -> Any:
    account = _account()
    shortest = SHORTEST_STAFF if what == "password" and form.staff else SHORTEST
    why = request.args.get("why")
    shown = render_template(PAGES[what], form=form, account=account, stale=stale, shortest=shortest, why=why)
    return shown, status


def _stale(what: str, form: Any) -> Any:
    """What was typed stays, beside what is saved now; pressing the button again is a decision."""
    form.version.data = str(_account().version)
    return _page(what, form, 409, stale=True)


def _confirm_page(token: str, link: MailLink | None, form: BaseForm, status: int = 200) -> Any:
    shown = render_template("account/email_confirm.html", token=token, link=link, form=form)
    return shown, status if link else 410
