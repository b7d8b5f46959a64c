"""Who reads what a practice writes about a patient: the patient's own account, and whoever may read it for them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.booking.models import Appointment
from app.identity import representation
from app.identity.actions import details_of
from app.identity.details import wants
from app.identity.representation import ActedFor
from app.kernel import audit
from app.kernel.owners import Account
from app.messaging import phones
from app.patients.models import Connection
from app.patients.queries import accounts_of

SCOPE = "messages"


def of_patient(patient_id: UUID, *, now: datetime) -> list[Account]:
    """Accounts connected with this file of the open practice that may read its messages today."""
    return [
        tied.account
        for tied in accounts_of(patient_id)
        if tied.dependant is None or tied.dependant in dependants(tied.account, now=now)
    ]


def dependants(account: Account, *, now: datetime) -> dict[UUID, str]:
    """Whose messages this account reads beside its own: dependant -> given name."""
    return {
        whom.dependant: row.dependant.given_name
        for row, whom in representation.people_of(account, now=now)
        if whom.dependant is not None and SCOPE in whom.scopes
    }


@dataclass(frozen=True)
class Reader:
    """Whose messages are shown: those of `account`'s own files, of its dependants', or of one alone it acts for."""

    account: UUID
    own: bool
    dependants: dict[UUID, str]
    counted: dict[UUID | None, int] = field(
        default_factory=dict, compare=False
    )  # unread, at a practice or at all

    @property
    def files(self) -> Any:
        """The condition on Connection."""
        theirs = Connection.dependant.in_(list(self.dependants))
        mine = Connection.dependant.is_null()
        whose = mine | theirs if self.own and self.dependants else mine if self.own else theirs
        return (Connection.account == self.account) & Connection.left_at.is_null() & whose


def viewer(account: Account, acting: ActedFor | None, *, now: datetime) -> Reader | None:
    """None while one acts for somebody whose messages are not one's affair."""
    if acting is None:
        return Reader(account.id, True, dependants(account, now=now))
    if SCOPE not in acting.scopes:
        return None
    if acting.dependant is not None:
        return Reader(account.id, False, {acting.dependant: ""})
    return Reader(acting.principal, True, {}) if acting.principal is not None else None


# ---- who is written to ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Addressee:
    """Where the mails about an appointment go; `account` is None for an address that nobody signs in with."""

    address: str
    language: str
    account: Account | None


def addressee(appointment: Appointment, *, now: datetime) -> Addressee | None:
    """The address given with the booking; for one made without, that of the patient's account. None without either."""
    readers = of_patient(appointment.patient_id, now=now)
    given = appointment.contact_email
    if given is None and readers:
        given = readers[0].email
    if given is None:
        return None
    theirs = next((one for one in readers if one.email == given.casefold()), None)
    return Addressee(given, theirs.language if theirs else appointment.language, theirs)


def by_telephone(patient_id: UUID, kind: str, *, now: datetime) -> list[UUID]:
    """Accounts that want SMS of this kind (changes or reminders) and have a mobile number."""
    return [
        account.id
        for account in of_patient(patient_id, now=now)
        if wants(account.id, "sms") and wants(account.id, kind) and number_of(account)
    ]


def number_of(account: Account) -> str | None:
    """The mobile number of an account, as providers dial it."""
    own = details_of(account)
    return phones.mobile(own.phone, own.country)


def is_themselves(actor: str, accounts: Iterable[Account]) -> bool:
    """Whether what was done to an appointment was done by its own people: they need not be told."""
    return actor in {audit.of_id("account", one.id) for one in accounts} | {"guest"}
