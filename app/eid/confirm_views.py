"""The page an agent opens on its own machine: only the browser that showed the code can confirm (docs/adr/0021)."""

from typing import Any

from flask import Blueprint, make_response, render_template, request

from app.eid import owners, pages
from app.eid import pairing as pairings
from app.eid.forms import ConfirmForm
from app.eid.models import CardPairing
from app.eid.pairing import Owner
from app.identity import sign_in
from app.kernel.errors import Refusal
from app.web import limits
from app.web.access import public
from app.web.door import go
from app.web.outside import services

bp = Blueprint("card_confirm", __name__)


@bp.get("/eid/confirm")
@public
def look() -> Any:
    """Looking changes nothing: scanners of links and previews look too."""
    form = ConfirmForm(formdata=None)
    form.t.data = request.args.get("t", "")[:100]
    return _page(form)


@bp.post("/eid/confirm")
@public
def confirm() -> Any:
    form = ConfirmForm()
    limits.hit("token")
    owner, _ = _waiting()
    if owner is None:
        return _page(form)
    try:
        found = pairings.confirm(
            owner, form.t.data or "", sealer=services().sealer, now=services().clock.now()
        )
    except Refusal as no:
        return _page(form, refusal=no)
    return go(pages.HOMES[found.purpose]["here"])


def _waiting() -> tuple[Owner | None, CardPairing | None]:
    """The reading this browser has started, looked up from its own session and never from the claim."""
    for owner in (owners.signed_in(), owners.browser()):
        if owner is not None:
            found = pairings.of_owner(owner, sealer=services().sealer, now=services().clock.now())
            if found is not None:
                return owner, found
    return None, None


def _page(form: ConfirmForm, *, refusal: Refusal | None = None) -> Any:
    _, pairing = _waiting()
    person = sign_in.who()
    page = render_template(
        "eid/confirm.html",
        form=form,
        pairing=pairing,
        refusal=refusal,
        account=person.account if person is not None and person.is_open else None,
        here=pages.HOMES[pairing.purpose]["here"] if pairing is not None else "/",
    )
    status = refusal.status if refusal else 200 if pairing is not None else 404
    answer = make_response(page, status)
    answer.headers["Referrer-Policy"] = "no-referrer"  # the claim stands in this address
    return answer
