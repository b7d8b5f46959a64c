"""What an owner types about a service: what it is called, how long it lasts, what it costs, and who gives it."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import request
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from app.booking import rule_words
from app.booking.plans import offers
from app.booking.plans.lengths import Lengths
from app.booking.plans.offers import About, Service
from app.directory.models import HealthcareService
from app.kernel.i18n import LANGUAGES, _, language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import pick
from app.practice.folder import COLORS
from app.settings.differing import of_boxes
from app.settings.editing import Difference
from app.settings.spoken import SpokenForm, line, lines, names_of, typed_words
from app.web.forms import tidy

AMOUNT = re.compile(r"([0-9]{1,5})(?:[.,]([0-9]{1,2}))?\s*(?:€|euros?)?")
MOST_CENTS = 1_000_000
COLOR_WORDS = {
    "": _l("none"),
    "teal": _l("teal"),
    "blue": _l("blue"),
    "violet": _l("violet"),
    "pink": _l("pink"),
    "red": _l("red"),
    "orange": _l("orange"),
    "olive": _l("olive"),
    "grey": _l("grey"),
}


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


class Euros(StringField):
    """An amount as people type it; `cents`, or None when it is empty."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        look = {"autocomplete": "off", "inputmode": "decimal", "maxlength": 12}
        super().__init__(label, filters=[tidy], validators=[Optional()], render_kw=look, **more)
        self.cents: int | None = None

    def post_validate(self, _form: Any, _stopped: bool) -> None:
        if self.data:
            self.cents = cents_of(self.data)
            if self.cents is None:
                raise ValidationError(str(_l("Enter a price such as 45 or 45,50, at most 10 000 euros.")))


def cents_of(text: str) -> int | None:
    """None for what is no price."""
    found = AMOUNT.fullmatch(text)
    if found is None:
        return None
    cents = int(found[1]) * 100 + int(Decimal(f"0.{found[2] or 0}") * 100)
    return cents if cents <= MOST_CENTS else None


class ServiceForm(SpokenForm):
    """`need-<key>` is one box each, for a kind of room may have any name; `in-<id>` one for each agenda."""

    SPOKEN = {
        "name": (_l("Name"), line(120, missing=_l("Give it a name."))),
        "description": (_l("What it is"), lines(1000)),
        "preparation": (_l("What to bring, how to prepare"), lines(1000)),
    }

    version = HiddenField()
    price = Euros(_l("Price in euros"))
    color = RadioField(
        _l("Colour in the agenda"),
        choices=[SelectChoice(name, COLOR_WORDS[name]) for name in ("", *COLORS)],
        validate_choice=False,
        default="",
    )
    prescription_required = BooleanField(_l("A prescription is needed"))
    online = BooleanField(_l("Can be booked online"))
    duration_minutes = Whole(_l("Duration in minutes"), 5, 720)
    grid_minutes = Whole(_l("A start every … minutes"), 5, 720)
    buffer_before_minutes = Whole(_l("Kept free before, in minutes"), 0, 240)
    buffer_after_minutes = Whole(_l("Kept free after, in minutes"), 0, 240)
    capacity = Whole(_l("People at the same time"), 1, 200)
    staff_reserved = Whole(_l("Places only the desk gives"), 0, 199)

    def __init__(self, *args: Any, kinds: Mapping[str, Any], schedules: Iterable[Any], **kwargs: Any) -> None:
        self.wanted: tuple[str, ...] = tuple(kwargs.pop("needs", ()))
        self.given: frozenset[UUID] = frozenset(kwargs.pop("agendas", ()))
        super().__init__(*args, **kwargs)
        self.kinds, self.schedules = kinds, list(schedules)
        self.PAGE = (*names_of(("name",), self.languages), "price")
        if request.method == "POST" and kwargs.get("formdata", True) is not None:
            self.wanted = tuple(key for key in kinds if request.form.get(f"need-{key}"))
            self.given = frozenset(one.id for one in self.schedules if request.form.get(f"in-{one.id}"))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if self.color.data not in ("", *COLORS):
            self.color.errors = [_("This choice is no longer here. Please choose again.")]
        if valid and self.staff_reserved.data >= self.capacity.data:
            self.staff_reserved.errors = [_("At least one place must be left for patients.")]
        return valid and not any(field.errors for field in self)

    def service(self) -> Service:
        names = (name for name in Lengths.__dataclass_fields__ if name != "needs")
        about = About(
            name=self.words("name"), description=self.words("description"), preparation=self.words("preparation"),
            price_cents=self.price.cents, color=self.color.data, online=self.online.data,
            prescription_required=self.prescription_required.data,
        )  # fmt: skip
        minutes = Lengths(**{name: self[name].data for name in names}, needs=self.wanted)
        return Service(about, minutes, self.given)

    def boxes_differ(self, row: HealthcareService) -> list[Difference]:
        known = offers.of(row)
        kinds = {key: pick(name, language(), list(LANGUAGES)) for key, name in self.kinds.items()}
        places = {one.id: pick(one.location.name, language(), list(LANGUAGES)) for one in self.schedules}
        agendas = {one.id: f"{one.practitioner.name} ({places[one.id]})" for one in self.schedules}
        return [
            *of_boxes(_("Needs one of each"), _only(kinds, known.lengths.needs), _only(kinds, self.wanted)),
            *of_boxes(_("Given by"), _only(agendas, known.agendas), _only(agendas, self.given)),
        ]

    @staticmethod
    def typed(row: HealthcareService) -> dict[str, Any]:
        """What the fields show of a service; the boxes are `boxes`."""
        known = offers.of(row)
        about, minutes = known.about, {k: v for k, v in vars(known.lengths).items() if k != "needs"}
        return {
            **typed_words(name=about.name, description=about.description, preparation=about.preparation),
            "price": "" if about.price_cents is None else rule_words.euros(about.price_cents),
            "color": about.color,
            "prescription_required": about.prescription_required,
            "online": about.online,
            **minutes,
            "version": offers.mark(row),
        }

    @staticmethod
    def boxes(row: HealthcareService) -> dict[str, Any]:
        return {"needs": tuple(row.needs), "agendas": offers.of(row).agendas}


def _only(names: Mapping[Any, str], wanted: Iterable[Any]) -> dict[Any, str]:
    return {key: names[key] for key in wanted if key in names}
