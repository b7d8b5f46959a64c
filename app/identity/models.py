"""Session: a signed-in browser, known by the hash of its cookie."""

import peewee as pw

from app.kernel.cabinets import AccountModel
from app.kernel.db import InstantField


class Session(AccountModel):
    """Bound to one host: on another it is void."""

    token_hash = pw.CharField(64, unique=True)
    host = pw.CharField(253)
    created_at = InstantField()
    seen_at = InstantField()
    expires_at = InstantField()
    user_agent = pw.CharField(200, default="")

    class Meta:
        table_name = "session"


class SignInAttempt(AccountModel):
    """Counts wrong passwords, so that guessing stops and the owner of the account is not locked out for long."""

    window = pw.BigIntegerField()  # quarter of an hour since 1970
    failures = pw.IntegerField(default=0)

    class Meta:
        table_name = "sign_in_attempt"
        indexes = ((("account", "window"), True),)
