"""What is typed: a value of one kind, with whom it is shared until when, and a goal."""

from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.record import labels, numbers
from app.record.actions import Reading
from app.record.kinds import MEALS, TAKEN, Kind, impossible, unusual
from app.record.targets import DIRECTIONS, Target, is_whole
from app.web.fields import DayField
from app.web.forms import Attempted, BaseForm, PlainText, tidy

EARLIEST = date(1920, 1, 1)  # nobody remembers what they weighed before
TOKEN_LONGEST = 64


def _text(label: Any, **more: Any) -> StringField:
    return StringField(label, filters=[tidy], **more)


class ValueForm(BaseForm):
    """One value. `asks` is set when it is so unusual that the person is asked once more."""

    PAGE = ("day", "value", "second", "taken", "meal", "note")

    day = DayField(_l("Date"))
    value = _text(_l("Value"))
    second = _text(_l("Lower value"))
    taken = SelectField(_l("Moment"), choices=[], validate_choice=False, default="")
    meal = SelectField(_l("Energy of the meal before"), choices=[], validate_choice=False, default="")
    note = _text(
        _l("Note"),
        validators=[Length(max=300, message=_l("A note has at most 300 letters here.")), PlainText()],
    )
    sure = HiddenField()  # the unusual value that was looked at once more
    token = HiddenField(validators=[Length(max=TOKEN_LONGEST)])

    def __init__(self, *args: Any, kind: Kind, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.today, self.asks = kind, today, ""
        self.first_number: int | None = None
        self.second_number: int | None = None

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        return self._day() & self._numbers() & self._circumstances() and valid

    def _day(self) -> bool:
        if self.day.errors:
            return False
        if self.day.day is None:
            return _wrong(self.day, _("Say on which day you measured it."))
        if self.day.day > self.today:
            return _wrong(self.day, _("This day is still to come: only what was measured can be noted."))
        if self.day.day < EARLIEST:
            return _wrong(self.day, _("This day is too long ago."))
        return True

    def _numbers(self) -> bool:
        kind = self.kind
        fields = [self.value, self.second] if kind.second is not None else [self.value]
        found = [numbers.read(field.data or "", decimals=kind.decimals) for field in fields]
        for field, number in zip(fields, found, strict=True):
            if number is None:
                _wrong(field, _missing(kind))
        if None in found:
            return False
        first, second = found[0], found[1] if len(found) > 1 else None
        assert first is not None
        if kind.second is not None and second is not None and second >= first:
            return _wrong(self.second, _("The lower value must be below the upper one."))
        if impossible(kind, first, second):
            return _wrong(self.value, _impossible(kind))
        self.first_number, self.second_number = first, second
        written = labels.value(kind, first, second)
        if unusual(kind, first, second) and self.sure.data != written:
            self.asks = written
            return _wrong(self.value, _("%(value)s? That is unusual. Is it right?", value=written))
        return True

    def _circumstances(self) -> bool:
        if self.kind.style != "glucose":
            self.taken.data = self.meal.data = ""
            return True
        right = True
        if self.taken.data not in TAKEN:
            right = _wrong(self.taken, _("Choose the moment at which you measured."))
        if self.meal.data not in MEALS:
            right = _wrong(self.meal, _("Choose how rich the meal before was."))
        return right

    def reading(self, token: str) -> Reading:
        """After `validate`."""
        assert self.day.day is not None and self.first_number is not None
        return Reading(
            self.kind, self.first_number, self.day.day, token, self.second_number, self.taken.data or None,
            self.meal.data or None, self.note.data or "",
        )  # fmt: skip


def _wrong(field: Any, sentence: str) -> bool:
    field.errors = [*field.errors, sentence]
    return False


def _missing(kind: Kind) -> str:
    if kind.style == "faces":
        return _("Choose one of the faces.")
    return _("Enter a number, for example %(example)s.", example=labels.number(kind, kind.start))


def _impossible(kind: Kind) -> str:
    low, high = kind.hard
    return _(
        "This cannot be right: values from %(low)s to %(high)s can be noted.",
        low=labels.value(kind, low),
        high=labels.value(kind, high),
    )


class ShareForm(BaseForm):
    """Shared until when, and whether values from before today are read too."""

    until = DayField(_l("Until (included)"))
    earlier = BooleanField(_l("Also what I measured before today"))


class GoalForm(Attempted, BaseForm):
    """What a practitioner would like a patient to reach."""

    PAGE = ("direction", "low", "high", "second_low", "second_high", "starts_on", "ends_on", "words")

    direction = SelectField(_l("The value should be"), choices=[])
    low = _text(_l("From"))
    high = _text(_l("Up to"))
    second_low = _text(_l("Lower value: from"))
    second_high = _text(_l("Lower value: to"))
    starts_on = DayField(_l("From which day"))
    ends_on = DayField(_l("Until which day"))
    words = _text(
        _l("A sentence for the patient"),
        validators=[Length(max=300, message=_l("Say it in 300 letters at most.")), PlainText()],
    )

    def __init__(self, *args: Any, kind: Kind, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.today = kind, today
        self.direction.choices = [SelectChoice(one, str(labels.DIRECTIONS[one])) for one in DIRECTIONS]
        self.target: Target | None = None

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        return bool(super().validate(*args, **kwargs)) and self._target() and self._days()

    def _target(self) -> bool:
        names = {"at-least": ("low",), "at-most": ("high",)}.get(self.direction.data or "", ("low", "high"))
        if self.kind.second is not None:
            names += tuple(f"second_{one}" for one in names)
        found: dict[str, int] = {}
        for name in names:
            number = numbers.read(self[name].data or "", decimals=self.kind.decimals)
            if number is None:
                return _wrong(self[name], _missing_number(self.kind))
            found[name] = number
        target = Target(self.direction.data or "", **found)
        if not is_whole(target):
            return _wrong(self.low, _("The first number must be below the second."))
        if any(not _possible(self.kind, name, number) for name, number in found.items()):
            return _wrong(self[names[0]], _impossible(self.kind))
        self.target = target
        return True

    def _days(self) -> bool:
        first, last = self.starts_on.day or self.today, self.ends_on.day
        if not EARLIEST <= first <= date(2199, 12, 31):
            return _wrong(self.starts_on, _("This day is too far away."))
        if last is not None and last < first:
            return _wrong(self.ends_on, _("The last day comes before the first."))
        if last is not None and last.year > 2199:
            return _wrong(self.ends_on, _("This day is too far away."))
        return True


def _missing_number(kind: Kind) -> str:
    return _("Enter a number, for example %(example)s.", example=labels.number(kind, kind.start))


def _possible(kind: Kind, name: str, number: int) -> bool:
    limits = kind.second.hard if kind.second is not None and name.startswith("second") else kind.hard
    return limits[0] <= number <= limits[1]
