"""What stays of a journey to the identity provider: who was sent there, what came back, and how to end it there too."""

import peewee as pw

from app.identity.models import Session, one_of
from app.kernel.cabinets import AccountModel
from app.kernel.db import BaseModel, InstantField

PURPOSES = ("sign-in", "second", "link", "step-up", "sign-out")


class IdentityRequest(BaseModel):
    """One journey to the identity provider, begun by one browser at one host; answered once, opened once.

    The provider sends the browser to the portal's own host, whichever practice's site it came from: what it proved
    waits here, sealed, until that browser fetches it where it began.
    """

    relay_hash = pw.CharField(64, unique=True)  # of RelayState
    request_id = pw.CharField(80)  # of the AuthnRequest or LogoutRequest
    purpose = pw.CharField(8, constraints=[one_of("purpose", PURPOSES)])
    host = pw.CharField(253)
    browser_hash = pw.CharField(64)
    account_id = pw.UUIDField(null=True)  # whose session asked: second, link, step-up
    session_id = pw.UUIDField(null=True)
    target = pw.TextField(default="")  # a path on that host
    level = pw.SmallIntegerField(default=0)  # asked for; 0 is the platform's own
    created_at = InstantField()
    expires_at = InstantField()
    answered_at = InstantField(null=True)
    ticket_hash = pw.CharField(64, null=True, unique=True)
    sealed = pw.BlobField(null=True)  # the proof, in cell platform|identity_request|sealed|<id>
    used_at = InstantField(null=True)

    class Meta:
        table_name = "identity_request"


class SpentAssertion(BaseModel):
    """An assertion opens something once: kept until it would be too old anyway."""

    fingerprint = pw.CharField(64, unique=True)  # keyed, of the provider and its number for the assertion
    expires_at = InstantField()

    class Meta:
        table_name = "spent_assertion"


class ProviderSession(AccountModel):
    """What the provider calls this session of ours: to be told when it ends there, and to tell when it ends here."""

    session = pw.ForeignKeyField(Session, backref="+", on_delete="CASCADE", unique=True)
    name_index = pw.CharField(64, index=True)  # keyed, of the provider and its name for the person
    ending_index = pw.CharField(64)  # keyed, of its number for the session
    sealed = pw.BlobField()  # both, in cell <account>|provider_session|sealed|<session>
    created_at = InstantField()

    class Meta:
        table_name = "provider_session"
