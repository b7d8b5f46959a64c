"""The texts the desk answers with often: read, added, changed, taken away."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app.desk.message_views import HERE, MAY
from app.kernel.errors import Refusal
from app.kernel.i18n import NATIVE, language
from app.kernel.i18n import lazy_gettext as _l
from app.messaging.threads import quick_replies
from app.messaging.threads.forms import MOST_LETTERS
from app.messaging.threads.refusals import ReplyChanged, SameTitle
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm, Lines, PlainText, Versioned, single_args, tidy, tidy_lines
from app.web.outside import services

bp = Blueprint("quick_replies", __name__)
TEXTS = f"{HERE}/texts"
DONE = {"saved": _l("The text is saved."), "removed": _l("The text is gone.")}


class TextForm(Versioned, BaseForm):
    PAGE = ("language", "title", "body")

    language = SelectField(_l("Language"))
    title = StringField(
        _l("Title, for the desk alone"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Give it a short title.")),
            Length(max=80, message=_l("A title has at most 80 letters.")),
            PlainText(),
        ],
        render_kw={"maxlength": 80, "autocomplete": "off"},
    )
    body = TextAreaField(
        _l("Text"),
        filters=[tidy_lines],
        validators=[
            DataRequired(_l("Write the text.")),
            Length(max=MOST_LETTERS, message=_l("A message has at most 5000 letters.")),
            Lines(),
        ],
        render_kw={"rows": 8, "maxlength": MOST_LETTERS},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [SelectChoice(code, NATIVE[code]) for code in g.practice.languages]

    @property
    def values(self) -> tuple[str, str, str]:
        return self.language.data, self.title.data, self.body.data


@bp.get(TEXTS)
@desk(MAY)
def overview() -> str:
    done = DONE.get(single_args().get("done", ""))
    return render_template("desk/quick_replies.html", replies=quick_replies.replies(), done=done)


@bp.get(f"{TEXTS}/new")
@desk(MAY)
def new() -> str:
    form = TextForm(formdata=None)
    form.language.data = language() if language() in g.practice.languages else g.practice.languages[0]
    return _page(form)


@bp.post(f"{TEXTS}/new")
@checks_its_token
@desk(MAY)
def add() -> Any:
    form = TextForm()
    if not form.validate():
        return _page(form), 422
    try:
        quick_replies.add(*form.values, by=g.person.actor, now=services().clock.now())
    except SameTitle as no:
        return _page(form, refusal=no), no.status
    return go(f"{TEXTS}?done=saved")


@bp.get(f"{TEXTS}/<uuid:reply_id>")
@desk(MAY)
def look(reply_id: UUID) -> str:
    found = quick_replies.reply(reply_id)
    form = TextForm(formdata=None, obj=found)
    form.version.data = str(found.version)
    return _page(form, found=found)


@bp.post(f"{TEXTS}/<uuid:reply_id>")
@checks_its_token
@desk(MAY)
def change(reply_id: UUID) -> Any:
    found, form = quick_replies.reply(reply_id), TextForm()
    if not form.validate():
        return _page(form, found=found), 422
    try:
        quick_replies.change(
            found, *form.values, seen=form.seen, by=g.person.actor, now=services().clock.now()
        )
    except (SameTitle, ReplyChanged) as no:
        form.version.data = str(quick_replies.reply(reply_id).version)
        return _page(form, found=found, refusal=no), no.status
    return go(f"{TEXTS}?done=saved")


@bp.post(f"{TEXTS}/<uuid:reply_id>/removal")
@desk(MAY)
def remove(reply_id: UUID) -> Any:
    BaseForm()  # content type and single values
    quick_replies.remove(quick_replies.reply(reply_id), by=g.person.actor, now=services().clock.now())
    return go(f"{TEXTS}?done=removed")


def _page(form: TextForm, *, found: Any = None, refusal: Refusal | None = None) -> str:
    g.here = f"{TEXTS}/{found.id if found else 'new'}"
    return render_template("desk/quick_reply.html", form=form, found=found, refusal=refusal)
