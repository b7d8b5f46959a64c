"""The day sheet: what lets the practice receive people while the portal is away."""

import peewee as pw

from app.kernel.cabinets import OWN_KEY, TenantModel
from app.kernel.db import InstantField, JSONText


class DaySheet(TenantModel):
    """One a practice: the key its passphrase gave, never the passphrase; and the newest sheet, sealed with it."""

    salt = pw.BlobField()
    iterations = pw.IntegerField()
    key_sealed = pw.BlobField()  # in cell <practice>|day_sheet|key|<id>
    set_at = InstantField()
    made_at = InstantField(null=True)
    content = pw.BlobField(
        null=True
    )  # nonce and ciphertext, which the portal itself cannot read without the key
    about = pw.CharField(200, null=True)  # whose and of when, in clear: authenticated with the content
    patients = JSONText(default=list)  # ids of those on it, for the journal of whoever takes it away

    class Meta:
        table_name = "day_sheet"
        indexes = (*OWN_KEY, (("practice",), True))
        constraints = [
            pw.Check("iterations >= 100000"),
            pw.Check("(made_at IS NULL) = (content IS NULL)"),
        ]
