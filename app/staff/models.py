"""Member: an account that works at a practice."""

from datetime import date

import peewee as pw

from app.kernel.cabinets import OWN_KEY, TenantModel
from app.kernel.db import JSONText
from app.kernel.owners import Account


class Member(TenantModel):
    """Roles: owner, practitioner, receptionist; several at once."""

    account = pw.ForeignKeyField(Account, backref="+", on_delete="RESTRICT")
    roles = JSONText(default=list)
    starts_on = pw.DateField()
    ends_on = pw.DateField(null=True)

    class Meta:
        table_name = "member"
        indexes = (*OWN_KEY, (("practice", "account"), True))

    @property
    def name(self) -> str:
        return self.account.name

    def is_active(self, today: date) -> bool:
        return self.starts_on <= today and (self.ends_on is None or today <= self.ends_on)
