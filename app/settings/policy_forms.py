"""What an owner fills in about booking: an empty field inherits, and says what and from where."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import request
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from app.booking import rule_words
from app.booking.actions.rules import LimitRow, Said, Who
from app.booking.models import LEVELS
from app.booking.policy import FIELDS
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.practice.folder.rules import BOUNDS, CHOICES, FLAGS, MOST_OF_AN_AGENDA
from app.web.forms import BaseForm, Versioned, tidy

INHERIT = ""
BUTTONS = ("publish", "keep")
YES_NO = {"yes": True, "no": False}
AMOUNT = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,2})?")
WHOLE = re.compile(r"[0-9]{1,6}")
WHO: tuple[Who, ...] = tuple((level, known) for level in (None, *LEVELS) for known in (None, False, True))
KNOWN_WORDS = {None: "any", False: "new", True: "known"}
UNIT_WORDS = {"minutes": _l("minutes"), "hours": _l("hours"), "days": _l("days")}
LOOKED_AT: tuple[tuple[int, bool], ...] = (
    (0, False), (1, False), (1, True), (2, True), (3, True), (4, True),
)  # fmt: skip


def name_of(who: Who) -> str:
    """«any-new», «3-any»: a row of the matrix in an address and in a form."""
    level, known = who
    return f"{'any' if level is None else level}-{KNOWN_WORDS[known]}"


BY_NAME = {name_of(who): who for who in WHO}


class RulesForm(Versioned, BaseForm):
    """Rules of one place: for everybody, and in the grid who may book; or of one row of the matrix alone.

    `cells` are the rows whose outcome is asked; `who` the row all other fields are about.
    """

    PAGE = (*(f"outcome-{name}" for name in BY_NAME), *FIELDS)

    def __init__(self, *args: Any, who: Who, cells: Iterable[Who], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.who = who
        self.cells = list(cells)
        self.extra: list[str] = []
        for cell in WHO:
            if cell not in self.cells:
                delattr(self, f"outcome-{name_of(cell)}")
        self.typed: dict[str, Any] = {}

    def fill(self, rows: Said, version: str) -> None:
        """From what the place says itself; what it inherits stays empty."""
        self.version.data = version
        for cell in self.cells:
            self[f"outcome-{name_of(cell)}"].data = rows.get(cell, {}).get("outcome") or INHERIT
        row = rows.get(self.who, {})
        for name in FIELDS:
            if name != "outcome":
                self._fill(name, row.get(name))

    def _fill(self, name: str, value: Any) -> None:
        field = self[name]
        if name in rule_words.MINUTES:
            number, unit = rule_words.amount(value) if value is not None else ("", "hours")
            field.data, self[f"{name}-unit"].data = number, unit
        elif name in FLAGS:
            field.data = INHERIT if value is None else "yes" if value else "no"
        elif name == "late_fee_cents":
            field.data = "" if value is None else rule_words.euros(value)
        else:
            field.data = "" if value is None else str(value)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if set(request.form) - {field.name for field in self} - set(BUTTONS):
            self.extra = [str(_l("This form held something that is not on this page. Nothing was changed."))]
        self.typed = {name: self._read(name) for name in FIELDS if name != "outcome"}
        return valid and not self.extra and not any(field.errors for field in self)

    def wanted(self) -> dict[Who, dict[str, Any]]:
        """Row by row what the fields say, after `validate`."""
        found: dict[Who, dict[str, Any]] = {
            cell: {"outcome": self[f"outcome-{name_of(cell)}"].data or None} for cell in self.cells
        }
        found.setdefault(self.who, {}).update(self.typed)
        return found

    def _read(self, name: str) -> Any:
        text = self[name].data or ""
        if not text:
            return None
        if name in FLAGS:
            return YES_NO.get(text)
        if name in CHOICES:
            return text
        if name in rule_words.MINUTES or name == "late_fee_cents":
            return self._scaled(name, text)
        if not WHOLE.fullmatch(text):
            return self._wrong(name, _("Type a whole number, such as 3."))
        return self._within(name, int(text))

    def _scaled(self, name: str, text: str) -> int | None:
        """A notice in its unit, or euros: both may have a fraction."""
        if not AMOUNT.fullmatch(text):
            return self._wrong(name, _("Type a number, such as 24 or 1,5."))
        unit = 100 if name == "late_fee_cents" else rule_words.UNITS.get(self[f"{name}-unit"].data or "")
        if unit is None:
            return self._wrong(name, _("Choose minutes, hours or days."))
        exact = Decimal(text.replace(",", ".")) * unit
        if exact != int(exact):
            return self._wrong(name, _("This is no whole number of minutes."))
        return self._within(name, int(exact))

    def _within(self, name: str, found: int) -> int | None:
        low, high = BOUNDS[name]
        if low <= found <= high:
            return found
        words = [rule_words.value(name, bound) if bound else "0" for bound in (low, high)]
        if name not in rule_words.MINUTES and name != "late_fee_cents":
            words = [str(low), str(high)]
        return self._wrong(name, _("Choose something from %(low)s to %(high)s.", low=words[0], high=words[1]))

    def _wrong(self, name: str, sentence: str) -> None:
        self[name].errors = [sentence]


def _choices(words: Mapping[str, Any], *, empty: bool = True) -> list[SelectChoice]:
    first = [SelectChoice(INHERIT, _l("Inherited"))] if empty else []
    return [*first, *(SelectChoice(value, word) for value, word in words.items())]


def _declare() -> None:
    for name in BY_NAME:
        setattr(RulesForm, f"outcome-{name}", SelectField(choices=_choices(rule_words.OUTCOMES)))
    for name in FIELDS[1:]:
        label = rule_words.FIELDS[name]
        if name in FLAGS:
            made: Any = SelectField(label, choices=_choices({"yes": _l("Yes"), "no": _l("No")}))
        elif name in CHOICES:
            made = SelectField(label, choices=_choices(rule_words.REASONS))
        else:
            keyboard = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 12}
            made = StringField(label, filters=[tidy], render_kw=keyboard)
        setattr(RulesForm, name, made)
        if name in rule_words.MINUTES:
            setattr(
                RulesForm,
                f"{name}-unit",
                SelectField(choices=_choices(UNIT_WORDS, empty=False), default="hours"),
            )


_declare()


class LimitsForm(Versioned, BaseForm):
    """The limits of one agenda, one a line; a line without a number is none. Made for a number of lines."""

    lines = 0

    def fill(self, rows: list[LimitRow], version: str) -> None:
        self.version.data = version
        for at, row in enumerate(rows):
            self[f"most-{at}"].data = str(row.most)
            self[f"unit-{at}"].data, self[f"period-{at}"].data = row.unit, row.period
            self[f"service-{at}"].data = str(row.service or "")

    def rows(self) -> list[LimitRow] | None:
        """What the lines say, each once; None when something is wrong, which stands beside it then."""
        valid, found = self.validate(), []
        for at in range(self.lines):
            field, text = self[f"most-{at}"], self[f"most-{at}"].data or ""
            if not text:
                continue
            if not WHOLE.fullmatch(text) or int(text) > MOST_OF_AN_AGENDA:
                field.errors = [_("Type a whole number, such as 3.")]
                continue
            service = self[f"service-{at}"].data
            row = LimitRow(
                UUID(service) if service else None,
                self[f"period-{at}"].data,
                self[f"unit-{at}"].data,
                int(text),
            )
            if any((row.service, row.period, row.unit) == (it.service, it.period, it.unit) for it in found):
                field.errors = [_("This limit is there twice. Keep one of the two.")]
            found.append(row)
        return found if valid and not any(field.errors for field in self) else None


def limits_form(lines: int, services: list[tuple[str, str]], **more: Any) -> LimitsForm:
    """`services`: (id, name) of what the agenda offers."""
    fields: dict[str, Any] = {"lines": lines}
    for at in range(lines):
        fields[f"most-{at}"] = StringField(
            _("At most"),
            filters=[tidy],
            render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": 12},
        )
        fields[f"unit-{at}"] = SelectField(
            _("What is counted"), choices=_choices(rule_words.LIMIT_UNITS, empty=False)
        )
        fields[f"period-{at}"] = SelectField(
            _("In what period"), choices=_choices(rule_words.PERIODS, empty=False)
        )
        fields[f"service-{at}"] = SelectField(
            _("Of which service"),
            choices=[SelectChoice("", _("everything")), *(SelectChoice(*one) for one in services)],
        )
    return type("AgendaLimitsForm", (LimitsForm,), fields)(**more)


class LookForm(BaseForm):
    """As whom the owner looks at the site, and under which rules."""

    draft = HiddenField(default="")

    standing = SelectField(
        _l("Show the site as it is for"),
        choices=[],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing.choices = [
            SelectChoice(name_of(who), rule_words.of_standing(*who)) for who in LOOKED_AT
        ]

    @property
    def with_draft(self) -> bool:
        return self.draft.data == "yes"

    @property
    def chosen(self) -> tuple[int, bool]:
        return next(who for who in LOOKED_AT if name_of(who) == self.standing.data)
