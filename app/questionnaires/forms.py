"""What a practice types about a questionnaire, and what a patient answers."""

from collections.abc import Sequence
from typing import Any

from flask import request
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Length

from app.kernel.i18n import NATIVE, _
from app.kernel.i18n import lazy_gettext as _l
from app.questionnaires import items
from app.questionnaires.items import MOST_OPTIONS, Answer, Item
from app.questionnaires.labels import HOW, PROBLEMS
from app.web.forms import Attempted, BaseForm, Lines, PlainText, Versioned, tidy, tidy_lines

LOWS, HIGHS = (0, 1), tuple(range(2, 11))


def _short(label: Any, most: int) -> StringField:
    too_long = _l("At most %(most)s letters.", most=most)
    return StringField(
        label,
        filters=[tidy],
        validators=[Length(max=most, message=too_long), PlainText()],
        render_kw={"maxlength": most, "autocomplete": "off"},
    )


def _long(label: Any, most: int, rows: int = 3) -> TextAreaField:
    too_long = _l("At most %(most)s letters.", most=most)
    return TextAreaField(
        label,
        filters=[tidy_lines],
        validators=[Length(max=most, message=too_long), Lines()],
        render_kw={"rows": rows},
    )


class Spoken(Versioned, BaseForm):
    """A form with a field per language of the practice: `text-fr`, `text-nl`…; the first language is needed."""

    languages: tuple[str, ...] = ()

    def texts(self, name: str) -> dict[str, str]:
        return {code: found for code in self.languages if (found := self[f"{name}_{code}"].data)}

    def fields(self, name: str) -> list[Any]:
        return [self[f"{name}_{code}"] for code in self.languages]

    def need(self, name: str, sentence: Any) -> bool:
        first = self[f"{name}_{self.languages[0]}"]
        if not first.data and not first.errors:
            first.errors = [str(sentence)]
        return not first.errors


def _in(label: Any, code: str) -> Any:
    return _l("%(what)s (%(language)s)", what=label, language=NATIVE[code])


def words_form(languages: Sequence[str]) -> type[Spoken]:
    """Title and introduction."""
    fields: dict[str, Any] = {"languages": tuple(languages)}
    for code in languages:
        fields[f"title_{code}"] = _short(_in(_l("Title"), code), 120)
        fields[f"intro_{code}"] = _long(_in(_l("Introduction"), code), 1000)
    return type("WordsForm", (_WordsForm,), fields)


def new_form(languages: Sequence[str]) -> type[Spoken]:
    """What a questionnaire begins with; `attempt_id` names it."""
    return type("NewForm", (Attempted, words_form(languages)), {})


class _WordsForm(Spoken):
    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        return self.need("title", _("Give it a title.")) and valid


def item_form(kind: str, languages: Sequence[str]) -> type["_ItemForm"]:
    """What one question of this kind needs."""
    fields: dict[str, Any] = {"languages": tuple(languages), "kind": kind}
    for code in languages:
        fields[f"text_{code}"] = _short(_in(_l("Question"), code), 300)
        if kind in ("one", "several"):
            fields[f"options_{code}"] = _long(_in(_l("Answers, one a line"), code), 3000, rows=5)
        if kind == "scale":
            fields[f"low_text_{code}"] = _short(_in(_l("Words at the low end"), code), 60)
            fields[f"high_text_{code}"] = _short(_in(_l("Words at the high end"), code), 60)
    if kind == "scale":
        fields["low"] = SelectField(
            _l("From"), coerce=int, choices=[SelectChoice(one, str(one)) for one in LOWS], default=0
        )
        fields["high"] = SelectField(
            _l("To"), coerce=int, choices=[SelectChoice(one, str(one)) for one in HIGHS], default=10
        )
    fields["required"] = BooleanField(_l("Has to be answered"))
    return type("ItemForm", (_ItemForm,), fields)


class _ItemForm(Spoken):
    kind = ""

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        valid = self.need("text", _("Write the question.")) and valid
        return self._options_fit() and valid if self.kind in ("one", "several") else valid

    def _options_fit(self) -> bool:
        """Two at least; in another language either none, or as many lines as in the first."""
        first, *others = self.fields("options")
        count = len(_lines(first.data))
        if not 2 <= count <= MOST_OPTIONS:
            first.errors = [_("Write at least two answers, and at most %(most)s.", most=MOST_OPTIONS)]
            return False
        for one in others:
            if one.data and len(_lines(one.data)) != count:
                one.errors = [_("Write as many lines here as in the first language, in the same order.")]
                return False
        return not first.errors

    def item(self, key: str = "") -> Item:
        more: dict[str, Any] = {}
        if self.kind in ("one", "several"):
            lines = {code: _lines(self[f"options_{code}"].data) for code in self.languages}
            count = len(lines[self.languages[0]])
            more["options"] = [
                {code: found[at] for code, found in lines.items() if found} for at in range(count)
            ]
        if self.kind == "scale":
            more = {"low": self.low.data, "high": self.high.data}
            more |= {name: self.texts(name) for name in ("low_text", "high_text")}
        return Item(key=key, kind=self.kind, text=self.texts("text"), required=self.required.data, **more)

    @staticmethod
    def filled(item: Item, languages: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {"required": item.required, "low": item.low, "high": item.high}
        for code in languages:
            found[f"text_{code}"] = item.text.get(code)
            found[f"options_{code}"] = "\n".join(one[code] for one in item.options if code in one)
            found[f"low_text_{code}"] = item.low_text.get(code)
            found[f"high_text_{code}"] = item.high_text.get(code)
        return found


def _lines(text: str | None) -> list[str]:
    return [line for line in (text or "").split("\n") if line]


class RevisionForm(Versioned, BaseForm):
    """A button on a draft: says only which state of it was on the page."""


class SendForm(BaseForm):
    questionnaire = SelectField(_l("Questionnaire"), validate_choice=False)

    def chosen(self, offered: Sequence[Any]) -> Any | None:
        found = next((one for one in offered if str(one.id) == self.questionnaire.data), None)
        if found is None:
            self.questionnaire.errors = [_("Please choose a questionnaire.")]
        return found


class AnswerForm(BaseForm):
    """The page a patient fills in: its fields are the questions themselves."""

    def __init__(self, asked: Sequence[Item], given: dict[str, Answer] | None = None) -> None:
        super().__init__()
        self.asked = asked
        posted = request.method == "POST"
        self.given: dict[str, Answer] = items.typed(asked, request.form) if posted else given or {}
        self.answers: dict[str, Answer] = {}
        self.wrong: dict[str, str] = {}

    def check(self) -> bool:
        """Whether every answer is one, and none is missing."""
        self.answers, problems = items.check(self.asked, self.given)
        self.wrong = {key: str(PROBLEMS[problem]) for key, problem in problems.items()}
        return not self.wrong

    def problems(self) -> list[tuple[str, str]]:
        mine = [(one.name, self.wrong[one.key]) for one in self.asked if one.key in self.wrong]
        return [*super().problems(), *mine]


class WrittenDownForm(AnswerForm):
    """The same at the desk, where somebody else says the answers."""

    way = RadioField(
        _l("How do you speak with this person?"),
        choices=[SelectChoice(way, words) for way, words in HOW.items()],
        default="counter",
        validate_choice=False,
        validators=[AnyOf(list(HOW), message=_l("Choose one of the list."))],
    )
