"""The ways one signs in: seen, named and taken away; adding one is the assistant's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, url_for
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.account import moments
from app.account.arrival import is_staff
from app.identity import factors, recovery
from app.identity.models import STRONG, Factor
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.web import limits
from app.web.access import checks_its_token, fresh, person
from app.web.door import go
from app.web.forms import BaseForm, PlainText, tidy
from app.web.outside import services

bp = Blueprint("factors", __name__)
BACK = "/account/sign-in"
DONE = {  # for the page that shows the list
    "factor-removed": _l("This way to sign in is removed."),
    "factor-renamed": _l("The passkey has its new name."),
}
KINDS = {
    "app": _l("Authenticator app"),
    "mail": _l("Code by e-mail"),
    "passkey": _l("Passkey"),
    "csam": _l("Digital key (CSAM)"),
}
ICONS = {"app": "smartphone", "mail": "mail", "passkey": "fingerprint", "csam": "id-card"}


class NameForm(BaseForm):
    label = StringField(
        _l("A name for it"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Give it a name.")),
            Length(max=60, message=_l("Use 60 characters at most.")),
            PlainText(),
        ],
    )


@dataclass(frozen=True)
class Line:
    """A factor as its person reads it."""

    id: UUID
    kind: str
    icon: str
    title: str
    added: str
    used: str
    place: str  # a passkey belongs to the name of the site it was made for


def overview(account: Any, *, now: datetime) -> dict[str, Any]:
    """What account/_factors.html shows."""
    return {
        "factors": [_line(factor, now=now) for factor in factors.of(account.id)],
        "recovery_left": recovery.left(account.id),
    }


@bp.get("/account/factors")
@person
def show() -> Any:
    return redirect(f"{BACK}#factors", 303)


@bp.route("/account/factors/<uuid:factor_id>/name", methods=["GET", "POST"])
@person
@checks_its_token
def rename(factor_id: UUID) -> Any:
    found = factors.mine(g.person.account.id, factor_id)
    g.here = url_for("factors.rename", factor_id=factor_id)
    form = NameForm(label=found.label)
    if not form.is_submitted():
        return _page("account/factors_rename.html", found, form=form)
    if not form.validate():
        return _page("account/factors_rename.html", found, 422, form=form)
    limits.hit("change", account=g.person.account.id)
    now = services().clock.now()
    factors.rename(g.person.account.id, factor_id, label=form.label.data, now=now)
    return go(f"{BACK}?done=factor-renamed")


@bp.route("/account/factors/<uuid:factor_id>/removal", methods=["GET", "POST"])
@fresh
@person
@checks_its_token
def remove(factor_id: UUID) -> Any:
    account = g.person.account
    found = factors.mine(account.id, factor_id)
    g.here = url_for("factors.remove", factor_id=factor_id)
    form, staff = BaseForm(), is_staff(account)
    others = [factor for factor in factors.of(account.id) if factor.id != found.id]
    kept = staff and not any(factor.kind in STRONG for factor in others)
    shown: dict[str, Any] = {"form": form, "last": not others, "kept": kept}
    if not form.is_submitted():
        return _page("account/factors_removal.html", found, **shown)
    if not form.validate():
        return _page("account/factors_removal.html", found, 422, **shown)
    limits.hit("change", account=account.id)
    try:
        now = services().clock.now()
        none_left = factors.remove(g.person.session, factor_id, staff=staff, now=now)
    except factors.KeepOneStrong:
        return _page("account/factors_removal.html", found, 422, **{**shown, "kept": True})
    return go("/set-up?done=none-left" if none_left else f"{BACK}?done=factor-removed")


def _page(page: str, factor: Factor, status: int = 200, **shown: Any) -> Any:
    line = _line(factor, now=services().clock.now())
    return render_template(page, factor=line, **shown), status


def _line(factor: Factor, *, now: datetime) -> Line:
    kind = str(KINDS[factor.kind])
    return Line(
        id=factor.id,
        kind=kind,
        icon=ICONS[factor.kind],
        title=factor.label or kind,
        added=_("Added on %(when)s", when=moments.moment(factor.confirmed_at or factor.created_at)),
        used=moments.last_used(factor.used_at, now) if factor.used_at else _("Not used yet"),
        place=factor.rp_id or "",
    )
