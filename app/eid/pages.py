"""What the pages of a reading share: where they stand, and how far the reading is."""

import base64
from datetime import datetime
from typing import Any

from flask import g, render_template, request

from app.eid import labels, reading
from app.eid import pairing as pairings
from app.eid.forms import StartForm
from app.eid.models import CardPairing
from app.eid.pairing import Owner
from app.eid.proofs import CardRead
from app.kernel.errors import Refusal
from app.patients import niss
from app.web.htmx import redirect_to, wants_fragment
from app.web.outside import config, services

GOING = ("new", "redeemed", "confirmed", "checking")
HOMES = {
    "import": {"here": "/account/card", "by_hand": "/account/details"},
    "join": {"here": "/join/card", "by_hand": "/join"},
    "desk": {"here": "/desk/card", "by_hand": "/desk/patients"},
}


def start(purpose: str, owner: Owner) -> CardPairing:
    return pairings.start(
        purpose, owner=owner, host=request.host.lower(), sealer=services().sealer, now=services().clock.now()
    )[0]


def current(purpose: str, owner: Owner | None) -> CardPairing | None:
    """The newest reading of this browser, where it is one for this page."""
    if owner is None:
        return None
    found = pairings.of_owner(owner, sealer=services().sealer, now=services().clock.now())
    return found if found is not None and found.purpose == purpose else None


def read_of(pairing: CardPairing | None) -> CardRead | None:
    content = pairings.opened(pairing, sealer=services().sealer) if pairing is not None else None
    return reading.unpack(content) if content is not None else None


def progress(purpose: str, owner: Owner | None) -> Any:
    """The part that changes by itself; once there is something to look at, the whole page comes."""
    pairing, home = current(purpose, owner), HOMES[purpose]["here"]
    asked = request.args.get("pairing", "")[:36]
    elsewhere = pairing is not None and asked != str(pairing.id)
    if pairing is not None and pairing.state in ("read", "imported") and not elsewhere and wants_fragment():
        return redirect_to(home)
    return render_template("eid/_progress.html", **{**shown(purpose, pairing), "elsewhere": elsewhere})


def shown(purpose: str, pairing: CardPairing | None, refusal: Refusal | None = None) -> dict[str, Any]:
    """What every page of a reading shows."""
    now = services().clock.now()
    g.here = HOMES[purpose]["here"]
    going = pairing is not None and pairing.state in GOING
    code = pairings.code_of(pairing, sealer=services().sealer) if pairing is not None else None
    return {
        **HOMES[purpose],
        "purpose": purpose,
        "form": StartForm(formdata=None),
        "pairing": pairing,
        "code": f"{code[:4]}-{code[4:]}" if code else None,
        "seconds": _seconds(pairing, now) if going else 0,
        "site": f"{config().scheme}://{request.host.lower()}",
        "problem": labels.refused(pairing.problem) if pairing and pairing.state == "refused" else None,
        "refusal": refusal,
        "elsewhere": False,
    }


def _seconds(pairing: CardPairing, now: datetime) -> int:
    return max(0, int((pairing.expires_at - now).total_seconds()))


def face(read: CardRead) -> dict[str, Any]:
    """Who the card names, as a page shows it; the photo stands in the page itself and nowhere else."""
    year, month, day = read.identity.birth
    return {
        "name": f"{read.identity.given_names} {read.identity.family_name}".strip(),
        "born": read.identity.birth_date,
        "born_about": f"{month:02d}/{year}" if month and not day else str(year),
        "number": niss.masked(read.identity.niss),
        "address": ", ".join(
            part
            for part in (read.address.street, f"{read.address.postcode} {read.address.town}".strip())
            if part
        ),
        "valid_until": read.identity.valid_until,
        "photo": base64.b64encode(read.photo).decode() if read.photo else None,
        "proven": labels.is_proven(read.level, read.flags),
        "warnings": [str(labels.FLAGS[flag]) for flag in read.flags],
    }
