"""What an owner types about rooms and devices."""

from typing import Any

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app.kernel.i18n import LANGUAGES, _, language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import pick
from app.web.forms import BaseForm, PlainText, tidy

NAMED = (
    DataRequired(_l("Give it a name.")),
    Length(max=60, message=_l("At most 60 letters.")),
    PlainText(),
)


class PoolForm(BaseForm):
    name = StringField(_l("Name"), filters=[tidy], validators=NAMED)
    site = SelectField(_l("Which site"), validate_choice=False)

    def __init__(self, *args: Any, sites: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site.choices = [
            SelectChoice(str(one.id), pick(one.name, language(), list(LANGUAGES))) for one in sites
        ]
        if not self.site.data and len(sites) == 1:
            self.site.data = str(sites[0].id)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if self.site.data not in {choice.value for choice in self.site.choices}:
            self.site.errors = [_("This choice is no longer here. Please choose again.")]
            return False
        return valid


class UnitForm(BaseForm):
    unit = StringField(_l("Name"), filters=[tidy], validators=NAMED)
