"""PolicyText: a text that never changes once published; Consent: its acceptance."""

import peewee as pw

from app.kernel.cabinets import OWN_KEY, TenantModel
from app.kernel.db import InstantField, JSONText

KINDS = ("conditions", "cancellation", "privacy", "welcome")


class PolicyText(TenantModel):
    """One text in one language and version."""

    kind = pw.CharField(20)
    version = pw.IntegerField()
    language = pw.CharField(2)
    body = pw.TextField()  # Markdown as the owner wrote it
    sha256 = pw.CharField(64)
    published_at = InstantField()

    class Meta:
        table_name = "policy_text"
        indexes = (*OWN_KEY, (("practice", "kind", "version", "language"), True))


class Consent(TenantModel):
    """What was shown and accepted with one booking: the policy snapshot."""

    appointment_id = pw.UUIDField()  # no foreign key: booking stands above this room
    patient_id = pw.UUIDField()
    texts = JSONText()  # [{kind, version, language, sha256}]
    sentence = pw.CharField(500)  # the computed policy, as the person read it
    accepted = pw.BooleanField()
    channel = pw.CharField(10, constraints=[pw.Check("channel IN ('web', 'phone', 'desk')")])
    language = pw.CharField(2)
    at = InstantField()

    class Meta:
        table_name = "consent"
        indexes = ((("practice", "appointment_id"), False),)
