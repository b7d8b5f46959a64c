"""Whether people may come without an appointment, for what, and the secret address of the waiting-room screen."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from app.booking import queries as bookings
from app.kernel.i18n import lazy_gettext as _l
from app.practice.queries import primary_host
from app.walkins import labels, plans, queries, queue
from app.walkins.models import REASONS
from app.walkins.plans import Plan
from app.walkins.refusals import PlanChanged
from app.web.access import checks_its_token, desk
from app.web.door import practice_url
from app.web.forms import BaseForm, Versioned
from app.web.outside import services

bp = Blueprint("walk_in_settings", __name__)
HERE = "/settings/walk-ins"
DONE = {
    "saved": _l("The settings of walk-ins are saved."),
    "renewed": _l("The screen has a new address. The one before leads nowhere any more."),
}
MINUTES = _l("Enter a whole number of minutes from 5 to 120.")


class WalkInForm(Versioned, BaseForm):
    """One box a reason, named reason_care …; `extra` says what is wrong with them together."""

    PAGE = ("enabled", *(f"reason_{one}" for one in REASONS), "average_minutes", "sound")

    enabled = BooleanField(_l("People may take a number without an appointment"))
    average_minutes = IntegerField(
        _l("Minutes of a usual visit"),
        validators=[InputRequired(MINUTES), NumberRange(5, 120, MINUTES)],
        render_kw={"inputmode": "numeric"},
    )
    sound = BooleanField(_l("The screen sounds when a number is called"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra: list[str] = []

    def boxes(self) -> list[Any]:
        return [self[f"reason_{one}"] for one in REASONS]

    def show(self, plan: Plan) -> None:
        for one in REASONS:
            self[f"reason_{one}"].data = one in plan.reasons
        self.enabled.data, self.sound.data = plan.enabled, plan.sound
        self.average_minutes.data, self.version.data = plan.average_minutes, str(plan.version)

    def plan(self) -> Plan:
        chosen = tuple(one for one in REASONS if self[f"reason_{one}"].data)
        minutes = self.average_minutes.data or 15
        return Plan(bool(self.enabled.data), chosen, minutes, bool(self.sound.data), version=self.seen)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        for error in self.average_minutes.errors:
            if error != MINUTES:  # the library's own words are English
                self.average_minutes.errors = [MINUTES]
        if not any(box.data for box in self.boxes()):
            self.extra.append(str(_l("Choose at least one reason people may come for.")))
        return valid and not self.extra


for _reason in REASONS:
    setattr(WalkInForm, f"reason_{_reason}", BooleanField(labels.REASONS[_reason]))


@bp.get(HERE)
@desk("settings:manage")
def overview() -> str:
    form = WalkInForm(formdata=None)
    form.show(plans.current())
    return _page(form)


@bp.post(HERE)
@checks_its_token
@desk("settings:manage")
def save() -> Any:
    form, g.here = WalkInForm(), HERE
    if not form.validate():
        return _page(form), 422
    try:
        plans.save(form.plan(), sealer=services().sealer, by=g.person.actor, now=services().clock.now())
    except PlanChanged as refusal:
        form.show(plans.current())
        return _page(form, refusal=refusal), refusal.status
    return redirect(f"{HERE}?done=saved", 303)


@bp.post(f"{HERE}/screen")
@desk("settings:manage")
def renew() -> Any:
    BaseForm()  # content type and single values
    if plans.current().version:
        plans.renew_screen(sealer=services().sealer, by=g.person.actor, now=services().clock.now())
    return redirect(f"{HERE}?done=renewed", 303)


def _page(form: WalkInForm, **more: Any) -> str:
    token, host = plans.screen(sealer=services().sealer), primary_host(g.practice.id)
    sites, lasted = queries.sites(), bookings.lasted(now=services().clock.now())
    return render_template(
        "settings/walk_ins.html",
        form=form,
        sites=sites,
        visits=len(lasted),
        enough=queue.ENOUGH,
        measured=queue.average_of(lasted, usual=0),
        screens={one.id: practice_url(host, f"/walk-in/screen/{token}/{one.id}") for one in sites if token},
        done=DONE.get(request.args.get("done", "")),
        **more,
    )
