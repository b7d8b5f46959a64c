"""The sessions of a year as the practice counts them: the usual ones to begin with, each of them its own to change."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, url_for

from app.booking import prescriptions
from app.booking.models import QuotaRule
from app.directory.disciplines import DISCIPLINES, subject_label
from app.directory.models import Practitioner
from app.kernel.i18n import language
from app.kernel.owners import pick
from app.settings.quota_forms import QuotaForm
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("quotas", __name__)


@bp.get("/settings/quotas")
@desk("settings:manage")
def listed() -> str:
    return render_template("settings/quotas.html", rows=prescriptions.quotas(), names=_disciplines())


@bp.post("/settings/quotas/usual")
@desk("settings:manage")
def usual() -> Any:
    BaseForm()  # content type and single values
    prescriptions.begin_again_with_usual(_here(), by=g.person.actor, now=services().clock.now())
    return go(url_for(".listed"))


@bp.route("/settings/quotas/new", methods=["GET", "POST"])
@checks_its_token
@desk("settings:manage")
def new() -> Any:
    form = QuotaForm(disciplines=_disciplines().items())
    if form.is_submitted() and form.validate():
        prescriptions.keep_quota(None, _values(form, {}), by=g.person.actor, now=services().clock.now())
        return go(url_for(".listed"))
    return _page(form, None)


@bp.route("/settings/quotas/<uuid:quota_id>", methods=["GET", "POST"])
@checks_its_token
@desk("settings:manage")
def change(quota_id: UUID) -> Any:
    quota = prescriptions.quota(quota_id)
    form = QuotaForm(disciplines=_disciplines(quota.discipline).items(), data=_shown(quota))
    if form.is_submitted() and form.validate():
        prescriptions.keep_quota(
            quota, _values(form, quota.name), by=g.person.actor, now=services().clock.now()
        )
        return go(url_for(".listed"))
    return _page(form, quota)


def _page(form: QuotaForm, quota: QuotaRule | None) -> Any:
    page = render_template("settings/quota.html", form=form, quota=quota)
    return (page, 422) if form.errors else page


def _shown(quota: QuotaRule) -> dict[str, Any]:
    return {
        "name": pick(quota.name, language(), g.practice.languages),
        "discipline": quota.discipline,
        "tiers": ", ".join(map(str, quota.tiers)),
        "per_year": quota.per_year,
        "start_within_days": quota.start_within_days,
    }


def _values(form: QuotaForm, name: dict[str, str]) -> dict[str, Any]:
    """The name is kept in the language the owner reads; the others stay as they are."""
    return {
        "name": {**name, language(): form.name.data},
        "discipline": form.discipline.data,
        "tiers": form.bounds,
        "per_year": form.per_year.data,
        "start_within_days": form.start_within_days.data,
    }


def _here() -> set[str]:
    return {row.discipline for row in Practitioner.select(Practitioner.discipline)}


def _disciplines(also: str | None = None) -> dict[str, str]:
    codes = sorted(_here() | ({also} if also else set()))
    return {code: subject_label(code) for code in codes if code in DISCIPLINES}
