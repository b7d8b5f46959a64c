"""What a table's columns and parameters may be called: as our own copy calls them, in every language."""

from functools import cache

from app.kernel.i18n import LANGUAGES, _, speaking
from app.record import labels
from app.record.imports.tables import COLUMNS, folded
from app.record.kinds import KINDS

PLAIN = {
    "loinc": "code",
    "kind": "what",
    "date": "when",
    "datum": "when",
    "jour": "when",
    "valeur": "value",
    "waarde": "value",
    "wert": "value",
}


@cache
def columns() -> dict[str, str]:
    """Folded heading -> one of tables.COLUMNS."""
    found = {**PLAIN, **{name: name for name in COLUMNS}}
    for language in LANGUAGES:
        with speaking(language):
            titles = {
                "what": _("What was measured"), "value": _("Value"), "second": _("Lower value"), "when": _("When"),
            }  # fmt: skip
            found |= {folded(title): name for name, title in titles.items()}
    return found


@cache
def kinds() -> dict[str, str]:
    """Folded name of a parameter -> its key."""
    found = {key: key for key in KINDS}
    for language in LANGUAGES:
        with speaking(language):
            found |= {folded(labels.name(key)): key for key in KINDS}
    return found
