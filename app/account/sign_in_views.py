"""Sign-in and sign-out."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from app.identity import actions, sessions, sign_in
from app.kernel.i18n import lazy_gettext as _l
from app.web.access import public
from app.web.door import safe_next
from app.web.forms import BaseForm, tidy
from app.web.outside import services

bp = Blueprint("sign_in", __name__)


class SignInForm(BaseForm):
    email = StringField(
        _l("E-mail address"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=254, message=_l("This e-mail address is too long.")),
        ],
        render_kw={"autocomplete": "username", "inputmode": "email", "type": "email"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(_l("Enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )


@bp.get("/sign-in")
@public
def form() -> Any:
    return render_template(
        "account/sign_in.html", form=SignInForm(), next=safe_next(request.args.get("next"), "/")
    )


@bp.post("/sign-in")
@public
def enter() -> Any:
    form, now = SignInForm(), services().clock.now()
    g.here = "/sign-in"
    target = safe_next(request.form.get("next"), "/account")
    if form.validate():
        account = actions.check_password(form.email.data, form.password.data)
        if account:
            _, token = sessions.start(
                account, host=request.host.lower(), stage="second", staff=False, seen=sign_in.seen(), now=now
            )
            return sign_in.set_cookie(redirect(target, 303), token)
        form.password.errors = [_("This e-mail address and password do not belong together here.")]
    return render_template("account/sign_in.html", form=form, next=target), 422


@bp.post("/sign-out")
@public
def leave() -> Any:
    signed_in = sign_in.who()
    if signed_in:
        sessions.end(signed_in.session.id, account_id=signed_in.account.id)
    return sign_in.drop_cookie(redirect("/", 303))
