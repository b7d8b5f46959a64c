"""The texts of the platform, readable by everybody; and asking for them again when a newer version exists."""

from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request
from wtforms import BooleanField, HiddenField, ValidationError

from app.account import texts
from app.account.arrival import home_of
from app.consent.rendering import rendered
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.i18n import language
from app.kernel.i18n import lazy_gettext as _l
from app.web.access import checks_its_token, person, public
from app.web.door import safe_next
from app.web.forms import BaseForm
from app.web.outside import config, services

bp = Blueprint("platform_texts", __name__)


class AcceptForm(BaseForm):
    next = HiddenField()
    accept = BooleanField(_l("Read and approved."))

    def validate_accept(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(str(_l("Tick the box when you have read the text and approve it.")))


@bp.get("/account/texts/<string:kind>")
@public
def newest(kind: str) -> str:
    if kind not in texts.READABLE:
        abort(404)
    return _show(texts.newest(kind, language()))


@bp.get("/account/texts/<string:kind>/<int:number>")
@public
def version(kind: str, number: int) -> str:
    """An older version, for whoever accepted it."""
    return _show(texts.version(kind, number, language()) or abort(404))


@bp.get("/account/texts/accept")
@person
def read() -> Any:
    form = AcceptForm(formdata=None)
    form.next.data = safe_next(request.args.get("next"), "")
    return _ask(form) if texts.missing(g.person.account) else _onward(form)


@bp.post("/account/texts/accept")
@person
@checks_its_token
def accept() -> Any:
    form = AcceptForm()
    g.here = "/account/texts/accept"
    if not form.validate():
        return _ask(form, 422)
    account, now = g.person.account, services().clock.now()
    with write_tx():
        fresh = texts.accept(account, language=language(), host=request.host.lower(), now=now)
        if fresh:
            audit.record_account(account.id, verb="texts.accept", at=now, detail={"kinds": fresh})
    return _onward(form)


def _onward(form: AcceptForm) -> Any:
    return redirect(safe_next(form.next.data, "") or home_of(g.person.account), 303)


def _ask(form: AcceptForm, status: int = 200) -> Any:
    shown = [
        (text, _body(text))
        for kind in texts.missing(g.person.account)
        for text in [texts.newest(kind, language())]
    ]
    return render_template("account/texts_accept.html", form=form, texts=shown), status


def _show(text: texts.PlatformText) -> str:
    return render_template(
        "account/text.html", text=text, shown=_body(text), versions=texts.versions(text.kind)
    )


def _body(text: texts.PlatformText) -> Any:
    contact = f"privacy@{config().app_host.split(':')[0]}"
    return rendered(text.body.replace("{contact}", contact))
