"""Patient: what this practice knows of a person; never shared with another practice."""

import peewee as pw

from app.kernel.cabinets import OWN_KEY, TenantModel
from app.kernel.db import InstantField


class Patient(TenantModel):
    """The national number is sealed; `niss_index` finds it again here, `identity_key` finds the person."""

    given_name = pw.CharField(100)
    family_name = pw.CharField(100)
    email = pw.CharField(254, null=True)
    phone = pw.CharField(30, null=True)
    language = pw.CharField(2, default="fr")
    birth_date = pw.DateField(null=True)  # asked of people without a Belgian number
    country = pw.CharField(2, null=True)  # whose number they have instead
    niss_sealed = pw.BlobField(null=True)
    niss_index = pw.CharField(64, null=True)
    identity_key = pw.CharField(64)  # blind index of number (or birth date and mail) and names
    niss_confirmed_at = InstantField(null=True)
    created_at = InstantField()
    seen_at = InstantField()  # last booking

    class Meta:
        table_name = "patient"
        indexes = (
            *OWN_KEY,
            (("practice", "identity_key"), True),
            (("practice", "niss_index"), False),
            (("practice", "family_name"), False),
        )

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"
