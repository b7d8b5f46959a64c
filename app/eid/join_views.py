"""The form for joining, filled in from a card: without a PIN, so nothing of it counts as proved."""

from typing import Any

from flask import Blueprint, redirect, render_template

from app.eid import owners, pages
from app.eid import pairing as pairings
from app.eid.card_files import language_of
from app.eid.forms import StartForm
from app.web import limits
from app.web.access import public, quiet
from app.web.door import go
from app.web.outside import services

bp = Blueprint("join_card", __name__)
HERE = "/join/card"


@bp.get("/join/card")
@public
def page() -> Any:
    if owners.signed_in() is not None:
        return redirect("/account/card", 303)
    pairing = pages.current("join", owners.browser())
    read, shown = pages.read_of(pairing), pages.shown("join", pairing)
    if read is None:
        return render_template("eid/join.html", **shown)
    return render_template("eid/join_read.html", **shown, face=pages.face(read))


@bp.post("/join/card")
@public
def start() -> Any:
    StartForm()
    limits.hit("card-before-joining")
    pages.start("join", owners.new_browser())
    return go(HERE)


@bp.get("/join/card/progress")
@quiet
@public
def progress() -> Any:
    return pages.progress("join", owners.browser())


@bp.post("/join/card/cancellation")
@public
def cancel() -> Any:
    StartForm()
    owner = owners.browser()
    if owner is not None:
        pairings.cancel(owner, sealer=services().sealer)
    return go("/join")


def prefill() -> dict[str, str]:
    """Field of the form -> what the card of this browser says, for some minutes after it was read."""
    read = pages.read_of(pages.current("join", owners.browser()))
    if read is None:
        return {}
    identity = read.identity
    found = {
        "given_name": identity.given_names,
        "family_name": identity.family_name,
        "niss": identity.niss,
        "language": language_of(identity.nationality) or "",
    }
    return {name: value for name, value in found.items() if value}


def forget() -> None:
    """Once it has been used: what was read is kept no longer than it is needed."""
    owner = owners.browser()
    if owner is not None:
        pairings.cancel(owner, sealer=services().sealer)
