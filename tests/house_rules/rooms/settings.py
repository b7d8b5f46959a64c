"""The practice itself, its look, its texts and its messages: addresses, and what a neighbour has of them."""

from app.consent.models import TextDraft
from app.practice.models import MessageWording
from tests.factories import NOW
from tests.house_rules.stranger import CANARY

DECLARED = {
    "public": """
        GET /theme/<string(length=6):colour>/sample.css
    """,
    "settings:manage": """
        GET,POST /settings/practice
        GET,POST /settings/brand
        GET /settings/brand/sample
        POST /settings/brand/logo
        POST /settings/brand/logo/removal
        GET /settings/texts
        GET,POST /settings/texts/<string:kind>
        POST /settings/texts/<string:kind>/draft/removal
        GET /settings/texts/<string:kind>/versions/<int:number>
        POST /settings/texts/<string:kind>/versions/<int:number>/again
        GET /settings/letters
        GET,POST /settings/letters/<string:kind>
        POST /settings/letters/<string:kind>/reset
    """,
}
# columns that programs read and no person wrote
NO_WORDS = {"text_draft.kind", "message_wording.kind"}


def furnish(_there):
    """A draft and words of their own."""
    draft = TextDraft.create(kind="fee", bodies={"fr": f"# {CANARY}\n\n{CANARY}"}, updated_at=NOW)
    said = {"subject": CANARY, "paragraph": CANARY, "sms": CANARY}
    return {
        "TextDraft": draft.id,
        "MessageWording": MessageWording.create(kind="booked", language="fr", **said).id,
    }
