"""The people of the demo who sign in: owners, receptionists, two patients. Everybody knows their password and codes.

For a developer's machine alone: demo.furnish refuses to run anywhere else.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_DNS, uuid5

import pyotp

from app.booking.models import Appointment
from app.directory.models import Practitioner, PractitionerMember
from app.identity import passwords, totp
from app.identity.actions import open_account
from app.identity.models import Factor, PersonalDetails
from app.kernel.clock import to_minutes
from app.kernel.db import write_tx
from app.kernel.owners import Account, Practice
from app.kernel.tenancy import account_context
from app.messaging.models import Communication
from app.patients.models import AccessEntry, Connection, Patient
from app.settings import members
from app.settings.members import Newcomer
from app.staff.models import Member
from app.staff.queries import account_of
from app.web.outside import services

PASSWORD = "parvis-demo-2026"
OWNERS = {
    "lavande": Newcomer("aline@lavande.example", "Aline", "Lambert", "fr"),
    "de-linde": Newcomer("wim@de-linde.example", "Wim", "Peeters", "nl"),
    "bergweg": Newcomer("jutta@bergweg.example", "Jutta", "Schmitz", "de"),
    "sablon": Newcomer("karim@sablon.example", "Karim", "Haddad", "fr"),
}
RECEPTIONISTS = {
    "lavande": Newcomer("accueil@lavande.example", "Sylvie", "Renard", "fr"),
    "de-linde": Newcomer("onthaal@de-linde.example", "Griet", "Claes", "nl"),
    "bergweg": Newcomer("empfang@bergweg.example", "Anke", "Heinen", "de"),
    "sablon": Newcomer("accueil@sablon.example", "Inès", "Dubois", "fr"),
}
# patients of Lavande with an account: (who, national number, second factor)
PATIENTS = (
    (Newcomer("claire@example.be", "Claire", "Lejeune", "fr"), "85073099437", "mail"),
    (Newcomer("bruno@example.be", "Bruno", "Maes", "nl"), "85073099338", "app"),
)
# what the reception looked at, why, and how many hours ago
LOOKS = (("record", "record", 26), ("niss", "Attestation de soins", 26), ("day", "day", 2))
WEEKS_AGO = range(3, 30)


@dataclass(frozen=True)
class Code:
    """What an authenticator app would show now."""

    email: str
    name: str
    digits: str


def secret_of(email: str) -> str:
    """The authenticator key of a demo person: 160 bits that anybody can work out."""
    return base64.b32encode(hashlib.sha256(f"parvis demo {email}".encode()).digest()[:20]).decode()


def code_of(email: str, *, now: datetime) -> str:
    return pyotp.TOTP(secret_of(email)).at(now)


def accounts() -> list[Account]:
    """Every demo person who has an account here."""
    everybody = [*OWNERS.values(), *RECEPTIONISTS.values(), *(who for who, _niss, _factor in PATIENTS)]
    return [account for who in everybody if (account := account_of(who.email)) is not None]


def codes() -> list[Code]:
    """Of every demo person who has an account here."""
    now, found = services().clock.now(), []
    for who in _with_app():
        account = account_of(who.email)
        if account is not None:
            found.append(Code(who.email, account.name, code_of(who.email, now=now)))
    return found


def _with_app() -> Iterator[Newcomer]:
    for slug in OWNERS:
        yield OWNERS[slug]
        yield RECEPTIONISTS[slug]
    yield from (who for who, _niss, factor in PATIENTS if factor == "app")


def staff(practice: Practice, *, now: datetime) -> None:
    """The owner and the receptionist of the open practice."""
    for who, role in ((OWNERS[practice.slug], "owner"), (RECEPTIONISTS[practice.slug], "receptionist")):
        _account(who, "app", now=now)
        members.add(practice, who, roles=(role,), password=PASSWORD, now=now)
    _treats(OWNERS[practice.slug])


def _treats(owner: Newcomer) -> None:
    """Owners of the demo treat patients: what is written to them alone reaches them."""
    names = (Practitioner.given_name == owner.given_name) & (Practitioner.family_name == owner.family_name)
    themselves, account = Practitioner.get_or_none(names), account_of(owner.email)
    member = account and Member.get_or_none(Member.account == account.id)
    if themselves is None or member is None:
        return
    with write_tx():
        PractitionerMember.get_or_create(practitioner=themselves.id, defaults={"member": member.id})


def patients(practice: Practice, *, now: datetime) -> None:
    """Those with an account are connected with their file at the open practice, and somebody has looked at it."""
    reception = account_of(RECEPTIONISTS[practice.slug].email)
    for who, niss, factor in PATIENTS:
        account = _account(who, factor, now=now, niss=niss)
        patient = Patient.get_or_none((Patient.email == who.email) & (Patient.family_name == who.family_name))
        if patient is None or reception is None:
            continue
        with write_tx():
            if Connection.get_or_none(account=account.id, patient=patient.id) is None:
                Connection.create(account=account.id, patient=patient.id, created_at=now)
            _past_visit(patient, who, now=now)
            _message(patient, now=now)
            _looks(patient, reception, now=now)


def _account(who: Newcomer, factor: str, *, now: datetime, niss: str | None = None) -> Account:
    """With a confirmed second factor; somebody who is here already keeps what they have."""
    account = account_of(who.email)
    if account is None:
        account = open_account(
            email=who.email,
            password_hash=passwords.hash_of(PASSWORD),
            given_name=who.given_name,
            family_name=who.family_name,
            language=who.language,
            niss=niss,
            birth_date=date(1985, 7, 30) if niss else None,
            sealer=services().sealer,
            now=now,
        )
    with account_context(account), write_tx():
        if not Factor.select().where(Factor.confirmed_at.is_null(False)).exists():
            made = Factor.create(kind=factor, created_at=now, confirmed_at=now)
            if factor == "app":
                made.secret_sealed = services().sealer.seal(secret_of(who.email), cell=totp.cell(made))
                made.save()
        if PersonalDetails.get_or_none() is None:  # of an account from before there were details
            PersonalDetails.create()
    return account


def _past_visit(patient: Patient, who: Newcomer, *, now: datetime) -> None:
    """One they came to, at the hour and with the practitioner of one to come; not twice."""
    attempt = uuid5(NAMESPACE_DNS, f"demo visit of {who.email}")
    coming = Appointment.get_or_none(Appointment.patient == patient.id)
    if coming is None or Appointment.get_or_none(Appointment.idempotency_key == attempt) is not None:
        return
    for weeks in WEEKS_AGO:
        starts, ends = (minute - weeks * 7 * 24 * 60 for minute in (coming.starts, coming.ends))
        clash = (Appointment.practitioner == coming.practitioner_id) & (Appointment.starts < ends)
        if (
            ends < to_minutes(now)
            and not Appointment.select().where(clash & (Appointment.ends > starts)).exists()
        ):
            kept = {name: value for name, value in coming.__data__.items() if name not in ("id", "practice")}
            then = now - timedelta(weeks=weeks)
            mine = {"starts": starts, "ends": ends, "status": "fulfilled", "created_at": then}
            mine |= {"origin": "import"}  # a state other than the first: it was not made here
            mine |= {"idempotency_key": attempt, "session_key": attempt, "cancel_until": starts}
            Appointment.create(**{**kept, **mine})
            return


def _message(patient: Patient, *, now: datetime) -> None:
    """What the practice told of the visit to come; not twice."""
    booked = (Appointment.patient == patient.id) & (Appointment.status == "booked")
    coming = Appointment.get_or_none(booked)
    if coming is None or Communication.select().where(Communication.patient == patient.id).exists():
        return
    mine = {"patient": patient.id, "appointment": coming.id}
    Communication.create(
        **mine, sender="practice", kind="booked", payload={"start": coming.starts}, created_at=now
    )


def _looks(patient: Patient, reception: Account, *, now: datetime) -> None:
    if AccessEntry.select().where(AccessEntry.patient == patient.id).exists():
        return
    for what, why, hours in LOOKS:
        AccessEntry.create(
            patient=patient.id,
            account_id=reception.id,
            member=reception.name,
            roles=["receptionist"],
            what=what,
            why=why,
            at=now - timedelta(hours=hours),
        )
