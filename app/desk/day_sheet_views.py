"""The day sheet: its passphrase, set by the owner; making it now; and taking it away before it is needed."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, g, render_template
from wtforms import PasswordField, ValidationError
from wtforms.validators import InputRequired, Length

from app.desk import day_sheet
from app.kernel import clock
from app.kernel.i18n import lazy_gettext as _l
from app.patients.actions import journal_look
from app.web import limits
from app.web.access import checks_its_token, desk, fresh
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("desk_sheet", __name__)
DONE = {
    "made": _l("The sheet is made anew. Take it away now, so that it is here when the portal is not."),
    "set": _l("The passphrase is set, and a first sheet is made with it."),
}


class PassphraseForm(BaseForm):
    PAGE = ("passphrase", "again")

    passphrase = PasswordField(
        _l("Passphrase"),
        validators=[
            InputRequired(_l("Enter a passphrase.")),
            Length(
                day_sheet.SHORTEST,
                200,
                _l("Take at least 12 letters: four words that do not belong together do well."),
            ),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The same once more"),
        validators=[InputRequired(_l("Enter the passphrase once more."))],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_again(self, field: Any) -> None:
        if field.data != self.passphrase.data:
            raise ValidationError(str(_l("The two are not the same.")))


class MakeForm(BaseForm):
    """Only the token."""


@bp.get("/desk/day-sheet")
@desk("booking:manage")
def show() -> str:
    return _page(MakeForm(formdata=None))


@bp.post("/desk/day-sheet")
@checks_its_token
@desk("booking:manage")
def make() -> Any:
    form = MakeForm()
    if not form.validate():
        return _page(form), 422
    sheet = day_sheet.current() or abort(404)
    limits.hit("desk-sheet", account=g.staff.account_id)
    day_sheet.make(sheet, g.practice, sealer=services().sealer, by=g.person.actor, now=services().clock.now())
    return go("/desk/day-sheet?done=made")


@bp.get("/desk/day-sheet/file")
@desk("booking:manage")
def file() -> Response:
    """To be kept on the computer of the desk: whoever takes it can read the initials of everybody on it."""
    sheet, now = day_sheet.current(), services().clock.now()
    if sheet is None or sheet.content is None:
        abort(404)
    seen = [UUID(one) for one in sheet.patients]
    journal_look(seen, member=g.staff, what="sheet", why="sheet", now=now, target=f"sheet:{sheet.id}")
    response = Response(day_sheet.file(sheet, code=g.practice.languages[0]), mimetype="text/html")
    day = clock.today(sheet.made_at, g.practice.timezone).isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="{g.practice.slug}-{day}.html"'
    return response


@bp.get("/settings/day-sheet")
@fresh
@desk("settings:manage")
def passphrase() -> str:
    return _settings(PassphraseForm(formdata=None))


@bp.post("/settings/day-sheet")
@checks_its_token
@fresh
@desk("settings:manage")
def set_passphrase() -> Any:
    form = PassphraseForm()
    if not form.validate():
        return _settings(form), 422
    now, by, sealer = services().clock.now(), g.person.actor, services().sealer
    sheet = day_sheet.set_passphrase(form.passphrase.data or "", sealer=sealer, by=by, now=now)
    day_sheet.make(sheet, g.practice, sealer=sealer, by=by, now=now)
    return go("/settings/day-sheet?done=set")


def _page(form: MakeForm) -> str:
    return render_template(
        "desk/day_sheet.html",
        form=form,
        sheet=day_sheet.current(),
        done=DONE.get(single_args().get("done", "")),
    )


def _settings(form: PassphraseForm) -> str:
    return render_template(
        "settings/day_sheet.html",
        form=form,
        sheet=day_sheet.current(),
        done=DONE.get(single_args().get("done", "")),
    )
