"""Member: an account that works at a practice; Invitation: somebody who is asked to."""

from datetime import date

import peewee as pw

from app.kernel.cabinets import OWN_KEY, TenantModel
from app.kernel.db import InstantField, JSONText
from app.kernel.owners import Account
from app.staff.permissions import may


class Member(TenantModel):
    """Roles: owner, practitioner, receptionist; several at once."""

    account = pw.ForeignKeyField(Account, backref="+", on_delete="RESTRICT")
    roles = JSONText(default=list)
    starts_on = pw.DateField()
    ends_on = pw.DateField(null=True)
    version = pw.IntegerField(default=1)

    class Meta:
        table_name = "member"
        indexes = (*OWN_KEY, (("practice", "account"), True))

    @property
    def name(self) -> str:
        return self.account.name

    def may(self, permission: str) -> bool:
        return may(self.roles, permission)

    def is_active(self, today: date) -> bool:
        return self.starts_on <= today and (self.ends_on is None or today <= self.ends_on)


class Invitation(TenantModel):
    """What the owner offered; whoever proves the mailbox gets these roles and no others."""

    email = pw.CharField(254)
    given_name = pw.CharField(100)
    family_name = pw.CharField(100)
    language = pw.CharField(2)
    roles = JSONText(default=list)
    starts_on = pw.DateField()
    ends_on = pw.DateField(null=True)
    token_hash = pw.CharField(64, unique=True)
    actor = pw.CharField(80)
    created_at = InstantField()
    expires_at = InstantField()
    used_at = InstantField(null=True)
    withdrawn_at = InstantField(null=True)

    class Meta:
        table_name = "invitation"
        indexes = (*OWN_KEY,)
