"""The instant at which rules begin that waited for their day: whoever comes first after it writes them down."""

import logging

import peewee as pw

from app.booking import catalogue
from app.booking.actions import publishing
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.practice import queries as practices
from app.web.outside import services

log = logging.getLogger("parvis.rules")


def at_host(host: str) -> Practice | None:
    """The open practice that lives at `host`, under the rules of this instant. No statement but on the day itself."""
    found = practices.at_host(host)
    if found is None or found.turns_at is None:
        return found
    now = services().clock.now()
    if not catalogue.has_turned(found, now=now):
        return found
    try:
        with practice_context(found):
            publishing.publish_due(found, now=now)
    except pw.DatabaseError:
        # the catalogue answers with the new rules all the same, and the next one who comes tries again
        log.exception("rules of %s hold and could not be written down", found.slug)
        return found
    return practices.at_host(host)


def publish_rules() -> int:
    """Of every open practice whose day has come; how many. The central search learns of it here at the latest."""
    now, count = services().clock.now(), 0
    due = (Practice.status == "open") & (Practice.turns_at <= now)
    for practice in list(Practice.select().where(due)):
        with practice_context(practice):
            count += publishing.publish_due(practice, now=now)
    return count
