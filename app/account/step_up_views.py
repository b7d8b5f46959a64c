"""Asking again who is there, before a sensitive change: a factor; patients may also give their password."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from wtforms import PasswordField
from wtforms.validators import DataRequired

from app.account.proving import CodeForm, Proving, too_often
from app.identity import actions, sessions, sign_in
from app.identity.models import STRONG
from app.kernel.errors import TooMany
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.web import limits
from app.web.access import checks_its_token, person
from app.web.door import safe_next
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("step_up", __name__)
FALLBACK = "/account"


class PasswordForm(BaseForm):
    password = PasswordField(_l("Password"), validators=[DataRequired(_l("Enter your password."))])


def _proving() -> Proving:
    """A password alone is not enough for somebody who works at a practice."""
    knows = () if g.person.staff or not g.person.account.password_hash else ("password",)
    return Proving(g.person, "step-up", "/step-up", extra=knows)


@bp.get("/step-up")
@person
def form() -> Any:
    target = safe_next(request.args.get("next"), FALLBACK)
    if g.person.is_fresh(services().clock.now()):
        return redirect(target, 303)
    proving = _proving()
    way = proving.chosen(request.args.get("with"))
    return _page(proving, way, PasswordForm() if way == "password" else CodeForm(), target)


@bp.post("/step-up/<any(app,mail,recovery):way>")
@person
@checks_its_token
def check(way: str) -> Any:
    form, proving, target = CodeForm(), _proving(), _target(way)
    try:
        if not proving.judge(way, form):
            return _page(proving, proving.chosen(way), form, target, 422)
    except TooMany as tries:
        form.code.errors = [tries.sentence()]
        return _waiting(_page(proving, proving.chosen(way), form, target, 429), tries)
    return _proved(way, target)


@bp.post("/step-up/password")
@person
@checks_its_token
def password() -> Any:
    form, proving, target = PasswordForm(), _proving(), _target("password")
    if "password" not in proving.offered or not form.validate():
        return _page(proving, proving.chosen("password"), form, target, 422)
    try:
        limits.hit("step-up", account=g.person.account.id)
    except TooMany as tries:
        form.password.errors = [tries.sentence()]
        return _waiting(_page(proving, "password", form, target, 429), tries)
    if actions.check_password(g.person.account.email, form.password.data) is None:
        form.password.errors = [_("This is not your password. Check it and try again.")]
        return _page(proving, "password", form, target, 422)
    limits.clear("step-up", account=g.person.account.id)
    return _proved("password", target)


@bp.post("/step-up/mail/send")
@person
def send() -> Any:
    proving, target = _proving(), _target("mail")
    if "mail" in proving.offered:
        try:
            proving.send()
        except TooMany as tries:
            page = _page(proving, "mail", CodeForm(formdata=None), target, 429, problem=too_often(tries))
            return _waiting(page, tries)
    return redirect(url_for("step_up.form", **{"with": "mail", "next": target, "done": "sent"}), 303)


@bp.get("/step-up/<any(app,mail,recovery,password):way>")
@bp.get("/step-up/mail/send", defaults={"way": "mail"})
@person
def again(way: str) -> Any:
    """Where a form was answered: the address stands in the browser's line, and people come back to it."""
    target = safe_next(request.args.get("next"), FALLBACK)
    return redirect(url_for("step_up.form", **{"with": way, "next": target}), 303)


def _proved(way: str, target: str) -> Any:
    stronger = way if way in STRONG and g.person.session.method not in STRONG else ""
    try:
        token = sessions.prove(g.person.session, now=services().clock.now(), method=stronger)
    except sessions.Ended:
        return redirect(url_for("step_up.form", next=target), 303)
    return sign_in.set_cookie(redirect(target, 303), token, kept=g.person.session.kept)  # type: ignore[arg-type]


def _target(way: str) -> str:
    target = safe_next(request.form.get("next"), FALLBACK)
    g.here = url_for("step_up.form", **{"with": way, "next": target})
    return target


def _waiting(page: tuple[str, int], tries: TooMany) -> tuple[str, int, dict[str, str]]:
    return *page, {"Retry-After": str(tries.seconds)}


def _page(
    proving: Proving, way: str, form: BaseForm, target: str, status: int = 200, problem: str | None = None
) -> tuple[str, int]:
    wanted = PasswordForm if way == "password" else CodeForm
    if not isinstance(form, wanted):  # a way this person does not have was asked for
        form = wanted(formdata=None)
    shown = proving.shown(way, target)
    return render_template("account/step_up.html", form=form, problem=problem, **shown), status
