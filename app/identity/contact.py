"""How a person is reached, as their own page shows it: read in one constant statement, and nothing made."""

from dataclasses import dataclass
from uuid import UUID

import peewee as pw

from app.identity.models import PersonalDetails
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.tenancy import account_context


@dataclass(frozen=True)
class Contact:
    """Without the national number: it has a page of its own. `confirmed`: a practice or a card confirmed it."""

    phone: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    has_number: bool = False
    confirmed: bool = False


def _contact() -> pw.Select:
    P = PersonalDetails
    columns = [P.phone, P.street, P.postcode, P.town]
    proofs = [P.niss_index.is_null(False), P.niss_confirmed_at.is_null(False)]
    # not P.select(): what is compiled once must hold no account of the moment
    return pw.Select([P], [*columns, *proofs]).where(P.account == param("account"))


CONTACT = ConstantSQL(_contact, tenant=False)


def contact_of(account_id: UUID) -> Contact:
    """Empty for an account from before there were details."""
    with account_context(account_id):
        row = CONTACT.row(account=account_id.hex)
    if row is None:
        return Contact()
    phone, street, postcode, town, has_number, confirmed = row
    return Contact(phone or "", street or "", postcode or "", town or "", bool(has_number), bool(confirmed))
