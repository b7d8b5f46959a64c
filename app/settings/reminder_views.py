"""When the practice reminds its patients, and by which way."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request
from wtforms import BooleanField

from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext
from app.messaging import due, plans
from app.messaging.labels import LEADS
from app.messaging.plans import Plan, PlanChanged
from app.web.access import checks_its_token, desk
from app.web.forms import BaseForm, Versioned
from app.web.outside import services

bp = Blueprint("reminder_settings", __name__)
HERE = "/settings/reminders"
SAVED = _l("The reminders are saved. They count from now on.")


class RemindersForm(Versioned, BaseForm):
    """One box for each lead and way, named mail_1440, sms_120 …; `extra` says what is wrong with them together."""

    sms_changes = BooleanField(_l("When the practice moves an appointment, changes its length or cancels it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra: list[str] = []

    def boxes(self, way: str) -> list[Any]:
        return [self[f"{way}_{lead}"] for lead in due.LEADS]

    def chosen(self, way: str) -> tuple[int, ...]:
        return tuple(lead for lead in due.LEADS if self[f"{way}_{lead}"].data)

    def show(self, plan: Plan) -> None:
        for way, leads in (("mail", plan.mail), ("sms", plan.sms)):
            for lead in due.LEADS:
                self[f"{way}_{lead}"].data = lead in leads
        self.sms_changes.data, self.version.data = plan.sms_changes, str(plan.version)

    def plan(self, *, before: Plan, offered: bool) -> Plan:
        """Where this installation sends no SMS, their boxes are not on the page: what was chosen before stays."""
        sms = (
            (self.chosen("sms"), bool(self.sms_changes.data)) if offered else (before.sms, before.sms_changes)
        )
        return Plan(self.chosen("mail"), *sms, version=self.seen)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if max(len(self.chosen(way)) for way in ("mail", "sms")) > due.MOST:
            self.extra.append(
                ngettext(
                    "Choose at most %(num)s reminder by each way: nobody reads more.",
                    "Choose at most %(num)s reminders by each way: nobody reads more.",
                    due.MOST,
                )
            )
        return valid and not self.extra


for _lead in due.LEADS:
    for _way in ("mail", "sms"):
        setattr(RemindersForm, f"{_way}_{_lead}", BooleanField(LEADS[_lead]))


@bp.get(HERE)
@desk("settings:manage")
def overview() -> str:
    form = RemindersForm()
    form.show(plans.current())
    return _page(form, done=SAVED if request.args.get("done") else None)


@bp.post(HERE)
@checks_its_token
@desk("settings:manage")
def save() -> Any:
    form, g.here = RemindersForm(), HERE
    if not form.validate():
        return _page(form), 422
    plan = form.plan(before=plans.current(), offered=services().sms.offered)
    try:
        plans.save(plan, by=g.person.actor, now=services().clock.now())
    except PlanChanged as refusal:
        form.show(plans.current())
        return _page(form, refusal=refusal), refusal.status
    return redirect(f"{HERE}?done=1", 303)


def _page(form: RemindersForm, **more: Any) -> str:
    return render_template("settings/reminders.html", form=form, sms=services().sms.offered, **more)
