"""The form of something two people may have open: the second sees what the first saved, and chooses field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from wtforms import BooleanField, HiddenField, SelectField

from app.kernel import edits
from app.kernel.i18n import _
from app.web.forms import BaseForm

THEIRS, MINE = "theirs", "mine"
NOT_VALUES = ("csrf_token", "version")


@dataclass(frozen=True)
class Difference:
    """A value as it is now and as it was typed. `name` is the form's field where one can take over what is there."""

    what: str
    now: Any
    typed: Any
    name: str = ""
    theirs: bool = False  # proposed: whoever types has not touched this one


class EditForm(BaseForm):
    """A view fills it with `fill`, calls `take_over` before `validate`, and `differences` after Edited:

        form = SiteForm()
        form.take_over(there := actions.values(site))
        if not form.validate():
            return page(form), 422
        try:
            actions.change(site, form.values(), seen=form.seen, by=…, now=…)    # edits.check(seen, values(site))
        except Edited as refusal:
            differs = form.differences(actions.values(site))
            return page(form, refusal=refusal, differs=differs), refusal.status

    and the page has {{ form.version() }} and {{ stale(refusal, differs) }} inside its form. Values are keyed by the
    names of the form's fields.
    """

    version = HiddenField()

    @property
    def seen(self) -> str:
        return self.version.data or ""

    def fill(self, values: Mapping[str, Any]) -> None:
        """From what is kept."""
        for name, value in values.items():
            self[name].data = value
        self.based_on(values)

    def based_on(self, values: Mapping[str, Any]) -> None:
        """Saving now answers what is there."""
        self.version.data = edits.stamp(values)
        self.version.raw_data = None

    @property
    def pressed(self) -> set[str]:
        """Names of the buttons that sent it."""
        return set(request.form) - {field.name for field in self}

    def values(self) -> dict[str, Any]:
        """As typed, after `validate`; a form whose fields hold more than texts says here what they keep."""
        return {field.short_name: field.data for field in self if field.short_name not in NOT_VALUES}

    def take_over(self, there: Mapping[str, Any]) -> None:
        """Puts what is there into the fields where that was chosen on the page of differences."""
        for name, value in there.items():
            if request.form.get(f"keep-{name}") == THEIRS:
                self[name].data = value
                self[name].raw_data = None

    def differences(self, there: Mapping[str, Any]) -> list[Difference]:
        """Every value that is not what is there; saving again then replaces exactly what was seen here."""
        theirs, typed = edits.since(self.seen, there), self.values()
        found = []
        for name, value in there.items():
            if edits.same(value, typed.get(name)):
                continue
            untouched = name in theirs and name not in edits.since(self.seen, {name: typed.get(name)})
            field = self[name]
            what = str(field.label.text)
            found.append(Difference(what, said(field, value), said(field, typed.get(name)), name, untouched))
        self.based_on(there)
        return found


def said(field: Any, value: Any) -> str:
    """A value of a field in words."""
    if isinstance(field, BooleanField):
        return _("Yes") if value else _("No")
    if isinstance(field, SelectField):
        words = {str(choice.value): str(choice.label) for choice in field.choices or ()}
        return ", ".join(words.get(str(one), str(one)) for one in _each(value))
    return ", ".join(map(str, _each(value)))


def _each(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
