"""The draft of the booking rules: what it changes, whom that concerns, from when on; and every version there was."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, g, render_template, request
from wtforms import HiddenField
from wtforms.validators import Optional

from app.booking import rulebooks
from app.booking.actions import drafting, publishing
from app.booking.refusals import RulesEdited
from app.kernel import clock
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.settings import draft_pages
from app.settings.policy_forms import LookForm
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.fields import DayField
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("policy_draft", __name__)
RULES = "/settings/policy"
HERE = f"{RULES}/draft"
FARTHEST = timedelta(days=730)
DONE = {
    "kept": _l("The draft is saved. Patients still meet the rules in force."),
    "planned": _l("The draft begins by itself on the day you chose."),
    "taken-back": _l("The day is taken back. The draft waits until you publish it."),
}


class PlanForm(BaseForm):
    """From when on the draft holds; `version` says which draft was seen."""

    version = HiddenField()
    publish_on = DayField(_l("Publish on this day"), validators=[Optional()])

    @property
    def seen(self) -> str:
        return self.version.data or ""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        today = clock.today(services().clock.now(), g.practice.timezone)
        day = self.publish_on.day
        if not self.publish_on.errors and not (day and today < day <= today + FARTHEST):
            self.publish_on.errors = [_("Choose a day after today, at most two years ahead.")]
        return valid and not self.publish_on.errors


@bp.get(HERE)
@desk("settings:manage")
def shown() -> str:
    return _page(PlanForm(formdata=None), done=DONE.get(single_args().get("done", "")))


@bp.post(HERE)
@checks_its_token
@desk("settings:manage")
def save() -> Any:
    form, g.here = PlanForm(), HERE
    who = {"seen": form.seen, "by": g.person.actor, "now": services().clock.now()}
    try:
        if "publish" in request.form:
            form.insist()
            publishing.publish(g.practice, **who)
            return go(f"{RULES}?done=published")
        if "take-back" in request.form:
            form.insist()
            drafting.plan(g.practice, None, **who)
            return go(f"{HERE}?done=taken-back")
        if not form.validate():
            return _page(form), 422
        drafting.plan(g.practice, form.publish_on.day, **who)
    except RulesEdited as refusal:
        return _page(form, refusal=refusal), refusal.status
    return go(f"{HERE}?done=planned")


@bp.post(f"{HERE}/removal")
@desk("settings:manage")
def discard() -> Any:
    BaseForm()  # content type and single values
    drafting.discard(g.practice, by=g.person.actor, now=services().clock.now())
    return go(f"{RULES}?done=discarded")


@bp.get(f"{RULES}/versions/<int:number>")
@desk("settings:manage")
def version(number: int) -> str:
    return _version_page(number)


@bp.post(f"{RULES}/versions/<int:number>/again")
@desk("settings:manage")
def again(number: int) -> Any:
    form, now = PlanForm(), services().clock.now()
    newest = int(form.seen) if form.seen.isascii() and form.seen.isdigit() and len(form.seen) < 10 else 0
    try:
        publishing.again(g.practice, number, newest=newest, by=g.person.actor, now=now)
    except RulesEdited as refusal:
        g.here = f"{RULES}/versions/{number}"
        return _version_page(number, refusal=refusal), refusal.status
    return go(f"{RULES}?done=again")


def _page(form: PlanForm, **more: Any) -> str:
    """A day that was typed stays typed; the version is the one of what is shown."""
    kept = rulebooks.draft()
    if not form.is_submitted() and kept is not None and kept.publish_on is not None:
        form.publish_on.data = kept.publish_on.isoformat()
    form.version.raw_data, form.version.data = None, rulebooks.draft_stamp(rulebooks.in_force(), kept)
    return render_template(
        "settings/policy_draft.html",
        form=form,
        look=LookForm(formdata=None),
        **draft_pages.draft(g.practice, kept, now=services().clock.now()),
        **more,
    )


def _version_page(number: int, **more: Any) -> str:
    found = draft_pages.version(g.practice, number, now=services().clock.now())
    return render_template("settings/policy_version.html", **found, **more)
