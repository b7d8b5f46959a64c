"""What the profile page keeps of the person themself, read in one constant statement."""

import json
from dataclasses import dataclass
from uuid import UUID

import peewee as pw

from app.identity.models import PersonalDetails
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.owners import Account
from app.kernel.tenancy import account_context
from app.profile.layout import Layout
from app.profile.models import ProfileLayout


@dataclass(frozen=True)
class Own:
    """What a page needs of the person themself: how they arranged it (None: they did not), and how they are reached."""

    layout: Layout | None
    phone: str
    street: str
    postcode: str
    town: str


def _own() -> pw.Select:
    A, P, D = Account, ProfileLayout, PersonalDetails
    # a join, not P.select(): what is compiled once must hold no account of the moment
    return (
        A.select(P.shown, P.hidden, D.phone, D.street, D.postcode, D.town)
        .join_from(A, P, "LEFT OUTER JOIN", on=(P.account == A.id) & (P.account == param("account")))
        .join_from(A, D, "LEFT OUTER JOIN", on=(D.account == A.id) & (D.account == param("account")))
        .where(A.id == param("account"))
    )


OWN = ConstantSQL(_own, tenant=False)


def own_of(account_id: UUID) -> Own:
    """Layout and details in one statement."""
    with account_context(account_id):
        row = OWN.row(account=account_id.hex)
    shown, hidden, *contact = row or (None,) * 6
    layout_ = None if shown is None else Layout(tuple(json.loads(shown)), tuple(json.loads(hidden)))
    return Own(layout_, *(text or "" for text in contact))
