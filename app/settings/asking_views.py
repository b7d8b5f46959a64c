"""Which questionnaires go by themselves with which services, and how often one person is asked."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template
from wtforms import SelectField

from app.booking.plans import lengths
from app.directory.models import HealthcareService
from app.kernel.i18n import language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import pick
from app.questionnaires import actions, queries
from app.questionnaires.turns import MONTHS
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("asking_settings", __name__)
HERE = "/settings/questionnaires"
TO_CHOOSE = _l("Choose one of the list.")
RHYTHMS: dict[str, Any] = {
    "": _l("Once; again only when you publish a new version"),
    "0": _l("With every booking"),
    "3": _l("Again 3 months after the last answer"),
    "6": _l("Again 6 months after the last answer"),
    "12": _l("Again 12 months after the last answer"),
    "24": _l("Again 24 months after the last answer"),
}
DONE = {
    "tied": _l("From the next booking on it is sent by itself."),
    "untied": _l("It is no longer sent by itself. What was sent can still be answered."),
}


class TieForm(BaseForm):
    service = SelectField(_l("When somebody books"), validate_choice=False)
    questionnaire = SelectField(_l("Send the questionnaire"), validate_choice=False)
    months = SelectField(_l("To the same person"), validate_choice=False, default="")

    def chosen(self, offered: dict[str, Any], given: dict[str, HealthcareService]) -> tuple[Any, Any] | None:
        """The service and the version, or None with a sentence beside what is not of the lists."""
        found = given.get(self.service.data or ""), offered.get(self.questionnaire.data or "")
        for field, one in zip((self.service, self.questionnaire), found, strict=True):
            field.errors = [] if one is not None else [str(TO_CHOOSE)]
        self.months.errors = [] if self.months.data in RHYTHMS else [str(TO_CHOOSE)]
        return None if self.problems() else found

    @property
    def rhythm(self) -> int | None:
        return int(self.months.data) if self.months.data else None


@bp.get(HERE)
@desk("settings:manage")
def overview() -> str:
    return _page(TieForm(formdata=None), done=DONE.get(single_args().get("done", "")))


@bp.post(HERE)
@checks_its_token
@desk("settings:manage")
def tie() -> Any:
    form = TieForm()
    chosen = form.chosen(_offered(), _services()) if form.validate() else None
    if chosen is None:
        return _page(form), 422
    service, version = chosen
    actions.tie(service, version.questionnaire, form.rhythm, by=g.person.actor, now=services().clock.now())
    return go(f"{HERE}?done=tied")


@bp.post(f"{HERE}/<uuid:tie_id>/removal")
@desk("settings:manage")
def untie(tie_id: UUID) -> Any:
    BaseForm()  # content type and single values
    actions.untie(queries.tie(tie_id), by=g.person.actor, now=services().clock.now())
    return go(f"{HERE}?done=untied")


def _services() -> dict[str, HealthcareService]:
    return {str(one.id): one for one in lengths.services()}


def _offered() -> dict[str, Any]:
    """Questionnaire -> its published version."""
    return {str(one.questionnaire_id): one for one in queries.offered()}


def _page(form: TieForm, **more: Any) -> str:
    g.here = HERE
    given, offered = _services(), _offered()
    speaks = g.practice.languages
    form.service.choices = [
        ("", ""),
        *((key, pick(one.name, language(), speaks)) for key, one in given.items()),
    ]
    form.questionnaire.choices = [
        ("", ""),
        *((key, pick(one.title, language(), speaks)) for key, one in offered.items()),
    ]
    form.months.choices = list(RHYTHMS.items())
    return render_template(
        "settings/questionnaires.html",
        form=form,
        ties=queries.titled_ties(),
        offered=offered,
        given=given,
        rhythms=RHYTHMS,
        **more,
    )


assert tuple(RHYTHMS) == tuple("" if one is None else str(one) for one in MONTHS)
