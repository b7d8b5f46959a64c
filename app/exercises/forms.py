"""What a practice types about an exercise and a programme, and what a patient ticks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.exercises.actions import Dose, Terms
from app.exercises.labels import day_names
from app.exercises.models import EVERY_DAY, FEELINGS, CareActivity, CarePlan, Exercise
from app.kernel.i18n import NATIVE, _
from app.kernel.i18n import lazy_gettext as _l
from app.web.fields import DayField
from app.web.forms import Attempted, BaseForm, Lines, PlainText, Versioned, tidy, tidy_lines
from app.web.uploads import PICTURES, UploadField

PICTURE_SIDE = 1200


class _ExerciseForm(Versioned, BaseForm):
    languages: tuple[str, ...] = ()

    picture = UploadField(_l("Picture of your own"), kinds=PICTURES, side=PICTURE_SIDE)
    no_picture = BooleanField(_l("Take the picture away"))

    def texts(self, name: str) -> dict[str, str]:
        return {code: found for code in self.languages if (found := self[f"{name}_{code}"].data)}

    def fields(self, name: str) -> list[Any]:
        return [self[f"{name}_{code}"] for code in self.languages]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        first = self[f"name_{self.languages[0]}"]
        if not first.data:
            first.errors = [_("Give it a name.")]
            return False
        return valid

    @staticmethod
    def filled(row: Exercise, languages: Sequence[str]) -> dict[str, Any]:
        names = {f"name_{code}": row.name.get(code) for code in languages}
        return {**names, **{f"text_{code}": row.text.get(code) for code in languages}}


def exercise_form(languages: Sequence[str]) -> type[_ExerciseForm]:
    """A name and a text per language of the practice; the first is needed."""
    fields: dict[str, Any] = {"languages": tuple(languages)}
    for code in languages:
        of = {"language": NATIVE[code]}
        fields[f"name_{code}"] = StringField(
            _l("Name (%(language)s)", **of),
            filters=[tidy],
            validators=[Length(max=80, message=_l("At most %(most)s letters.", most=80)), PlainText()],
            render_kw={"maxlength": 80, "autocomplete": "off"},
        )
        fields[f"text_{code}"] = TextAreaField(
            _l("How to do it (%(language)s)", **of),
            filters=[tidy_lines],
            validators=[Length(max=1000, message=_l("At most %(most)s letters.", most=1000)), Lines()],
            render_kw={"rows": 3, "maxlength": 1000},
        )
    return type("ExerciseForm", (_ExerciseForm,), fields)


class PlanForm(Versioned, Attempted, BaseForm):
    """`like` is a template or a programme whose exercises are taken over; a template has no days."""

    title = StringField(
        _l("Title"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Give it a title.")),
            Length(max=120, message=_l("At most %(most)s letters.", most=120)),
            PlainText(),
        ],
        render_kw={"maxlength": 120, "autocomplete": "off"},
    )
    note = TextAreaField(
        _l("A word to the patient"),
        filters=[tidy_lines],
        validators=[Length(max=1000, message=_l("At most %(most)s letters.", most=1000)), Lines()],
        render_kw={"rows": 3, "maxlength": 1000},
    )
    starts_on = DayField(_l("From"))
    ends_on = DayField(_l("Until"), validators=[Optional()])
    like = SelectField(_l("Begin with"), validate_choice=False, default="")

    def __init__(self, *args: Any, template: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_template = template

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if self.is_template or not valid:
            return valid
        if self.starts_on.day is None:
            self.starts_on.errors = [_("Say from which day.")]
            return False
        if self.ends_on.day is not None and self.ends_on.day < self.starts_on.day:
            self.ends_on.errors = [_("The last day is before the first one.")]
            return False
        return valid

    def terms(self) -> Terms:
        if self.is_template:
            return Terms(self.title.data or "", self.note.data or None)
        return Terms(self.title.data or "", self.note.data or None, self.starts_on.day, self.ends_on.day)

    @staticmethod
    def filled(plan: CarePlan) -> dict[str, Any]:
        days = {"starts_on": _iso(plan.starts_on), "ends_on": _iso(plan.ends_on)}
        return {"title": plan.title, "note": plan.note, "version": str(plan.revision), **days}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _number(label: Any) -> StringField:
    return StringField(label, filters=[tidy], render_kw={"inputmode": "numeric", "autocomplete": "off"})


class DoseForm(Versioned, BaseForm):
    """`day_0` is Monday."""

    MOST = {"series": 50, "repetitions": 500, "seconds": 7200}

    series = _number(_l("Number of series"))
    repetitions = _number(_l("Repetitions"))
    seconds = _number(_l("Seconds each"))
    note = StringField(
        _l("For this patient"),
        filters=[tidy],
        validators=[Length(max=300, message=_l("At most %(most)s letters.", most=300)), PlainText()],
        render_kw={"maxlength": 300, "autocomplete": "off"},
    )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        for name, most in self.MOST.items():
            text = self[name].data or ""
            if text and not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= most):
                wrong = _("Enter a whole number from %(low)s to %(high)s.", low=1, high=most)
                self[name].errors = [wrong]
                valid = False
        if not self.weekdays:
            self.day_0.errors = [_("Choose at least one day.")]
            valid = False
        return valid

    @property
    def weekdays(self) -> int:
        return sum(1 << day for day in range(7) if self[f"day_{day}"].data)

    @property
    def days(self) -> list[tuple[Any, str]]:
        return [(self[f"day_{day}"], name) for day, name in enumerate(day_names())]

    def dose(self) -> Dose:
        numbers = {name: int(text) if (text := self[name].data) else None for name in self.MOST}
        return Dose(**numbers, weekdays=self.weekdays, note=self.note.data or None)

    @staticmethod
    def filled(one: CareActivity, revision: int) -> dict[str, Any]:
        found: dict[str, Any] = {f"day_{day}": bool(one.weekdays >> day & 1) for day in range(7)}
        found |= {name: str(getattr(one, name) or "") for name in DoseForm.MOST}
        return {**found, "note": one.note, "version": str(revision)}


for _day in range(7):
    setattr(DoseForm, f"day_{_day}", BooleanField(default=bool(EVERY_DAY >> _day & 1)))


class TickForm(BaseForm):
    """A button beside an exercise of a day."""

    day = HiddenField()
    feeling = HiddenField()

    @property
    def on(self) -> date | None:
        try:
            return date.fromisoformat(self.day.data) if len(self.day.data or "") == 10 else None
        except ValueError:
            return None

    @property
    def felt(self) -> str | None:
        return self.feeling.data if self.feeling.data in FEELINGS else None
