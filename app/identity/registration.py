"""Joining: what somebody typed waits, sealed, until they open the mail; then it becomes an account, once.

Asking is the same work and the same answer for every address: only the letter knows whether there is an account.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import peewee as pw

from app.identity import government, usernames
from app.identity.actions import open_account
from app.identity.models import Registration
from app.kernel import audit, outbox
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.owners import Account
from app.kernel.sealing import Sealer, hashed

LASTING = timedelta(hours=48)
KEPT = timedelta(days=7)  # after that: an expired link can be sent anew, and nothing has to be typed again
LETTER = "join"


@dataclass(frozen=True)
class Candidate:
    """What was typed; the password as its hash alone."""

    email: str
    password_hash: str
    given_name: str
    family_name: str
    language: str
    stem: str | None = None
    niss: str | None = None
    birth_date: date | None = None
    country: str | None = None
    accompanied: bool = False  # younger than 16, with a parent or guardian beside them
    target: str = ""  # where they were going on this host
    proved: bool = False  # names and number are CSAM's, which opens the account from then on


class Over(Exception):
    """The link was used, or is too old."""


class Taken(Exception):
    """The address got an account meanwhile."""


class NumberTaken(Exception):
    """The proved number opens another account meanwhile."""


def ask(
    candidate: Candidate, *, practice: UUID | None, host: str, sealer: Sealer, now: datetime
) -> Registration:
    """Sealed and waiting, with its letter on the way."""
    candidate = replace(candidate, email=candidate.email.strip().lower())
    identity = uuid7()
    with write_tx():
        made = Registration.create(
            id=identity,
            token_hash=hashed(token(identity, sealer=sealer)),
            email_index=index(candidate.email, sealer=sealer),
            practice=practice,
            host=host,
            sealed=sealer.seal(json.dumps(asdict(candidate), default=str), cell=_cell(identity)),
            created_at=now,
            expires_at=now + LASTING,
        )
        _post(identity, now)
    return made


def send_again(registration: Registration, *, now: datetime) -> None:
    """The same link once more; nothing when it was used or is too old."""
    if registration.used_at is None and now < registration.expires_at:
        with write_tx():
            _post(registration.id, now)


def renew(registration: Registration, *, sealer: Sealer, now: datetime) -> Registration:
    """A new link for one that is too old, with everything that was typed; the old one leads nowhere."""
    with write_tx():
        known = read(registration, sealer=sealer)
        if not Registration.delete().where(_mine(registration)).execute():
            raise Over
        return ask(known, practice=registration.practice_id, host=registration.host, sealer=sealer, now=now)


def of_token(text: str) -> Registration | None:
    return Registration.get_or_none(Registration.token_hash == hashed(text[:100]))


def of_id(identity: UUID) -> Registration | None:
    return Registration.get_or_none(Registration.id == identity)


def token(identity: UUID, *, sealer: Sealer) -> str:
    """Made again when the letter is written, and stored nowhere."""
    return sealer.link_token("join", identity.hex)


def index(email: str, *, sealer: Sealer) -> str:
    return sealer.fingerprint("mail", email.strip().lower())


def read(registration: Registration, *, sealer: Sealer) -> Candidate:
    """Raises Over when it was used: nothing is kept of it then."""
    if registration.used_at is not None:
        raise Over
    found = json.loads(sealer.unseal(registration.sealed, cell=_cell(registration.id)))
    born = found.pop("birth_date")
    return Candidate(**found, birth_date=date.fromisoformat(born) if born else None)


def is_taken(email: str) -> bool:
    return Account.select().where(Account.email == email.strip().lower()).exists()


def finish(registration: Registration, *, sealer: Sealer, now: datetime) -> Account:
    """The account, opened by whoever comes first; Over for everybody else, Taken or NumberTaken when it has one."""
    candidate = read(registration, sealer=sealer)
    with write_tx():
        once = Registration.update(used_at=now, sealed=b"").where(
            _mine(registration) & (Registration.expires_at > now)
        )
        if not once.execute():
            raise Over
        if is_taken(candidate.email):
            raise Taken
        account = _open(candidate, sealer=sealer, now=now)
        audit.record_account(account.id, verb="account.open", at=now)
        if candidate.proved and candidate.niss:
            _tie(account, candidate.niss, sealer=sealer, now=now)
    return account


def _tie(account: Account, niss: str, *, sealer: Sealer, now: datetime) -> None:
    try:
        government.open_with(account, niss, sealer=sealer, now=now)
    except pw.IntegrityError:
        raise NumberTaken from None


def purge(*, now: datetime) -> int:
    """What nobody confirmed goes a week after its link."""
    over = Registration.expires_at < now - KEPT
    if not Registration.select().where(over).exists():
        return 0  # nothing to do: no write lock taken
    with write_tx():
        return int(Registration.delete().where(over).execute())


def _open(candidate: Candidate, *, sealer: Sealer, now: datetime) -> Account:
    for username in usernames.offers(candidate.stem) if candidate.stem else (None,):
        try:
            return open_account(
                email=candidate.email,
                password_hash=candidate.password_hash,
                given_name=candidate.given_name,
                family_name=candidate.family_name,
                language=candidate.language,
                username=username,
                sealer=sealer,
                niss=candidate.niss,
                birth_date=candidate.birth_date,
                no_niss_country=candidate.country,
                now=now,
            )
        except pw.IntegrityError:
            if is_taken(candidate.email):
                raise Taken from None
    raise Taken


def _post(identity: UUID, now: datetime) -> None:
    outbox.post(LETTER, {"registration": identity.hex}, key=f"{LETTER}:{uuid7().hex}", now=now)


def _mine(registration: Registration) -> object:
    return (Registration.id == registration.id) & Registration.used_at.is_null()


def _cell(identity: UUID) -> str:
    return f"platform|registration|sealed|{identity.hex}"
