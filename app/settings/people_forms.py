"""What an owner types about a practitioner."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from babel import Locale
from flask import request
from wtforms import HiddenField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.booking.plans import people
from app.booking.plans.people import Who
from app.directory.disciplines import DISCIPLINES
from app.directory.models import Practitioner
from app.kernel.i18n import _, language
from app.kernel.i18n import lazy_gettext as _l
from app.practice.folder.agendas import SPOKEN as LANGUAGES
from app.practice.folder.agendas import is_inami
from app.practice.portrait import SENT_SIDE
from app.settings import pictures
from app.settings.differing import of_boxes
from app.settings.editing import Difference
from app.settings.spoken import SpokenForm, lines, typed_words
from app.web.fields import DayField, first_name, last_name
from app.web.forms import BaseForm, PlainText, tidy
from app.web.uploads import PICTURES, UploadField

USUAL = (
    "fr",
    "nl",
    "de",
    "en",
    "es",
    "it",
    "pt",
    "pl",
    "ro",
    "ru",
    "uk",
    "tr",
    "ar",
)  # boxes; others are kept
FURTHEST = timedelta(days=1100)
NOBODY = ""


class Inami:
    """The INAMI/RIZIV number: 8 digits of the person with their check digits, 3 of what they may do."""

    def __call__(self, _form: Any, field: Any) -> None:
        digits = re.sub(r"[\s./-]", "", field.data or "")
        if not (len(digits) == 11 and digits.isascii() and digits.isdigit()):
            raise ValidationError(str(_l("An INAMI number has 11 digits.")))
        if not is_inami(digits):
            raise ValidationError(str(_l("This is no INAMI number: its check digits are wrong.")))
        field.data = digits


class PhotoForm(BaseForm):
    photo = UploadField(_l("Picture"), kinds=PICTURES, side=SENT_SIDE)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        return pictures.is_given(self.photo) and valid


class PersonForm(SpokenForm):
    """`speaks-<code>` is a box for each language; `members` are (id, name) of the team."""

    SPOKEN = {"presentation": (_l("A sentence for patients"), lines(600))}
    PAGE = ("title", "given_name", "family_name", "discipline")

    version = HiddenField()
    title = StringField(
        _l("Title"),
        filters=[tidy],
        validators=[Optional(), Length(max=40, message=_l("At most 40 letters.")), PlainText()],
        render_kw={"autocomplete": "off"},
    )
    given_name = first_name(_l("Enter this person's first name."), autocomplete="off")
    family_name = last_name(_l("Enter this person's last name."), autocomplete="off")
    discipline = SelectField(
        _l("Discipline"),
        choices=[SelectChoice(code, words[1]) for code, words in DISCIPLINES.items()],
        validate_choice=False,
    )
    inami = StringField(
        _l("INAMI number"),
        filters=[tidy],
        validators=[Optional(), Inami()],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "maxlength": 20},
    )
    starts_on = DayField(_l("First day here"), validators=[Optional()])
    member = SelectField(_l("Who of the team"), validate_choice=False)

    def __init__(
        self,
        *args: Any,
        today: date,
        members: Iterable[tuple[str, str]],
        speaks: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.speaks = today, tuple(speaks)
        self.member.choices = [
            SelectChoice(NOBODY, _l("nobody who signs in")),
            *(SelectChoice(*one) for one in members),
        ]
        self.offered = tuple(dict.fromkeys((*USUAL, *self.speaks)))
        if request.method == "POST" and kwargs.get("formdata", True) is not None:
            typed = (name.removeprefix("speaks-") for name in request.form if name.startswith("speaks-"))
            self.speaks = tuple(
                code for code in dict.fromkeys((*self.speaks, *typed)) if f"speaks-{code}" in request.form
            )
            self.speaks = tuple(code for code in self.speaks if code in LANGUAGES)

    def boxes(self) -> list[tuple[str, str, bool]]:
        """(code, its name in the reader's language, checked)"""
        names = Locale.parse(language()).languages
        return [(code, names.get(code, code), code in self.speaks) for code in self.offered]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        self.speaks_errors = [] if self.speaks else [_("Choose at least one language.")]
        for field in (self.discipline, self.member):
            if field.data not in {choice.value for choice in field.choices}:
                field.errors = [_("This choice is no longer here. Please choose again.")]
        for field in (self.given_name, self.family_name):
            if not field.errors and len(field.data or "") > 80:
                field.errors = [_("At most 80 letters.")]
        day = self.starts_on.day
        if day and not date(1950, 1, 1) <= day <= self.today + FURTHEST:
            self.starts_on.errors = [_("This date is very far away. Please check the year.")]
        return valid and not self.speaks_errors and not any(field.errors for field in self)

    def problems(self) -> list[tuple[str, str]]:
        return [*super().problems(), *(("speaks", text) for text in getattr(self, "speaks_errors", ()))]

    def who(self) -> Who:
        return Who(
            title=self.title.data or "", given_name=self.given_name.data, family_name=self.family_name.data,
            discipline=self.discipline.data, languages=self.speaks, inami=self.inami.data or "",
            presentation=self.words("presentation"), starts_on=self.starts_on.day,
            member=UUID(self.member.data) if self.member.data else None,
        )  # fmt: skip

    def languages_differ(self, row: Practitioner) -> list[Difference]:
        names = Locale.parse(language()).languages
        now, typed = (
            {code: names.get(code, code) for code in codes} for codes in (row.languages, self.speaks)
        )
        return of_boxes(_("Languages spoken"), now, typed)

    @staticmethod
    def typed(row: Practitioner) -> Mapping[str, Any]:
        who = people.of(row)
        return {
            "title": who.title,
            "given_name": who.given_name,
            "family_name": who.family_name,
            "discipline": who.discipline,
            "inami": who.inami,
            "starts_on": who.starts_on.isoformat() if who.starts_on else "",
            "member": str(who.member) if who.member else NOBODY,
            **typed_words(presentation=who.presentation),
            "version": people.mark(row),
        }
