"""Who may ask the practice something from its public page."""

from typing import Any

from flask import Blueprint, g, render_template
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from app.kernel.i18n import lazy_gettext as _l
from app.messaging.models import ASKERS
from app.messaging.threads import asking
from app.messaging.threads.refusals import RuleChanged
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm, Versioned, single_args
from app.web.outside import services

bp = Blueprint("question_settings", __name__)
HERE = "/settings/questions"
SAVED = _l("It is saved who may ask.")


class AskersForm(Versioned, BaseForm):
    who = RadioField(
        _l("Who may ask a question from the public page?"),
        choices=[SelectChoice(who, asking.WORDS[who]) for who in ASKERS],
        validate_choice=False,
        validators=[AnyOf(ASKERS, message=_l("Choose one of the three."))],
    )

    def show(self, rule: asking.Rule) -> None:
        self.who.data, self.version.data = rule.who, str(rule.version)


@bp.get(HERE)
@desk("settings:manage")
def overview() -> str:
    form = AskersForm(formdata=None)
    form.show(asking.rule())
    return _page(form, done=SAVED if single_args().get("done") else None)


@bp.post(HERE)
@checks_its_token
@desk("settings:manage")
def save() -> Any:
    form = AskersForm()
    if not form.validate():
        return _page(form), 422
    try:
        asking.choose(form.who.data, seen=form.seen, by=g.person.actor, now=services().clock.now())
    except RuleChanged as no:
        form.show(asking.rule())
        return _page(form, refusal=no), no.status
    return go(f"{HERE}?done=1")


def _page(form: AskersForm, **more: Any) -> str:
    g.here = HERE
    return render_template("settings/questions.html", form=form, **more)
