"""For whom somebody books who is signed in: all of it comes from the account, and nothing from the form."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from app.booking.refusals import NotTheirsToBook
from app.identity import representation, sign_in
from app.identity.actions import details_of
from app.identity.details import number_of
from app.identity.models import Dependant, PersonalDetails
from app.identity.representation import ActedFor
from app.kernel.owners import Account
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context
from app.patients import actions as patients
from app.patients import niss as numbers
from app.patients.actions import Behind, Person
from app.patients.models import Patient


@dataclass(frozen=True)
class Whose:
    """`mark` travels with the form: a page made for somebody else is not sent in this one's name."""

    mark: str
    actor: str
    given_name: str
    family_name: str
    email: str
    behind: Behind
    phone: str | None = None
    niss: str | None = None
    birth_date: date | None = None
    country: str | None = None
    known_here: bool = False  # the practice's file says who they are already
    for_somebody: bool = False
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def number_known(self) -> bool:
        """Nobody types twice what the account or the practice knows."""
        return bool(self.niss or (self.birth_date and self.country) or self.known_here)

    @property
    def masked(self) -> str | None:
        return numbers.masked(self.niss) if self.niss else None

    def person(self, language: str, *, typed: Any = None) -> Person:
        """`typed`: number, or birth date and country, where neither account nor file knew any."""
        asked = typed is not None and not self.number_known
        niss = typed.digits if asked else self.niss
        return Person(
            given_name=self.given_name,
            family_name=self.family_name,
            email=self.email,
            language=language,
            niss=niss,
            birth_date=typed.born if asked and niss is None else self.birth_date,
            country=typed.country.data if asked and niss is None else self.country,
            phone=self.phone,
        )


def of_viewer(*, sealer: Sealer) -> Whose | None:
    """None for a guest: without the cookie of a session nothing is asked of the database."""
    who = sign_in.who()
    if who is None or not who.is_open:
        return None
    acted: ActedFor | None = who.acting_for
    if acted is None:
        return _of_account(who.account, actor=who.actor, sealer=sealer)
    if "book" not in acted.scopes:
        raise NotTheirsToBook(name=acted.name)
    detail = {"on_behalf_of": acted.on_behalf_of}
    if acted.dependant is not None:
        return _of_dependant(who.account, acted.dependant, actor=who.actor, detail=detail, sealer=sealer)
    principal = Account.get_by_id(acted.principal)
    return _of_account(principal, actor=who.actor, detail=detail, sealer=sealer)


def _of_account(
    account: Account, *, actor: str, sealer: Sealer, detail: dict[str, Any] | None = None
) -> Whose:
    own: PersonalDetails = details_of(account)
    behind, known_here = _behind(account.id, None)
    return Whose(
        mark=f"account:{account.id}",
        actor=actor,
        given_name=account.given_name,
        family_name=account.family_name,
        email=account.email,
        behind=behind,
        phone=own.phone,
        niss=number_of(account, own, sealer=sealer),
        birth_date=own.birth_date,
        country=own.no_niss_country,
        known_here=known_here,
        for_somebody=detail is not None,
        detail=detail or {},
    )


def _of_dependant(
    account: Account, dependant: UUID, *, actor: str, detail: dict[str, Any], sealer: Sealer
) -> Whose:
    """A person without an account: the mail goes to whoever acts for them."""
    own = details_of(account)
    with account_context(account):
        child = Dependant.get_by_id(dependant)
    behind, known_here = _behind(account.id, dependant)
    return Whose(
        mark=f"dependant:{dependant}",
        actor=actor,
        given_name=child.given_name,
        family_name=child.family_name,
        email=account.email,
        behind=behind,
        phone=own.phone,
        niss=representation.niss_of(child, sealer=sealer),
        birth_date=child.birth_date,
        country=child.country,
        known_here=known_here,
        for_somebody=True,
        detail=detail,
    )


def _behind(account_id: UUID, dependant: UUID | None) -> tuple[Behind, bool]:
    """With the file they have here, and whether it says who they are."""
    file = patients.own_file(account_id, dependant=dependant)
    known = file is not None and (
        Patient.select()
        .where(Patient.id == file, Patient.niss_index.is_null(False) | Patient.birth_date.is_null(False))
        .exists()
    )
    return Behind(account_id, dependant, file), known
