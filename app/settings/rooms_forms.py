"""What an owner types about rooms, devices, and how long services last."""

from typing import Any

from flask import request
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.booking.plans import lengths
from app.booking.plans.lengths import Lengths
from app.directory.models import HealthcareService
from app.kernel.i18n import _, language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import pick
from app.settings.editing import Difference
from app.web.forms import BaseForm, PlainText, tidy

NAMED = (
    DataRequired(_l("Give it a name.")),
    Length(max=60, message=_l("At most 60 letters.")),
    PlainText(),
)


class PoolForm(BaseForm):
    name = StringField(_l("Name"), filters=[tidy], validators=NAMED)
    site = SelectField(_l("Site"), validate_choice=False)

    def __init__(self, *args: Any, sites: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site.choices = [SelectChoice(str(one.id), pick(one.name, language(), ["fr"])) for one in sites]
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


class Whole(IntegerField):
    """A whole number between two limits; what was typed stays when it is none."""

    def __init__(self, label: Any, low: int, high: int, **more: Any) -> None:
        message = _l("Enter a whole number from %(low)s to %(high)s.", low=low, high=high)
        super().__init__(
            label,
            validators=[InputRequired(message), NumberRange(low, high, message)],
            render_kw={"inputmode": "numeric", "autocomplete": "off", "type": "text"},
            **more,
        )
        self.said = message

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            text = (valuelist or [""])[0].strip()
            self.data = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
        except ValueError:
            self.data = None
        if self.data is None:
            raise ValueError(str(self.said))


class LengthsForm(BaseForm):
    """`need-<key>` is one box each, for a kind of room may have any name."""

    version = HiddenField()
    duration_minutes = Whole(_l("Duration in minutes"), 5, 720)
    grid_minutes = Whole(_l("A start every … minutes"), 5, 720)
    buffer_before_minutes = Whole(_l("Kept free before, in minutes"), 0, 240)
    buffer_after_minutes = Whole(_l("Kept free after, in minutes"), 0, 240)
    capacity = Whole(_l("People at the same time"), 1, 200)
    staff_reserved = Whole(_l("Places only the desk gives"), 0, 200)

    def __init__(self, *args: Any, kinds: dict[str, dict[str, str]], **kwargs: Any) -> None:
        self.wanted: tuple[str, ...] = tuple(kwargs.pop("needs", ()))
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        if request.method == "POST" and kwargs.get("formdata", True) is not None:
            self.wanted = tuple(key for key in kinds if request.form.get(f"need-{key}"))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if valid and self.staff_reserved.data > self.capacity.data:
            self.staff_reserved.errors = [_("These are more places than there are.")]
            return False
        return valid

    def lengths(self) -> Lengths:
        names = (name for name in Lengths.__dataclass_fields__ if name != "needs")
        return Lengths(**{name: self[name].data for name in names}, needs=self.wanted)

    @staticmethod
    def typed(row: HealthcareService) -> dict[str, Any]:
        return {**vars(lengths.of(row)), "version": lengths.mark(row)}

    def differences(self, row: HealthcareService) -> list[Difference]:
        """Sending it again saves what was typed."""
        now = self.typed(row)
        self.version.raw_data, self.version.data = None, now["version"]
        return [
            Difference(self[name].label.text, now[name], self[name].data)
            for name in Lengths.__dataclass_fields__
            if name != "needs" and now[name] != self[name].data
        ]
