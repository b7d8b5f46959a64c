"""The way to the identity provider and back: begun by one browser, answered once, opened once, by the same browser.

The provider posts its answer across sites, so no cookie of ours comes with it. What ties answer and browser together
is a row per journey: found by RelayState, which nobody can guess and which is no address, and opened afterwards at the
host where it began, with the cookie that this host had set.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import peewee as pw

from app.identity.csam_models import IdentityRequest, SpentAssertion
from app.identity.ports import Ending, IdentityProvider, NotProved, Proof, Told
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.sealing import Sealer, hashed

LASTING = timedelta(minutes=15)  # to find the card and its PIN
WAITING = timedelta(minutes=2)  # from the answer to the browser's return
JOINING = timedelta(minutes=30)  # to fill in what the government does not know
MARGIN = timedelta(minutes=5)  # clocks differ: an assertion's number is kept a little longer than it is good


def begin(
    purpose: str,
    *,
    provider: IdentityProvider,
    host: str,
    browser: str,
    target: str,
    level: int = 0,
    account_id: UUID | None = None,
    session_id: UUID | None = None,
    now: datetime,
) -> str:
    """Where to send the browser; raises Unavailable."""
    relay, level = secrets.token_urlsafe(32), max(level, provider.least)
    asked = provider.ask(relay=relay, level=level, now=now)
    with write_tx():
        IdentityRequest.create(
            relay_hash=hashed(relay),
            request_id=asked.request_id,
            purpose=purpose,
            host=host,
            browser_hash=hashed(browser),
            account_id=account_id,
            session_id=session_id,
            target=target,
            level=level,
            created_at=now,
            expires_at=now + LASTING,
        )
    return asked.url


def of_relay(relays: Sequence[str]) -> IdentityRequest | None:
    """Whose journey an answer belongs to."""
    if len(relays) != 1 or len(relays[0]) > 100:
        return None
    return IdentityRequest.get_or_none(IdentityRequest.relay_hash == hashed(relays[0]))


def answer(
    journey: IdentityRequest | None,
    values: Sequence[str],
    *,
    provider: IdentityProvider,
    sealer: Sealer,
    now: datetime,
) -> str:
    """The ticket with which the browser fetches its proof; NotProved for everything else."""
    if journey is None or journey.purpose == "sign-out":
        raise NotProved("unknown-journey")
    if now >= journey.expires_at:
        raise NotProved("journey-over")
    proof = provider.answer(
        values, request_id=journey.request_id, level=journey.level, asked_at=journey.created_at, now=now
    )
    ticket = secrets.token_urlsafe(32)
    try:
        with write_tx():
            SpentAssertion.create(
                fingerprint=sealer.fingerprint("assertion", proof.provider, proof.assertion_id),
                expires_at=proof.until + MARGIN,
            )
            mine = (IdentityRequest.id == journey.id) & IdentityRequest.answered_at.is_null()
            once = IdentityRequest.update(
                answered_at=now, ticket_hash=hashed(ticket), sealed=_sealed(proof, journey.id, sealer)
            ).where(mine)
            if not once.execute():
                raise NotProved("answered-before")
    except pw.IntegrityError:
        raise NotProved("replayed") from None
    return ticket


def fetch(
    ticket: str, *, host: str, browser: str, sealer: Sealer, now: datetime
) -> tuple[IdentityRequest, Proof]:
    """What was proved, once, by the browser that asked; another one learns and spoils nothing."""
    journey = _of_ticket(ticket, host=host, browser=browser)
    if now >= journey.answered_at + WAITING:
        raise NotProved("journey-over")
    with write_tx():
        mine = (IdentityRequest.id == journey.id) & IdentityRequest.used_at.is_null()
        if not IdentityRequest.update(used_at=now).where(mine).execute():
            raise NotProved("opened-before")
    return journey, _unsealed(journey, sealer)


def waiting(
    ticket: str, *, host: str, browser: str, sealer: Sealer, now: datetime
) -> tuple[IdentityRequest, Proof]:
    """The same of somebody whom nobody here knows yet, while they fill in the rest."""
    journey = _of_ticket(ticket, host=host, browser=browser)
    if journey.used_at is None or journey.purpose != "sign-in" or now >= journey.used_at + JOINING:
        raise NotProved("journey-over")
    return journey, _unsealed(journey, sealer)


def finish(journey: IdentityRequest) -> None:
    """What was proved is kept elsewhere now, or not at all; NotProved when another request was quicker."""
    with write_tx():
        if not IdentityRequest.delete().where(IdentityRequest.id == journey.id).execute():
            raise NotProved("opened-before")


def begin_end(
    ending: Ending, *, provider: IdentityProvider, host: str, browser: str, sealer: Sealer, now: datetime
) -> str | None:
    """The ticket of the page that ends the session at the provider too; None when the provider cannot."""
    relay, ticket, identity = secrets.token_urlsafe(32), secrets.token_urlsafe(32), uuid7()
    asked = provider.ask_to_end(ending, relay=relay)
    if asked is None:
        return None
    with write_tx():
        IdentityRequest.create(
            id=identity,
            relay_hash=hashed(relay),
            request_id=asked.request_id,
            purpose="sign-out",
            host=host,
            browser_hash=hashed(browser),
            created_at=now,
            expires_at=now + LASTING,
            ticket_hash=hashed(ticket),
            sealed=sealer.seal(asked.url, cell=_cell(identity)),
        )
    return ticket


def way_out(ticket: str, *, host: str, browser: str, sealer: Sealer, now: datetime) -> str | None:
    """Where the browser goes to end its session at the provider; None when that is over."""
    try:
        journey = _of_ticket(ticket, host=host, browser=browser, purposes=("sign-out",))
    except NotProved:
        return None
    return sealer.unseal(journey.sealed, cell=_cell(journey.id)) if now < journey.expires_at else None


def ended(told: Told, *, now: datetime) -> str | None:
    """The host where somebody signed out, now that the provider has confirmed it; None when nobody asked."""
    journey = of_relay([told.relay or ""])
    if journey is None or journey.purpose != "sign-out" or told.in_response_to != journey.request_id:
        return None
    with write_tx():
        IdentityRequest.delete().where(IdentityRequest.id == journey.id).execute()
    return str(journey.host)


def purge(*, now: datetime) -> None:
    """What is over: nothing of it is needed to recognise a replay."""
    over = IdentityRequest.expires_at < now - JOINING
    if IdentityRequest.select().where(over).exists():
        with write_tx():
            IdentityRequest.delete().where(over).execute()
    if SpentAssertion.select().where(SpentAssertion.expires_at < now).exists():
        with write_tx():
            SpentAssertion.delete().where(SpentAssertion.expires_at < now).execute()


def _of_ticket(
    ticket: str,
    *,
    host: str,
    browser: str,
    purposes: Sequence[str] = ("sign-in", "second", "link", "step-up"),
) -> Any:
    found = IdentityRequest.get_or_none(IdentityRequest.ticket_hash == hashed(ticket))
    if found is None or found.purpose not in purposes:
        raise NotProved("unknown-journey")
    if found.host != host or found.browser_hash != hashed(browser):
        raise NotProved("another-browser")
    return found


def _sealed(proof: Proof, journey_id: UUID, sealer: Sealer) -> bytes:
    return sealer.seal(json.dumps(asdict(proof), default=str), cell=_cell(journey_id))


def _unsealed(journey: IdentityRequest, sealer: Sealer) -> Proof:
    found = json.loads(sealer.unseal(journey.sealed, cell=_cell(journey.id)))
    return Proof(
        **{
            **found,
            "until": datetime.fromisoformat(found["until"]),
            "ending": Ending(**found["ending"]),
        }
    )


def _cell(journey_id: UUID) -> str:
    return f"platform|identity_request|sealed|{journey_id.hex}"
