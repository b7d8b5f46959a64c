"""Who the practice is: name, contact, languages, its sentence of welcome; its addresses to read."""

from typing import Any

from flask import Blueprint, g, render_template, request

from app.kernel.edits import Edited
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice
from app.practice.models import PracticeHost
from app.settings import actions
from app.settings.practice_forms import NAMES, PracticeForm
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.outside import services

bp = Blueprint("practice_settings", __name__)
HERE = "/settings/practice"
DONE = _l("The change is saved. The public pages show it at once.")


@bp.get(HERE)
@desk("settings:manage")
def shown() -> str:
    form = PracticeForm(spoken=g.practice.languages, formdata=None)
    form.fill(actions.values(g.practice))
    return _page(form, done=DONE if request.args.get("done") else None)


@bp.post(HERE)
@checks_its_token
@desk("settings:manage")
def save() -> Any:
    form, g.here = PracticeForm(spoken=g.practice.languages), HERE
    form.take_over(actions.values(g.practice))
    if not form.validate():
        return _page(form), 422
    now = services().clock.now()
    try:
        actions.change(g.practice, form.values(), seen=form.seen, names=NAMES, by=g.person.actor, now=now)
    except Edited as refusal:
        there = actions.values(Practice.get_by_id(g.practice.id))
        return _page(form, refusal=refusal, differs=form.differences(there)), refusal.status
    return go(f"{HERE}?done=1")


def _page(form: PracticeForm, **more: Any) -> str:
    alive = (PracticeHost.practice == g.practice.id) & PracticeHost.retired_at.is_null()
    hosts = PracticeHost.select().where(alive).order_by(PracticeHost.primary.desc(), PracticeHost.host)
    return render_template("settings/practice.html", form=form, hosts=list(hosts), **more)
