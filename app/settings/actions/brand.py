"""The one colour and the logo of the practice."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice
from app.practice import brand
from app.practice.logo import as_logo
from app.settings.actions.practice import keep

NAMES = {"color": _l("Colour"), "logo": _l("Logo")}


def values(practice: Practice) -> dict[str, Any]:
    return {"color": practice.brand_color}


def paint(practice: Practice, colour: str, *, seen: str, by: str, now: datetime) -> list[str]:
    """NotAColour, or ColourRefused with the nearest one on which text can be read; Edited."""
    found = brand.palette(colour).colour
    return keep(
        practice,
        "brand.colour",
        lambda _fresh: {"brand_color": found},
        values=values,
        seen=seen,
        names=NAMES,
        by=by,
        now=now,
    )


def keep_logo(practice: Practice, picture: bytes, *, by: str, now: datetime) -> list[str]:
    """`picture` as web/uploads.py drew it."""
    drawn = as_logo(picture)
    return _hang(practice, drawn, "brand.logo", by=by, now=now)


def remove_logo(practice: Practice, *, by: str, now: datetime) -> list[str]:
    return _hang(practice, None, "brand.logo-remove", by=by, now=now)


def _hang(practice: Practice, drawn: bytes | None, verb: str, *, by: str, now: datetime) -> list[str]:
    """A picture is replaced as a whole: there is nothing of it to compare line by line."""
    return keep(
        practice, verb, lambda _fresh: {"logo": drawn}, values=_mark, seen=None, names=NAMES, by=by, now=now
    )


def _mark(practice: Practice) -> dict[str, Any]:
    """Tells two pictures apart; more than one line, so that the journal only says that it changed."""
    return {"logo": sha256(bytes(practice.logo)).hexdigest() + "\n" if practice.logo else ""}
