"""PolicyText: a text that never changes once published. Its acceptance stands on the appointment (booking.queries)."""

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
