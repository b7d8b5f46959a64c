"""How the practice looks: one colour, from which every shade is computed, and a logo."""

from typing import Any

from flask import Blueprint, g, render_template, request
from wtforms import StringField

from app.kernel.edits import Edited
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice
from app.practice import brand
from app.practice.logo import SIDES
from app.settings import actions, pictures
from app.settings.actions.brand import NAMES, values
from app.settings.editing import EditForm
from app.web.access import checks_its_token, desk, takes_files
from app.web.door import go
from app.web.forms import BaseForm, single_args, tidy
from app.web.outside import services
from app.web.uploads import PICTURES, UploadField

bp = Blueprint("brand_settings", __name__)
HERE = "/settings/brand"
DONE = {
    "colour": _l("The colour is saved. Every page of the practice has it now."),
    "logo": _l("The logo is saved. It stands on every page and in the browser's tab."),
    "removed": _l("The logo is removed. The first letter of the name takes its place."),
}
IDEAS = ("#0b5c63", "#6b4fa0", "#1d5290", "#2f6b3a", "#a03a52", "#b3541e", "#4a5568", "#c2a13a")


class ColourForm(EditForm):
    color = StringField(NAMES["color"], filters=[tidy], render_kw={"type": "color"})
    nearest = ""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        return self.can_be_read() and valid

    def can_be_read(self) -> bool:
        """Whether text can be read on the colour; else the reason stands beside it, and `nearest` would do."""
        try:
            brand.palette(self.color.data)
        except brand.NotAColour:
            self.color.errors = [_("This is not a colour such as #6b4fa0.")]
        except brand.ColourRefused as refused:
            self.nearest = refused.nearest
            self.color.errors = [
                _(
                    "Neither white nor black text can be read on %(colour)s: people with weak eyes could not "
                    "use the buttons. The nearest colour that works is %(nearest)s.",
                    colour=refused.colour,
                    nearest=refused.nearest,
                )
            ]
        return not self.color.errors


class LogoForm(BaseForm):
    logo = UploadField(_l("Picture"), kinds=PICTURES, side=SIDES[0])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        return pictures.is_given(self.logo) and valid


@bp.get(HERE)
@desk("settings:manage")
def shown() -> str:
    form = ColourForm(formdata=None)
    form.fill(values(g.practice))
    if asked := single_args().get("colour"):
        form.color.data = f"#{asked[:6]}"
        form.can_be_read()
    return _page(form, LogoForm(formdata=None), done=DONE.get(request.args.get("done", "")))


@bp.get(f"{HERE}/sample")
@desk("settings:manage")
def sample() -> str:
    """The preview alone, while a colour is being chosen."""
    form = ColourForm(formdata=None)
    form.fill({"color": single_args().get("color", "")[:7]})
    form.can_be_read()
    return render_template("settings/_sample.html", form=form, colour=_shown(form), alone=True)


@bp.post(HERE)
@checks_its_token
@desk("settings:manage")
def paint() -> Any:
    form, g.here = ColourForm(), HERE
    form.take_over(values(g.practice))
    if not form.validate():
        return _page(form, LogoForm(formdata=None)), 422
    now = services().clock.now()
    try:
        actions.paint(g.practice, form.color.data, seen=form.seen, by=g.person.actor, now=now)
    except Edited as refusal:
        differs = form.differences(values(Practice.get_by_id(g.practice.id)))
        return _page(form, LogoForm(formdata=None), refusal=refusal, differs=differs), refusal.status
    return go(f"{HERE}?done=colour")


@bp.post(f"{HERE}/logo")
@takes_files
@checks_its_token
@desk("settings:manage")
def hang() -> Any:
    form, g.here = LogoForm(), HERE
    if not form.validate():
        return _page(None, form), 422
    content = form.logo.uploads[0].content
    actions.keep_logo(g.practice, content, by=g.person.actor, now=services().clock.now())
    return go(f"{HERE}?done=logo")


@bp.post(f"{HERE}/logo/removal")
@desk("settings:manage")
def take_down() -> Any:
    BaseForm()  # content type and single values
    actions.remove_logo(g.practice, by=g.person.actor, now=services().clock.now())
    return go(f"{HERE}?done=removed")


def _page(form: ColourForm | None, logo: LogoForm, **more: Any) -> str:
    if form is None:
        form = ColourForm(formdata=None)
        form.fill(values(g.practice))
    return render_template(
        "settings/brand.html", form=form, logo_form=logo, colour=_shown(form), ideas=IDEAS, **more
    )


def _shown(form: ColourForm) -> str:
    """The colour of the preview: the one chosen where text can be read on it, else the nearest."""
    return str(form.nearest or (g.practice.brand_color if form.color.errors else form.color.data))
