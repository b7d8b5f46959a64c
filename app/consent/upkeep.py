"""Texts whose day has come."""

from app.consent import drafts
from app.consent.models import TextDraft
from app.kernel.owners import Practice
from app.kernel.tenancy import across_practices, practice_context
from app.web.outside import services


def publish_texts() -> int:
    """Of every open practice, on its own calendar; how many were published."""
    with across_practices(reason="texts of every practice whose day has come"):
        waiting = list(
            TextDraft.select(TextDraft.practice).where(TextDraft.publish_on.is_null(False)).tuples()
        )
    now, count = services().clock.now(), 0
    for (practice_id,) in dict.fromkeys(waiting):
        practice = Practice.get_by_id(practice_id)
        if practice.status == "open":
            with practice_context(practice):
                count += drafts.publish_due(practice, now=now)
    return count
