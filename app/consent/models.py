"""PolicyText: a text that never changes once published; Consent: its acceptance."""

import peewee as pw

from app.kernel.cabinets import OWN_KEY, TenantModel
from app.kernel.db import InstantField, JSONText

KINDS = ("conditions", "cancellation", "privacy", "welcome", "fee")
OPTIONAL = ("fee",)  # a practice may do without


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


class TextDraft(TenantModel):
    """The next version of a text as far as it is written: in every language, for they are published together."""

    kind = pw.CharField(20)
    bodies = JSONText(default=dict)  # {language: Markdown}
    publish_on = pw.DateField(
        null=True
    )  # published by itself on this day of the practice; null: when somebody says so
    updated_at = InstantField()

    class Meta:
        table_name = "text_draft"
        indexes = (*OWN_KEY, (("practice", "kind"), True))


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
