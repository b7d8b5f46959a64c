"""Deleting one's account: what goes, what stays, the password once more, and a receipt."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from wtforms import BooleanField, PasswordField
from wtforms.validators import DataRequired

from app.account import farewell
from app.identity import sign_in
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import _, language
from app.kernel.i18n import lazy_gettext as _l
from app.patients import queries as patients
from app.web import limits
from app.web.access import fresh, person, public
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("farewell", __name__)


class DeleteForm(BaseForm):
    password = PasswordField(_l("Your password"), validators=[DataRequired(_l("Enter your password."))])
    sure = BooleanField(
        _l("Delete my account for ever"),
        validators=[DataRequired(_l("Tick the box when you are sure."))],
    )


@bp.get("/account/delete")
@fresh
@person
def ask() -> str:
    return _page(DeleteForm())


@bp.post("/account/delete")
@fresh
@person
def delete() -> Any:
    form, now = DeleteForm(), services().clock.now()
    g.here = "/account/delete"
    if not g.person.account.password_hash:
        del form.password  # the factor that was asked for a moment ago is all there is
    if not form.validate():
        return _page(form), 422
    limits.hit("delete", account=g.person.account.id)  # guesses at the password
    try:
        reference = farewell.delete(
            g.person.account,
            form.password.data if "password" in form else "",
            language=language(),
            sealer=services().sealer,
            now=now,
        )
    except farewell.WrongPassword as no:
        form.password.errors = [no.sentence()]
        return _page(form), 422
    return sign_in.drop_cookie(redirect(url_for("farewell.done", reference=reference), 303))


@bp.get("/account/deleted")
@public
def done() -> str:
    """The receipt; the reference is all it holds, and it opens nothing."""
    reference = single_args().get("reference", "")
    plain = reference if len(reference) == 9 and reference.replace("-", "").isalnum() else ""
    return render_template("account/deleted.html", reference=plain)


def _page(form: DeleteForm) -> str:
    account, why_not = g.person.account, None
    try:
        farewell.may_go(account, today=clock.today(services().clock.now(), farewell.HOME))
    except Refusal as no:
        why_not = no.sentence()
    return render_template(
        "account/delete.html",
        form=form,
        why_not=why_not,
        title=_("Delete my account"),
        practices=patients.connections_of(account.id, include_left=True),
    )
