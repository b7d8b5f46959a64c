"""«Mes données» from one's own card: the code, the agent, «is this you?», and what is taken over."""

from typing import Any

from flask import Blueprint, g, render_template

from app.eid import actions, labels, owners, pages
from app.eid import pairing as pairings
from app.eid.actions.person import check_owner, from_card
from app.eid.forms import StartForm, TakeForm
from app.eid.models import CardPairing
from app.eid.proofs import CardRead
from app.identity import details
from app.identity.actions import details_of
from app.kernel.errors import Refusal
from app.kernel.owners import Account
from app.web import limits
from app.web.access import person, quiet
from app.web.door import go
from app.web.outside import services

bp = Blueprint("card", __name__)
HERE = "/account/card"


@bp.get("/account/card")
@person
def page() -> Any:
    return _page(pages.current("import", owners.signed_in()))


@bp.post("/account/card")
@person
def start() -> Any:
    StartForm()  # content type and single values
    limits.hit("card", account=g.person.account.id)
    pages.start("import", _owner())
    return go(HERE)


@bp.get("/account/card/progress")
@quiet
@person
def progress() -> Any:
    """What the page asks for every other second: it keeps no session alive."""
    return pages.progress("import", owners.signed_in())


@bp.post("/account/card/cancellation")
@person
def cancel() -> Any:
    StartForm()
    pairings.cancel(_owner(), sealer=services().sealer)
    return go("/account/details")


@bp.post("/account/card/import")
@person
def take() -> Any:
    form, pairing = TakeForm(), pages.current("import", owners.signed_in())
    limits.hit("change", account=g.person.account.id)
    if pairing is None or form.pairing.data != str(pairing.id):
        return _page(pairing, elsewhere=True), 409
    try:
        actions.take_over(
            _fresh(),
            pairing,
            form.wanted(),
            seen=form.seen.data or "",
            sealer=services().sealer,
            now=services().clock.now(),
        )
    except Refusal as no:
        return _page(pages.current("import", owners.signed_in()), refusal=no), no.status
    return go("/account/details?done=card")


def _owner() -> pairings.Owner:
    owner = owners.signed_in()
    assert owner is not None  # the door let somebody in
    return owner


def _fresh() -> Account:
    return Account.get_by_id(g.person.account.id)


def _page(pairing: CardPairing | None, *, refusal: Refusal | None = None, elsewhere: bool = False) -> Any:
    read, shown = pages.read_of(pairing), pages.shown("import", pairing, refusal)
    if read is None:
        return render_template("eid/person.html", **{**shown, "elsewhere": elsewhere})
    account = _fresh()
    own = details_of(account)
    try:
        check_owner(account, read, sealer=services().sealer)
    except Refusal as no:
        pairings.cancel(_owner(), sealer=services().sealer)
        return render_template("eid/person.html", **{**shown, "pairing": None, "refusal": no}), no.status
    return render_template(
        "eid/person_read.html",
        **shown,
        face=pages.face(read),
        seen=details.stamp(account, own),
        differences=_differences(details.shown(account, own), read),
        has_number=own.niss_sealed is not None,
    )


def _differences(said: dict[str, Any], read: CardRead) -> list[dict[str, Any]]:
    """Field by field: what stands in the account, and what the card would make of it."""
    return [
        {"name": name, "label": labels.FIELDS[name], "now": said[name], "card": value}
        for name, value in from_card(read).items()
        if said[name] != value
    ]
