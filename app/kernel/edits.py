"""Two people with the same form open: what it was filled from, what changed since, and the change in words.

Values are as a form shows them: texts, yes or no, lists of texts. None and "" are the same: nothing.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from zlib import crc32

from app.kernel.errors import Refusal
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l

LONGEST = 60  # letters of a value that the journal repeats


class Edited(Refusal):
    """Somebody else saved while this page was open."""

    status = 409
    message = _l("Somebody else changed this meanwhile. Nothing is saved yet: please compare.")


def stamp(values: Mapping[str, Any]) -> str:
    """What a form was filled from, field by field: «name:1f3a5b70 phone:0»."""
    return " ".join(f"{name}:{_mark(value)}" for name, value in sorted(values.items()))


def since(seen: str, values: Mapping[str, Any]) -> set[str]:
    """The names whose value is another than the one that was stamped."""
    marks = dict(part.rpartition(":")[::2] for part in seen.split())
    return {name for name, value in values.items() if marks.get(name) != _mark(value)}


def check(seen: str, values: Mapping[str, Any]) -> None:
    """Inside the transaction that saves. Edited when these are no longer the values that were stamped."""
    if seen != stamp(values):
        raise Edited


def same(one: Any, other: Any) -> bool:
    return _plain(one) == _plain(other)


def changes(before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, Any]) -> list[str]:
    """One sentence for each value that is another, in the language spoken now; `names` has the words of each."""
    return [
        sentence(str(words), before.get(name), after.get(name))
        for name, words in names.items()
        if not same(before.get(name), after.get(name))
    ]


def sentence(what: str, before: Any, after: Any) -> str:
    """«Telephone: 081 1, now 081 2»; what is long is only named."""
    was, now = _short(before), _short(after)
    if not was and not now:
        return _("%(what)s: changed", what=what)
    return _("%(what)s: %(before)s, now %(after)s", what=what, before=was or "–", after=now or "–")


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")
    return text if len(text) <= LONGEST and "\n" not in text else ""


def _mark(value: Any) -> str:
    plain = _plain(value)
    return f"{crc32(json.dumps(plain).encode()):x}" if plain is not None else "0"


def _plain(value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if isinstance(value, Iterable) and isinstance(value, Collection):
        return [str(one) for one in value]
    return value
