"""Two people change the same thing: what the first saved beside what the second typed, to be chosen line by line."""

from collections.abc import Mapping
from typing import Any

from flask import request

from app.kernel import edits
from app.settings.editing import THEIRS, Difference, said


def take_over(form: Any, there: Mapping[str, Any]) -> None:
    """Puts what is there into the fields where that was chosen on the page of differences."""
    for name, value in there.items():
        if name in form and request.form.get(f"keep-{name}") == THEIRS:
            form[name].data, form[name].raw_data = value, None


def differences(form: Any, now: Mapping[str, Any]) -> list[Difference]:
    """Every value that is another now. Sending the form again saves what was seen: `now` holds the new version."""
    form.version.raw_data, form.version.data = None, now["version"]
    return [
        Difference(
            str(form[name].label.text), said(form[name], value), said(form[name], form[name].data), name
        )
        for name, value in now.items()
        if name != "version" and name in form and not edits.same(value, form[name].data)
    ]


def of_boxes(what: Any, now: Mapping[Any, Any], typed: Mapping[Any, Any]) -> list[Difference]:
    """One line for a set of boxes, by the names of those that are checked."""
    if set(now) == set(typed):
        return []
    return [Difference(str(what), ", ".join(map(str, now.values())), ", ".join(map(str, typed.values())))]
