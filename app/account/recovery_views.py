"""A forgotten password: the same answer for every name, a link by mail, and no way around the second factor."""

from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.account.arrival import is_staff
from app.account.join_forms import check_password, new_password_field
from app.account.letters import name_of
from app.identity import actions, credentials, devices, links, passwords, registration, sign_in
from app.identity.models import MailLink
from app.identity.password_rules import SHORTEST, SHORTEST_STAFF
from app.kernel import outbox
from app.kernel.db import write_tx
from app.kernel.errors import TooMany
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ids import uuid7
from app.kernel.owners import Account
from app.web import limits
from app.web.access import checks_its_token, public
from app.web.forms import BaseForm, PlainText, tidy
from app.web.outside import services

bp = Blueprint("recovery", __name__)
LETTER = "password-forgotten"


class ForgottenForm(BaseForm):
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


class ResetForm(BaseForm):
    password = new_password_field()

    def __init__(self, *args: Any, link: MailLink, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link = link

    def validate_password(self, field: Any) -> None:
        account = self.link.account
        about = [
            account.given_name,
            account.family_name,
            account.email,
            account.username,
            name_of(g.practice),
        ]
        check_password(field, staff=is_staff(account), about=about)


@bp.get("/forgotten")
@public
def form() -> Any:
    return _page(ForgottenForm())


@bp.post("/forgotten")
@public
@checks_its_token
def ask() -> Any:
    """One letter is put on its way whether anybody has that name or not; the worker finds out which."""
    form, now = ForgottenForm(), services().clock.now()
    g.here = "/forgotten"
    if not form.validate():
        return _page(form, 422)
    account = actions.named(form.name.data)
    try:
        limits.hit("forgotten", account=form.name.data)
        if not _has_room(form.name.data, account):
            account = None
    except TooMany as tries:
        return _page(form, 429, tries)
    with write_tx():
        outbox.post(
            LETTER,
            {"account": account.id.hex if account else "", "filler": "" if account else uuid7().hex},
            key=f"{LETTER}:{uuid7().hex}",
            now=now,
        )
    return redirect("/forgotten/sent", 303)


@bp.get("/forgotten/sent")
@public
def sent() -> str:
    minutes = round(links.LASTING["reset"].total_seconds() / 60)
    return render_template("account/forgotten_sent.html", minutes=minutes)


@bp.get("/forgotten/<token>")
@public
def opened(token: str) -> Any:
    link = _link(token)
    return _reset_page(token, ResetForm(link=link) if link else None)


@bp.post("/forgotten/<token>")
@public
@checks_its_token
def reset(token: str) -> Any:
    limits.hit("token")
    g.here = f"/forgotten/{token}"
    link = _link(token)
    if link is None:
        return _reset_page(token, None)
    form = ResetForm(link=link)
    if not form.validate():
        return _reset_page(token, form, 422)
    password_hash, now = passwords.hash_of(form.password.data), services().clock.now()
    try:
        credentials.reset_password(link, password_hash, now=now)
    except credentials.Dead:
        return _reset_page(token, None)
    # whoever has the mailbox may go on from this browser, whatever strangers try meanwhile
    _device, tokens, _new = devices.remember(link.account_id, devices.carried(), seen=sign_in.seen(), now=now)
    response = redirect(url_for("sign_in.form", done="password"), 303)
    return devices.set_cookie(sign_in.drop_cookie(response), tokens)  # type: ignore[arg-type]


def _has_room(name: str, account: Account | None) -> bool:
    """Counts the letter to the mailbox, with those of joining, which carry such a link too. Whose mailbox belongs to a
    user name is not told: beyond the limit nothing is sent, and the answer is the same. TooMany for an address."""
    mailbox = registration.index(account.email if account else name, sealer=services().sealer)
    try:
        limits.hit("resend", account=mailbox)
    except TooMany:
        if "@" in name:
            raise
        return False
    return True


def _link(token: str) -> MailLink | None:
    return links.of_token(token, "reset", host=request.host.lower(), now=services().clock.now())


def _page(form: ForgottenForm, status: int = 200, tries: TooMany | None = None) -> Any:
    response = make_response(render_template("account/forgotten.html", form=form, tries=tries), status)
    if tries is not None:
        response.headers["Retry-After"] = str(tries.seconds)
    return response


def _reset_page(token: str, form: ResetForm | None, status: int = 200) -> Any:
    account = form.link.account if form else None
    shortest = SHORTEST_STAFF if account and is_staff(account) else SHORTEST
    page = render_template(
        "account/forgotten_reset.html", token=token, form=form, account=account, shortest=shortest
    )
    return page, status if form else 410
