"""A person takes the card just shown with its PIN into their account; and what practices may believe then."""

from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from peewee import IntegrityError

from app.eid import pairing as pairings
from app.eid import queries, reading
from app.eid.actions.conflicts import leave_for_a_person
from app.eid.models import CardPairing, CardProof
from app.eid.proofs import HOLDER, CardRead
from app.eid.refusals import AnotherNumber, AnotherPerson, ChangedMeanwhile, NeedsAPerson, NothingRead
from app.identity import details
from app.identity.actions import details_of, niss_cell
from app.identity.models import PersonalDetails
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context, open_practice_id, practice_context
from app.patients import actions as patients
from app.patients.actions import niss_of
from app.patients.events import AccountConnected
from app.patients.queries import connections_of, patient


def take_over(
    account: Account, pairing: CardPairing, wanted: set[str], *, seen: str, sealer: Sealer, now: datetime
) -> None:
    """The number, and the fields in `wanted`; from then on the number is proven. `seen` is what the page compared with.

    Refusals: NothingRead, AnotherNumber, AnotherPerson, NeedsAPerson, ChangedMeanwhile. None of them stores anything.
    """
    content = pairings.opened(pairing, sealer=sealer)
    if content is None or pairing.purpose != "import":
        raise NothingRead
    read = reading.unpack(content)
    if read.level != HOLDER:
        raise NothingRead
    check_owner(account, read, sealer=sealer)
    index = sealer.fingerprint("niss", read.identity.niss)
    if queries.is_proven_elsewhere(index, but=account.id):
        _leave_to_practices(account, pairing, read, now=now)
    try:
        with account_context(account), write_tx():
            if not pairings.take(pairing):
                raise NothingRead
            _write(account, read, wanted, index, seen=seen, sealer=sealer, now=now)
    except details.Stale as stale:
        raise ChangedMeanwhile from stale
    except IntegrityError:  # another account proved the same number at this very moment
        _leave_to_practices(account, pairing, read, now=now)
    for connected in connections_of(account):
        if connected.dependant is None:
            with practice_context(connected.practice):
                _tell_practice(account, connected.patient.id, read, sealer=sealer, now=now)


def _leave_to_practices(account: Account, pairing: CardPairing, read: CardRead, *, now: datetime) -> NoReturn:
    """The reading is used up, every practice of the person is asked to look; raises NeedsAPerson."""
    pairings.take(pairing)
    for practice_id in _practices(account):
        with practice_context(practice_id):
            leave_for_a_person("account", read.identity, account_id=account.id, now=now)
    raise NeedsAPerson


def check_owner(account: Account, read: CardRead, *, sealer: Sealer) -> None:
    """The number decides where the account has one, and the names where it has none. AnotherNumber, AnotherPerson."""
    own = details_of(account)
    if own.niss_index is not None:
        if own.niss_index != sealer.fingerprint("niss", read.identity.niss):
            raise AnotherNumber
    elif reading.is_nobody_alike(
        read.identity, given_name=account.given_name, family_name=account.family_name
    ):
        raise AnotherPerson


def _write(
    account: Account,
    read: CardRead,
    wanted: set[str],
    index: str,
    *,
    seen: str,
    sealer: Sealer,
    now: datetime,
) -> None:
    """Inside the account's cabinet and the caller's transaction; Stale when it is not what the page showed."""
    fresh = Account.get_by_id(account.id)
    values = details.shown(fresh, details_of(account))
    card = from_card(read)
    values |= {name: card[name] for name in wanted if name in card}
    details.save(fresh, values, seen=seen, now=now)
    own = details_of(account)
    number: dict[str, Any] = {"niss_confirmed_at": own.niss_confirmed_at or now, "no_niss_country": None}
    if own.niss_sealed is None:
        sealed = sealer.seal(read.identity.niss, cell=niss_cell(account))
        number |= {"niss_sealed": sealed, "niss_index": index}
    changed = PersonalDetails.update(version=PersonalDetails.version + 1, **number).where(
        PersonalDetails.version == own.version
    )
    if not changed.execute():
        raise details.Stale
    proof = {
        "niss_index": index,
        "document_type": read.identity.document_type,
        "valid_until": read.identity.valid_until,
        "at": now,
    }
    if not CardProof.update(**proof).where(CardProof.account == account.id).execute():
        CardProof.create(account=account.id, **proof)
    audit.record_account(account.id, verb="card.import", at=now, detail={"fields": sorted(wanted)})


def from_card(read: CardRead) -> dict[str, Any]:
    """Column of the account or its details -> what the card says; a birth date only when it is whole."""
    identity, address = read.identity, read.address
    found: dict[str, Any] = {
        "given_name": identity.given_names[:100],
        "family_name": identity.family_name[:100],
        "birth_date": identity.birth_date,
        "sex": identity.sex,
        "street": address.street[:120],
        "postcode": address.postcode[:12],
        "town": address.town[:80],
    }
    if any(found[name] for name in ("street", "postcode", "town")):
        found["country"] = "BE"
    return {name: value for name, value in found.items() if value}


def _practices(account: Account) -> list[UUID]:
    """Where somebody can look at it: the person's practices, and the one they are at."""
    found = [one.practice.id for one in connections_of(account) if one.dependant is None]
    here = open_practice_id()
    return found if here is None or here in found else [*found, here]


def _tell_practice(
    account: Account, patient_id: UUID, read: CardRead, *, sealer: Sealer, now: datetime
) -> None:
    """The open practice's own file of this person: believed, or left for somebody to look at. Each in its own
    transaction: two journals locked at once could wait for each other."""
    file = patient(patient_id)
    number = niss_of(file, sealer=sealer)
    if number is not None and number != read.identity.niss:
        leave_for_a_person("number", read.identity, patient_id=file.id, account_id=account.id, now=now)
        return
    patients.note_card(
        file,
        kind="eid-pin",
        digits=read.identity.niss,
        by=audit.of_id("account", account.id),
        detail={"document": "eid", "type": read.identity.document_type},
        account_id=account.id,
        sealer=sealer,
        now=now,
    )


def carry_over(event: AccountConnected, *, sealer: Sealer) -> None:
    """A practice that meets the account later believes the card too, where its file has the same number."""
    if event.dependant is not None:
        return
    with account_context(event.account_id):
        proof = CardProof.get_or_none()
    file = patient(event.patient_id)
    number = niss_of(file, sealer=sealer) if proof is not None else None
    if proof is None or number is None or sealer.fingerprint("niss", number) != proof.niss_index:
        return
    patients.note_card(
        file,
        kind="eid-pin",
        digits=number,
        by=audit.of_id("account", event.account_id),
        detail={"document": "eid", "type": proof.document_type, "shown": proof.at.date().isoformat()},
        account_id=event.account_id,
        sealer=sealer,
        now=event.at,
    )
