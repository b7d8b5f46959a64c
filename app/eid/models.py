"""A pairing of one browser with an agent, what a person proved with their card, and what a member must look at."""

import peewee as pw

from app.kernel.cabinets import OWN_KEY, AccountModel, TenantModel, same_practice
from app.kernel.db import BaseModel, InstantField
from app.kernel.owners import Account
from app.patients.models import Patient

PURPOSES = ("import", "join", "desk")  # by a person with a PIN; before an account; at the practice's desk
STATES = ("new", "redeemed", "confirmed", "checking", "read", "imported", "refused", "cancelled", "expired")
LIVE = ("new", "redeemed", "confirmed", "checking", "read")


def one_of(column: str, values: tuple[str, ...]) -> pw.Check:
    return pw.Check(f"{column} IN ({', '.join(repr(value) for value in values)})")


class CardPairing(BaseModel):
    """One reading, from the code on a page to the person's «yes». Every change of state is one UPDATE that names the
    state before. Belongs to a browser session, known by a keyed hash; code, token and claim are kept as hashes alone.

    `sealed` holds what was read until it is taken over, given up or too old: minutes.
    """

    owner_hash = pw.CharField(64, index=True)
    account_id = pw.UUIDField(null=True)
    session_id = pw.UUIDField(null=True)  # at a desk: readings go on as long as the member is signed in
    host = pw.CharField(253)
    purpose = pw.CharField(6, constraints=[one_of("purpose", PURPOSES)])
    state = pw.CharField(9, default="new", constraints=[one_of("state", STATES)])
    code_hash = pw.CharField(64, index=True)
    token_hash = pw.CharField(64, null=True, index=True)
    claim_hash = pw.CharField(64, null=True)
    nonce = pw.CharField(64)  # hexadecimal; used once
    agent = pw.CharField(64, default="")
    problem = pw.CharField(30, default="")  # a key of labels.REFUSED
    sealed = pw.BlobField(null=True)  # in cell platform|card_pairing|sealed|<id>
    created_at = InstantField()
    expires_at = InstantField(index=True)

    class Meta:
        table_name = "card_pairing"


class CardProof(AccountModel):
    """The card a person showed with its PIN: from then on the account's number is that card's, and stays it."""

    account = pw.ForeignKeyField(Account, backref="+", on_delete="CASCADE", unique=True)
    niss_index = pw.CharField(64, unique=True)  # platform-wide: one person, one proved account
    document_type = pw.CharField(2)
    valid_until = pw.DateField()
    at = InstantField()

    class Meta:
        table_name = "card_proof"


class CardConflict(TenantModel):
    """A card and a file that do not go together: a member looks at it, and nothing is joined by itself."""

    patient = pw.ForeignKeyField(Patient, null=True, backref="+", on_delete="CASCADE")
    account_id = pw.UUIDField(null=True)
    kind = pw.CharField(10, constraints=[one_of("kind", ("number", "name", "account"))])
    given_name = pw.CharField(100)
    family_name = pw.CharField(100)
    at = InstantField()
    settled_at = InstantField(null=True)
    settled_by = pw.CharField(80, default="")

    class Meta:
        table_name = "card_conflict"
        indexes = (*OWN_KEY, (("practice", "settled_at"), False))
        constraints = [same_practice("patient", "patient_id", on_delete="CASCADE")]
