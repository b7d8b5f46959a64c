"""What the practice says in its messages: a subject, a paragraph, a sentence of an SMS, and how it would look."""

from typing import Any

from flask import Blueprint, g, render_template, request

from app.kernel.edits import Edited
from app.kernel.i18n import NATIVE
from app.kernel.i18n import lazy_gettext as _l
from app.practice import wordings
from app.settings import changes
from app.settings.letters_forms import WordingForm
from app.settings.letters_sample import samples
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("letters_settings", __name__)
HERE = "/settings/letters"
SECTION = changes.at(HERE)
NAMES = {
    "booked": _l("Appointment booked"),
    "moved": _l("Appointment moved"),
    "cancelled": _l("Appointment cancelled"),
    "reminder": _l("Reminder of an appointment"),
    "requested": _l("Request received"),
    "approved": _l("Request accepted"),
    "refused": _l("Request refused"),
    "waiting-offer": _l("A time came free (waiting list)"),
}
DONE = {
    "saved": _l("The words are saved. The next message has them."),
    "reset": _l("This message says again what Parvis says."),
}


@bp.get(HERE)
@desk("settings:manage")
def listed() -> str:
    return render_template(
        "settings/letters.html",
        names=NAMES,
        changed=wordings.changed(),
        with_sms=wordings.WITH_SMS,
        native=NATIVE,
    )


@bp.get(f"{HERE}/<string:kind>")
@desk("settings:manage")
def shown(kind: str) -> str:
    form = WordingForm(
        spoken=g.practice.languages, parts=wordings.parts_of(wordings.known(kind)), formdata=None
    )
    form.fill(wordings.values(g.practice, kind))
    return _page(kind, form, done=DONE.get(request.args.get("done", "")))


@bp.post(f"{HERE}/<string:kind>")
@checks_its_token
@desk("settings:manage")
def save(kind: str) -> Any:
    form = WordingForm(spoken=g.practice.languages, parts=wordings.parts_of(wordings.known(kind)))
    g.here = f"{HERE}/{kind}"
    form.take_over(wordings.values(g.practice, kind))
    if not form.validate():
        return _page(kind, form), 422
    if "look" in form.pressed:
        return _page(kind, form)
    now = services().clock.now()
    try:
        wordings.keep(g.practice, kind, form.values(), seen=form.seen, by=g.person.actor, now=now)
    except Edited as refusal:
        differs = form.differences(wordings.values(g.practice, kind))
        return _page(kind, form, refusal=refusal, differs=differs), refusal.status
    return go(f"{HERE}/{kind}?done=saved")


@bp.post(f"{HERE}/<string:kind>/reset")
@desk("settings:manage")
def reset(kind: str) -> Any:
    BaseForm()  # content type and single values
    wordings.reset(g.practice, wordings.known(kind), by=g.person.actor, now=services().clock.now())
    return go(f"{HERE}/{kind}?done=reset")


def _page(kind: str, form: WordingForm, **more: Any) -> str:
    return render_template(
        "settings/letter.html",
        kind=kind,
        name=NAMES[kind],
        form=form,
        samples=samples(g.practice, kind, form),
        is_own=kind in wordings.changed(),
        sms=services().sms.offered,
        native=NATIVE,
        changes=changes.of(SECTION, targets=[f"wording:{kind}"]),
        **more,
    )
