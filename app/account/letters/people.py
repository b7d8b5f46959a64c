"""Mails about acting for somebody: an offer, and the birthdays that change it."""

from typing import Any
from uuid import UUID

from app.account.letters import account_of, compose, here, url
from app.identity import ages, mandates
from app.identity.models import Dependant, MandateOffer, Representation
from app.kernel.i18n import _, speaking
from app.kernel.ports import Letter
from app.kernel.tenancy import account_context
from app.web.outside import services


def offered(payload: dict[str, Any], message_id: str) -> Letter | None:
    """To the address the person gave; None once the offer is used or taken back."""
    account = account_of(payload)
    with account_context(account):
        offer = MandateOffer.get_or_none(MandateOffer.id == UUID(payload["offer"]))
    if offer is None or offer.used_at or offer.withdrawn_at or offer.expires_at <= services().clock.now():
        return None
    token = mandates.token_of(offer.id, sealer=services().sealer)
    with speaking(account.language):  # the reader's own language is not known here
        return compose(
            offer.email,
            "mandate_offered",
            subject=_("%(name)s asks you to act for them", name=account.name),
            language=account.language,
            message_id=message_id,
            name=account.name,
            accept_url=url(f"/account/people/offer/{token}", here()),
        )


def birthday(payload: dict[str, Any], message_id: str) -> Letter | None:
    """Twelve, sixteen, eighteen: what changes, before anybody is surprised by it."""
    account = account_of(payload)
    with account_context(account):
        row = (
            Representation.select(Representation, Dependant)
            .join(Dependant)
            .where(Representation.id == UUID(payload["representation"]))
            .first()
        )
    if row is None:
        return None
    child, years = row.dependant, int(payload["years"])
    with speaking(account.language):
        return compose(
            account,
            "child_birthday",
            subject=_("%(name)s is %(years)s: what changes at Parvis", name=child.given_name, years=years),
            message_id=message_id,
            name=child.given_name,
            years=years,
            alone=ages.ALONE,
            grown_up=ages.GROWN_UP,
            people_url=url("/account/people", here()),
        )
