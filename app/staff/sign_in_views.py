"""Sign-in and sign-out of members of a practice."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from app.identity import actions, sign_in
from app.kernel import clock
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.staff.queries import active_member
from app.web.access import practice_only
from app.web.door import safe_next
from app.web.forms import BaseForm, tidy
from app.web.outside import services

bp = Blueprint("sign_in", __name__)
DESK = "/desk/day"


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
@practice_only
def form() -> Any:
    return render_template(
        "staff/sign_in.html", form=SignInForm(), next=safe_next(request.args.get("next"), DESK)
    )


@bp.post("/sign-in")
@practice_only
def enter() -> Any:
    form, now = SignInForm(), services().clock.now()
    g.here = "/sign-in"
    target = safe_next(request.form.get("next"), DESK)
    if form.validate():
        try:
            found = actions.sign_in(
                form.email.data, form.password.data,
                host=request.host.lower(), user_agent=request.user_agent.string, now=now,
            )  # fmt: skip
        except actions.TooManyTries:
            form.password.errors = [_("Too many wrong passwords. Please try again in a quarter of an hour.")]
            return render_template("staff/sign_in.html", form=form, next=target), 429
        if found and active_member(found[0].id, today=clock.today(now, g.practice.timezone)):
            return sign_in.set_cookie(redirect(target, 303), found[1])
        form.password.errors = [_("This e-mail address and password do not belong together here.")]
    return render_template("staff/sign_in.html", form=form, next=target), 422


@bp.post("/sign-out")
@practice_only
def leave() -> Any:
    signed_in = sign_in.who()
    if signed_in:
        actions.sign_out(signed_in.session)
    return sign_in.drop_cookie(redirect("/", 303))
