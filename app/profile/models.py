"""How a person arranged their profile page."""

import peewee as pw

from app.kernel.cabinets import AccountModel
from app.kernel.db import InstantField, JSONText
from app.kernel.owners import Account


class ProfileLayout(AccountModel):
    """One row a person, for the portal and every practice. A widget in neither list came later, and is shown or not
    as it says itself.
    """

    account = pw.ForeignKeyField(Account, backref="+", on_delete="CASCADE", unique=True)
    shown = JSONText(default=list)  # slugs, in the person's order
    hidden = JSONText(default=list)  # slugs the person took away
    saved_at = InstantField()

    class Meta:
        table_name = "profile_layout"
