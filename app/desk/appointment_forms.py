"""What the desk says about one appointment: a step, why it ends, what is broken knowingly, what becomes of a fee."""

from typing import Any

from flask import request
from wtforms import HiddenField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.booking.models import Appointment
from app.booking.refusals import CannotBeChanged
from app.booking.slots import Reason
from app.kernel.i18n import lazy_gettext as _l
from app.web.forms import BaseForm, PlainText, Versioned, tidy

TOO_LONG = Length(max=300, message=_l("Say it in 300 letters at most."))


def reason_field(label: Any, *, missing: Any = None) -> StringField:
    needed = [InputRequired(missing)] if missing else []
    return StringField(
        label,
        filters=[tidy],
        validators=[*needed, TOO_LONG, PlainText()],
        render_kw={"autocomplete": "off", "maxlength": 300},
    )


class StepForm(Versioned, BaseForm):
    status = HiddenField()

    def still(self, appointment: Appointment) -> None:
        """CannotBeChanged when the page showed an older state: two colleagues never note two steps for one."""
        if self.seen != appointment.version:
            raise CannotBeChanged


class CancelForm(StepForm):
    whose = RadioField(
        _l("Why does it end?"),
        choices=[
            SelectChoice("patient", _l("The patient cancels")),
            SelectChoice("practice", _l("The practice cancels")),
        ],
        validators=[InputRequired(_l("Say who cancels: only a patient can be late."))],
    )
    reason = reason_field(_l("Reason"))


class FeeForm(BaseForm):
    decision = RadioField(
        _l("What becomes of this fee?"),
        choices=[SelectChoice("kept", _l("Keep the fee")), SelectChoice("waived", _l("Waive the fee"))],
        validators=[InputRequired(_l("Choose whether to keep or to waive the fee."))],
    )
    reason = reason_field(
        _l("Reason"), missing=_l("Say why: it is written to the history of the appointment.")
    )


class Knowingly:
    """Mixed into a form that may break rules of patients: one box a rule, and one reason for all."""

    because = reason_field(_l("Why all the same?"))

    @property
    def acknowledged(self) -> frozenset[Reason]:
        return frozenset(reason for reason in Reason if request.form.get(f"ack_{reason}"))

    def validate_because(self, field: Any) -> None:
        if self.acknowledged and not field.data:
            raise ValidationError(str(_l("Say why you break a rule: it is written to the history.")))


class PlaceForm(Knowingly, StepForm):
    """What a drag says: where it was let go, or how long it lasts now. Empty is as it was."""

    start = HiddenField()
    schedule = HiddenField()
    minutes = HiddenField()


class MoveForm(Knowingly, StepForm):
    start = HiddenField()
    schedule = HiddenField()
