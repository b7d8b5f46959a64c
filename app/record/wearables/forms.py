"""The form that asks what stays when a service is let go."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from app.kernel.i18n import lazy_gettext as _l
from app.web.forms import BaseForm


class LetGoForm(BaseForm):
    values = RadioField(
        _l("The values it brought"),
        choices=[SelectChoice("keep", _l("Keep them")), SelectChoice("delete", _l("Delete them"))],
        default="keep",
    )

    @property
    def keeps(self) -> bool:
        return bool(self.values.data == "keep")
