"""Drafts and versions of the booking rules: addresses, and what a neighbour has of them."""

from app.booking.models import PolicyDraft, PolicyVersion
from tests.factories import NOW

DECLARED = {
    "settings:manage": """
        GET,POST /settings/policy/draft
        POST /settings/policy/draft/removal
        GET /settings/policy/versions/<int:number>
        POST /settings/policy/versions/<int:number>/again
    """,
}
# columns that programs read and no person wrote
NO_WORDS = {
    "policy_draft.changes",
    "policy_draft.updated_by",
    "policy_version.content",
    "policy_version.published_by",
}


def furnish(_there):
    """A draft, and the version in force."""
    said = {"rules": [{"row": [None, None, None, None], "says": {"horizon_days": 3}}], "limits": []}
    kept = {"content": said, "starts_at": NOW, "published_at": NOW, "published_by": "operator"}
    return {
        "PolicyDraft": PolicyDraft.create(changes=said, updated_at=NOW, updated_by="operator").id,
        "PolicyVersion": PolicyVersion.create(number=1, **kept).id,
    }
