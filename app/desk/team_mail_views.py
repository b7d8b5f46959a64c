"""A member's own page: how often a mail says that something new waits among the messages."""

from typing import Any

from flask import Blueprint, g, render_template
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from app.desk.message_views import HERE, MAY
from app.kernel.i18n import lazy_gettext as _l
from app.messaging.models import RHYTHMS
from app.messaging.threads import team_mail
from app.web.access import desk
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("team_mail", __name__)
MAILS = f"{HERE}/mails"
WORDS: dict[str, Any] = {
    "none": _l("No mails: I look at the desk"),
    "hourly": _l("When something new waits, at most once an hour"),
    "daily": _l("Once a day, in the morning"),
}
SAVED = _l("It is saved which mails you get.")


class RhythmForm(BaseForm):
    rhythm = RadioField(
        _l("Mails about new messages"),
        choices=[SelectChoice(one, WORDS[one]) for one in RHYTHMS],
        validate_choice=False,
        validators=[AnyOf(RHYTHMS, message=_l("Choose one of the three."))],
    )


@bp.get(MAILS)
@desk(MAY)
def shown() -> str:
    form = RhythmForm(formdata=None)
    form.rhythm.data = team_mail.rhythm_of(g.staff)
    return _page(form, done=SAVED if single_args().get("done") else None)


@bp.post(MAILS)
@desk(MAY)
def save() -> Any:
    form = RhythmForm()
    if not form.validate():
        return _page(form), 422
    team_mail.choose(g.staff, form.rhythm.data, now=services().clock.now())
    return go(f"{MAILS}?done=1")


def _page(form: RhythmForm, **more: Any) -> str:
    g.here = MAILS
    hears_of_all = not team_mail.HEARS_OF_ALL.isdisjoint(g.staff.roles)
    return render_template("desk/team_mail.html", form=form, hears_of_all=hears_of_all, **more)
