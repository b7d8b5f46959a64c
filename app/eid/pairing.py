"""Pairing a page with an agent: new -> redeemed -> confirmed -> checking -> read -> imported, each step once.

A code alone would let somebody else's code lead my card to their account (RFC 8628, 5.4); so the agent brings the
claim back to the browser of its own machine, and only the session that made the code can confirm it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.eid import message
from app.eid.models import LIVE, CardPairing
from app.eid.refusals import NotConfirmable, WrongClaim
from app.identity import sessions
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.sealing import Sealer, hashed

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, no words (RFC 8628, 6.1): 34.6 bits in eight
LENGTH = 8
CONFIRM_WITHIN = timedelta(seconds=180)
READ_WITHIN = timedelta(minutes=4)  # after the confirmation: to find the card and the PIN
TAKE_WITHIN = timedelta(minutes=10)  # after the reading: to look at it
NEXT_WITHIN = timedelta(minutes=2)  # a desk's next card
DESK_FOR = timedelta(hours=12)  # a paired desk, at most; it ends with the member's session
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Owner:
    """The browser session that started it: `key` is secret, or an id nobody else can send."""

    key: str
    account_id: UUID | None = None
    session_id: UUID | None = None


def start(purpose: str, *, owner: Owner, host: str, sealer: Sealer, now: datetime) -> tuple[CardPairing, str]:
    """A fresh pairing and its code; the session's living one ends. The code is shown once and kept as a hash."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    mine = owner_hash(owner, sealer=sealer)
    with write_tx():
        _end_living(mine)
        made = CardPairing.create(
            owner_hash=mine,
            account_id=owner.account_id,
            session_id=owner.session_id,
            host=host,
            purpose=purpose,
            code_hash=_code_hash(code, sealer),
            nonce=secrets.token_hex(32),
            sealed=sealer.seal(code, cell=_cell("code")),
            created_at=now,
            expires_at=now + CONFIRM_WITHIN,
        )
    return made, code


def start_next(*, owner: Owner, host: str, sealer: Sealer, now: datetime) -> CardPairing | None:
    """Another reading at a desk whose agent is paired with this session already; None when it is not."""
    known = desk_agent(owner, host=host, sealer=sealer, now=now)
    if known is None:
        return None
    mine = owner_hash(owner, sealer=sealer)
    with write_tx():
        _end_living(mine)
        return CardPairing.create(
            owner_hash=mine,
            account_id=owner.account_id,
            session_id=owner.session_id,
            host=host,
            purpose="desk",
            state="confirmed",
            code_hash="",
            token_hash=known.token_hash,
            agent=known.agent,
            nonce=secrets.token_hex(32),
            created_at=now,
            expires_at=now + NEXT_WITHIN,
        )


def desk_agent(owner: Owner, *, host: str, sealer: Sealer, now: datetime) -> CardPairing | None:
    """The newest pairing of this session that was confirmed at a desk today: its agent may be asked again."""
    P = CardPairing
    return (
        P.select()
        .where(
            P.owner_hash == owner_hash(owner, sealer=sealer),
            P.host == host,
            P.purpose == "desk",
            P.token_hash.is_null(False),
            P.claim_hash.is_null(),  # used up: it was confirmed
            P.created_at > now - DESK_FOR,
        )
        .order_by(P.created_at.desc(), P.id.desc())
        .first()
    )


def _end_living(mine: str) -> None:
    CardPairing.update(state="cancelled", sealed=None).where(
        CardPairing.owner_hash == mine, CardPairing.state.in_(LIVE)
    ).execute()


# ---- the browser's side -------------------------------------------------------------------------------------------


def of_owner(owner: Owner, *, sealer: Sealer, now: datetime) -> CardPairing | None:
    """The newest of this session; one whose time is over says so."""
    mine = CardPairing.owner_hash == owner_hash(owner, sealer=sealer)
    found = (
        CardPairing.select()
        .where(mine)
        .order_by(CardPairing.created_at.desc(), CardPairing.id.desc())
        .first()
    )
    return _aged(found, now) if found is not None else None


def code_of(pairing: CardPairing, *, sealer: Sealer) -> str | None:
    """For the page that shows it, until it is used."""
    if pairing.state != "new" or pairing.sealed is None:
        return None
    return sealer.unseal(pairing.sealed, cell=_cell("code"))


def confirm(owner: Owner, claim: str, *, sealer: Sealer, now: datetime) -> CardPairing:
    """The pairing is this session's own, whatever the claim says; NotFound, NotConfirmable, WrongClaim."""
    found = of_owner(owner, sealer=sealer, now=now)
    if found is None:
        raise NotFound
    if found.state != "redeemed":
        raise NotConfirmable
    if found.claim_hash != hashed(claim[:100]):
        raise WrongClaim
    if not _move(found, "redeemed", "confirmed", claim_hash=None, expires_at=now + READ_WITHIN):
        raise NotConfirmable
    return found


def cancel(owner: Owner, *, sealer: Sealer) -> None:
    with write_tx():
        _end_living(owner_hash(owner, sealer=sealer))


def take(pairing: CardPairing) -> bool:
    """Used up: what was read is gone from here, whatever becomes of it. Inside the caller's transaction."""
    return _move(pairing, "read", "imported", sealed=None)


# ---- the agent's side ---------------------------------------------------------------------------------------------


def redeem(
    code: str, *, agent: str, host: str, sealer: Sealer, now: datetime, problem: str = ""
) -> tuple[CardPairing, str, str]:
    """(pairing, token, claim). NotFound for a code that is wrong, used, over, or of another site. `problem`: the
    person has found the right page, and the agent cannot serve it."""
    token, claim = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    found = CardPairing.get_or_none(
        (CardPairing.code_hash == _code_hash(code, sealer))
        & (CardPairing.state == "new")
        & (CardPairing.host == host)
        & (CardPairing.expires_at > now)
    )
    if found is None:
        raise NotFound
    change: dict[str, Any] = {"agent": agent[:64], "sealed": None}
    if problem:
        change |= {"problem": problem}
    else:
        change |= {"token_hash": hashed(token), "claim_hash": hashed(claim)}
    if not _move(found, "new", "refused" if problem else "redeemed", **change):
        raise NotFound
    return found, token, claim


def of_token(pairing_id: UUID, token: str, *, host: str, now: datetime) -> CardPairing:
    """NotFound for anybody else's."""
    found = CardPairing.get_or_none(
        (CardPairing.id == pairing_id)
        & (CardPairing.token_hash == hashed(token[:100]))
        & (CardPairing.host == host)
    )
    if found is None:
        raise NotFound
    return _aged(found, now)


def next_of(token: str, *, host: str, now: datetime) -> CardPairing:
    """The newest reading this agent is asked for. NotFound when it is paired with no desk, or its member has left."""
    P = CardPairing
    mine = (P.token_hash == hashed(token[:100])) & (P.host == host) & (P.purpose == "desk")
    found = (
        P.select()
        .where(mine, P.created_at > now - DESK_FOR)
        .order_by(P.created_at.desc(), P.id.desc())
        .first()
    )
    if found is None or not _is_signed_in(found, now):
        raise NotFound
    return _aged(found, now)


def _is_signed_in(pairing: CardPairing, now: datetime) -> bool:
    living = sessions.living(pairing.account_id, now=now) if pairing.account_id else []
    return any(one.id == pairing.session_id and one.stage == "open" for one in living)


def begin_check(pairing: CardPairing) -> bool:
    """One answer only, in time, and it counts before anybody has looked at it."""
    return pairing.state == "confirmed" and _move(pairing, "confirmed", "checking")


def settle(pairing: CardPairing, content: bytes, *, sealer: Sealer, now: datetime) -> None:
    sealed = sealer.seal_bytes(content, cell=_cell(pairing.id.hex))
    _move(pairing, "checking", "read", sealed=sealed, expires_at=now + TAKE_WITHIN)


def opened(pairing: CardPairing, *, sealer: Sealer) -> bytes | None:
    """What was read, while it waits for a «yes»."""
    if pairing.state != "read" or pairing.sealed is None:
        return None
    return sealer.unseal_bytes(pairing.sealed, cell=_cell(pairing.id.hex))


def refuse(pairing: CardPairing, problem: str) -> bool:
    before = ("redeemed", "confirmed", "checking")
    return any(_move(pairing, state, "refused", problem=problem[:30], sealed=None) for state in before)


def bind(pairing: CardPairing) -> bytes:
    """What ties a signature to this pairing, this browser and this agent."""
    return message.binding((pairing.id.hex, pairing.owner_hash, pairing.token_hash or ""))


def sweep(*, now: datetime) -> int:
    """What is over keeps nothing, and goes after a day."""
    over = (CardPairing.expires_at < now) & CardPairing.state.in_(LIVE)
    old = CardPairing.created_at < now - KEPT
    if not CardPairing.select().where(over | old).exists():
        return 0
    with write_tx():
        CardPairing.update(state="expired", sealed=None).where(over).execute()
        return int(CardPairing.delete().where(old).execute())


def owner_hash(owner: Owner, *, sealer: Sealer) -> str:
    return sealer.fingerprint("card-owner", owner.key)


def _aged(pairing: CardPairing, now: datetime) -> CardPairing:
    """Its time may be over before anybody has swept."""
    if pairing.state in LIVE and pairing.expires_at <= now:
        pairing.state, pairing.sealed = "expired", None
    return pairing


def _move(pairing: CardPairing, before: str, after: str, **change: object) -> bool:
    """One UPDATE that names the state before: of two at once, one is too late."""
    with write_tx():
        query = CardPairing.update(state=after, **change).where(
            CardPairing.id == pairing.id, CardPairing.state == before
        )
        done = bool(query.execute())
    if done:
        for name, value in {"state": after, **change}.items():
            setattr(pairing, name, value)
    return done


def _code_hash(code: str, sealer: Sealer) -> str:
    return sealer.fingerprint("card-code", code)


def _cell(whose: str) -> str:
    return f"platform|card_pairing|sealed|{whose}"
