"""Texts whose day has come."""

from app.consent import drafts
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.web.outside import services


def publish_texts() -> int:
    """Of every open practice, on its own calendar; how many were published."""
    now, count = services().clock.now(), 0
    for practice in list(Practice.select().where(Practice.status == "open")):
        with practice_context(practice):
            count += drafts.publish_due(practice, now=now)
    return count
