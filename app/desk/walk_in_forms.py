"""What the desk says of a number: a step with the state it saw, and who is taken in where."""

from typing import Any

from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.desk.booking_forms import NewPersonForm
from app.kernel.i18n import language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import pick
from app.patients.actions import Person
from app.patients.models import Patient
from app.walkins.labels import PRIORITIES
from app.walkins.models import WalkIn
from app.walkins.refusals import AlreadyCalled
from app.web.forms import BaseForm, Versioned


class NumberStepForm(Versioned, BaseForm):
    """`version` is that of the list on the screen: whoever comes second is told."""

    def still(self, walk_in: WalkIn) -> None:
        if self.seen != walk_in.version:
            raise AlreadyCalled


class PriorityForm(NumberStepForm):
    priority = RadioField(
        _l("Priority"),
        choices=[SelectChoice(str(key), words) for key, words in PRIORITIES.items()],
        validators=[InputRequired(_l("Choose a priority."))],
    )


class PlaceFields:
    """Mixed in: which service in which agenda of this site."""

    place = SelectField(_l("What, and with whom?"), choices=[], validators=[InputRequired()])

    def show_places(self, offers: Any, languages: Any) -> None:
        names = [
            (
                f"{one.schedule.id}.{one.service.id}",
                f"{one.practitioner.name} · {pick(one.service.name, language(), languages)}",
            )
            for one in offers
        ]
        self.place.choices = [SelectChoice(value, words) for value, words in names]  # type: ignore[attr-defined]


class KnownPersonForm(PlaceFields, BaseForm):
    """Of somebody who has a file here."""

    patient = HiddenField()

    def person(self, known: Patient) -> Person:
        return Person(
            given_name=known.given_name, family_name=known.family_name, email=None, language=known.language
        )


class WalkInPersonForm(PlaceFields, NewPersonForm):
    """Of somebody new: they stand at the counter, so that a way to reach them is welcome and not needed."""

    PAGE = ("given_name", "family_name", "birth_date", "niss", "phone", "email", "spoken", "another", "place")

    origin = told = start = schedule = attempt = because = None

    def validate_phone(self, field: Any) -> None:
        Optional()(self, field)
