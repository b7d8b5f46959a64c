"""Finding or opening the practice's record of a person who books."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.kernel.db import database
from app.kernel.errors import NotFound
from app.kernel.ids import hexed, uuid7
from app.kernel.sealing import Sealer, folded
from app.kernel.tenancy import current_practice_id
from app.patients.actions.words import renew_words
from app.patients.models import Patient
from app.patients.words import letters_of


@dataclass(frozen=True)
class Person:
    """As declared by whoever books. Without a Belgian number, the birth date tells two namesakes apart."""

    given_name: str
    family_name: str
    email: str | None
    language: str
    niss: str | None = None  # 11 digits
    birth_date: date | None = None
    country: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Behind:
    """Whose account books, and for which of the people it acts for; `file` is the one it is connected with here.

    Without an account, `file` alone says who it is: staff know it, or a link that was sent to this very patient.
    """

    account_id: UUID | None
    dependant: UUID | None = None
    file: UUID | None = None


OWN = "own:"  # how the keys of files begin that belong to an account: what a guest types never leads to one
DESK = "desk:"  # and of those whom the desk knows by name alone: two namesakes are never one


def identity_key(
    person: Person, *, sealer: Sealer, behind: Behind | None = None, attempt: UUID | None = None
) -> str:
    """Same practice, same number (or birth date and mail) and same names: the same person.

    Of an account, the account itself and nothing it says: claiming a number leads to nobody's file. `attempt` is the
    desk's: whoever it has neither number nor birth date and mail of gets a file of their own, once an attempt.
    """
    if behind is not None:
        whose = behind.dependant or behind.account_id or behind.file
        assert whose is not None
        return OWN + sealer.blind_index(current_practice_id(), "account", whose.hex)[:60]
    if attempt is not None and not (person.niss or (person.birth_date and person.email)):
        return f"{DESK}{attempt.hex}"
    proof = person.niss or f"{person.birth_date}:{(person.email or '').casefold()}"
    return sealer.blind_index(
        current_practice_id(), proof, folded(person.given_name), folded(person.family_name)
    )


@dataclass(frozen=True)
class Sealed:
    """A person made ready for the table, so that no key is used while others wait for the write lock."""

    id: UUID
    person: Person
    identity_key: str
    niss_sealed: bytes | None
    niss_index: str | None
    letters: str
    file: UUID | None = None  # theirs for certain: their account says so, or the desk
    by_desk: bool = False


def seal(
    person: Person,
    *,
    sealer: Sealer,
    behind: Behind | None = None,
    file: UUID | None = None,
    attempt: UUID | None = None,
) -> Sealed:
    """`file` is one the desk has chosen; `attempt` as in identity_key."""
    known = file or (behind and behind.file)
    practice_id, fresh = current_practice_id(), known or uuid7()
    sealed = index = None
    if person.niss:
        sealed = sealer.seal(person.niss, cell=f"{practice_id.hex}|patient|niss|{fresh.hex}")
        index = sealer.blind_index(practice_id, "niss", person.niss)
    key = identity_key(person, sealer=sealer, behind=behind, attempt=attempt)
    letters = letters_of(person.given_name, person.family_name, person.email)
    return Sealed(fresh, person, key, sealed, index, letters, known, by_desk=file is not None)


def meet(sealed: Sealed, *, now: datetime) -> UUID:
    """The record of this person, opened when new. What the record already says is never overwritten by a guest.

    Another person's number with another name gets a record of its own: knowing a number opens nothing. NotFound when
    the file is not of this practice.
    """
    if sealed.file is not None:
        return _met_again(sealed, now=now)
    person, practice_id = sealed.person, current_practice_id()
    at = Patient.seen_at.db_value(now)
    marks = ", ".join([database.param] * 15)
    cursor = database.execute_sql(
        'INSERT INTO "patient" ("id", "practice_id", "given_name", "family_name", "email", "phone", "language", '
        '"birth_date", "country", "niss_sealed", "niss_index", "identity_key", "letters", "created_at", "seen_at") '
        f'VALUES ({marks}) ON CONFLICT ("practice_id", "identity_key") '
        'DO UPDATE SET "seen_at" = EXCLUDED."seen_at" RETURNING COALESCE("merged_into", "id")',
        (
            sealed.id.hex,
            practice_id.hex,
            person.given_name,
            person.family_name,
            person.email,
            person.phone,
            person.language,
            person.birth_date,
            person.country,
            sealed.niss_sealed,
            sealed.niss_index,
            sealed.identity_key,
            sealed.letters,
            at,
            at,
        ),
    )
    return UUID(hexed(cursor.fetchone()[0]))  # whoever is known keeps the id of before


def _met_again(sealed: Sealed, *, now: datetime) -> UUID:
    """Their own file: what it does not know yet is added, and what it knows stays."""
    if (
        not Patient.update(seen_at=now)
        .where(Patient.id == sealed.id, Patient.merged_into.is_null())
        .execute()
    ):
        merged = Patient.get_or_none(Patient.id == sealed.id)
        if merged is None:
            raise NotFound
        return _into(merged.merged_into, now=now)
    if sealed.by_desk:
        for field, told in ((Patient.email, sealed.person.email), (Patient.phone, sealed.person.phone)):
            if told:
                new = Patient.update({field: told}).where(Patient.id == sealed.id, field.is_null()).execute()
                if new and field is Patient.email:
                    renew_words(sealed.id)
    unnamed = Patient.niss_index.is_null() & Patient.birth_date.is_null()
    if sealed.niss_index is not None:
        known = {"niss_sealed": sealed.niss_sealed, "niss_index": sealed.niss_index}
        Patient.update(**known).where(Patient.id == sealed.id, unnamed).execute()
    elif sealed.person.birth_date is not None:
        born = {"birth_date": sealed.person.birth_date, "country": sealed.person.country}
        Patient.update(**born).where(Patient.id == sealed.id, unnamed).execute()
    return sealed.id


def _into(kept: UUID, *, now: datetime) -> UUID:
    """Merged while somebody was booking: the other file, whose own data stay as they are."""
    Patient.update(seen_at=now).where(Patient.id == kept).execute()
    return kept


def niss_of(patient: Patient, *, sealer: Sealer) -> str | None:
    """The number, opened; the caller journals why."""
    if patient.niss_sealed is None:
        return None
    return sealer.unseal(patient.niss_sealed, cell=f"{patient.practice_id.hex}|patient|niss|{patient.id.hex}")
