"""The texts of the practice: written as a draft, looked at, published at once or on a day, and every version kept."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, g, render_template
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from app.consent import drafts
from app.consent.comparing import compared
from app.consent.drafts import Unfit
from app.consent.models import KINDS, OPTIONAL
from app.consent.rendering import rendered
from app.kernel import clock
from app.kernel.edits import Edited
from app.kernel.i18n import LANGUAGES, NATIVE, _
from app.kernel.i18n import lazy_gettext as _l
from app.settings import changes
from app.settings.editing import EditForm
from app.settings.text_words import NAMES, USES
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.fields import DayField
from app.web.forms import BaseForm, Lines, plain_lines, single_args
from app.web.outside import services

bp = Blueprint("texts_settings", __name__)
HERE = "/settings/texts"
SECTION = changes.at(HERE)
DONE = {
    "draft": _l("The draft is saved. Patients still read the published version."),
    "date": _l("The draft is saved, and published by itself on the day you chose."),
    "published": _l(
        "The text is published. Appointments that were made keep the version they were made with."
    ),
    "discarded": _l("The draft is thrown away. The published version stands."),
}


class DraftForm(EditForm):
    """One text in each language of the practice, and the day from which it counts."""

    publish_on = DayField(_l("Publish on this day"), validators=[Optional()])

    def __init__(self, *args: Any, spoken: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spoken = list(spoken)
        self.extra: list[str] = []
        for code in LANGUAGES:
            if code not in self.spoken:
                del self[f"body-{code}"]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        today = clock.today(services().clock.now(), g.practice.timezone)
        day = self.publish_on.day
        if day and not today < day <= today + timedelta(days=730):
            self.publish_on.errors = [_("Choose a day after today, at most two years ahead.")]
        return valid and not self.publish_on.errors

    def previews(self) -> list[tuple[str, Any]]:
        """(language, text) of those that are written."""
        found = ((code, self[f"body-{code}"].data) for code in self.spoken)
        return [(code, rendered(body[: drafts.LONGEST])) for code, body in found if body and body.strip()]


for _code in LANGUAGES:
    setattr(
        DraftForm,
        f"body-{_code}",
        TextAreaField(
            NATIVE[_code],
            filters=[plain_lines],
            validators=[
                Optional(),
                Lines(),
                Length(max=drafts.LONGEST, message=_l("At most 20,000 letters.")),
            ],
            render_kw={"rows": 12, "lang": _code, "spellcheck": "true"},
        ),
    )


@bp.get(HERE)
@desk("settings:manage")
def listed() -> str:
    lines = []
    for kind in KINDS:
        known, draft = drafts.versions(kind), drafts.draft(kind)
        newest = known[0] if known else None
        wanted = g.practice.languages if newest or kind not in OPTIONAL else ()
        missing = [NATIVE[code] for code in wanted if code not in (newest.bodies if newest else ())]
        lines.append((kind, newest, draft, missing))
    return render_template("settings/texts.html", lines=lines, names=NAMES, uses=USES)


@bp.get(f"{HERE}/<string:kind>")
@desk("settings:manage")
def shown(kind: str) -> str:
    form = DraftForm(spoken=g.practice.languages, formdata=None)
    form.fill(drafts.values(g.practice, drafts.known(kind)))
    return _page(kind, form, done=DONE.get(single_args().get("done", "")))


@bp.post(f"{HERE}/<string:kind>")
@checks_its_token
@desk("settings:manage")
def save(kind: str) -> Any:
    form, g.here = DraftForm(spoken=g.practice.languages), f"{HERE}/{drafts.known(kind)}"
    form.take_over(drafts.values(g.practice, kind))
    if not form.validate():
        return _page(kind, form), 422
    if "look" in form.pressed:
        return _page(kind, form)
    who = {"by": g.person.actor, "now": services().clock.now()}
    try:
        drafts.keep(g.practice, kind, form.values(), seen=form.seen, **who)
        if "publish" in form.pressed:
            drafts.publish(g.practice, kind, **who)
            return go(f"{HERE}/{kind}?done=published")
    except Edited as refusal:
        differs = form.differences(drafts.values(g.practice, kind))
        return _page(kind, form, refusal=refusal, differs=differs), refusal.status
    except Unfit as refusal:
        return _unfit(kind, form, refusal)
    return go(f"{HERE}/{kind}?done={'date' if form.publish_on.data else 'draft'}")


@bp.post(f"{HERE}/<string:kind>/draft/removal")
@desk("settings:manage")
def discard(kind: str) -> Any:
    BaseForm()  # content type and single values
    drafts.discard(g.practice, drafts.known(kind), by=g.person.actor, now=services().clock.now())
    return go(f"{HERE}/{kind}?done=discarded")


@bp.get(f"{HERE}/<string:kind>/versions/<int:number>")
@desk("settings:manage")
def version(kind: str, number: int) -> str:
    """One version, and what the one in force says otherwise."""
    found, newest = drafts.version(drafts.known(kind), number), drafts.versions(kind)[0]
    before = next((one for one in drafts.versions(kind) if one.number == number - 1), None)
    old, new = (found, newest) if found.number != newest.number else (before, found)
    differs = [
        (code, compared(old.bodies.get(code, ""), new.bodies.get(code, "")))
        for code in g.practice.languages
        if old is not None
    ]
    order = [*g.practice.languages, *found.bodies]
    texts = [(code, rendered(found.bodies[code])) for code in dict.fromkeys(order) if code in found.bodies]
    return render_template(
        "settings/text_version.html",
        kind=kind,
        name=NAMES[kind],
        found=found,
        newest=newest,
        old=old,
        new=new,
        texts=texts,
        differs=differs,
        native=NATIVE,
    )


@bp.post(f"{HERE}/<string:kind>/versions/<int:number>/again")
@desk("settings:manage")
def again(kind: str, number: int) -> Any:
    BaseForm()  # content type and single values
    now = services().clock.now()
    try:
        drafts.again(g.practice, drafts.known(kind), number, by=g.person.actor, now=now)
    except Unfit as refusal:
        form, g.here = DraftForm(spoken=g.practice.languages, formdata=None), f"{HERE}/{kind}"
        form.fill(drafts.values(g.practice, kind))
        return _unfit(kind, form, refusal)
    return go(f"{HERE}/{kind}?done=published")


def _unfit(kind: str, form: DraftForm, refusal: Unfit) -> Any:
    """What was typed stays; what is kept meanwhile is the base of the next attempt."""
    there = drafts.values(g.practice, kind)
    form.fill({**there, **form.values()})
    form.based_on(there)
    form.extra = [refusal.sentence(), *(sentence for _code, sentence in refusal.reasons)]
    return _page(kind, form), refusal.status


def _page(kind: str, form: DraftForm, **more: Any) -> str:
    return render_template(
        "settings/text.html",
        kind=kind,
        name=NAMES[kind],
        use=USES[kind],
        form=form,
        draft=drafts.draft(kind),
        versions=drafts.versions(kind),
        native=NATIVE,
        changes=changes.of(SECTION, targets=[f"text:{kind}"]),
        **more,
    )
