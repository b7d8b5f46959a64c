"""What a practice still lacks before anybody can book there: the next steps of an owner who begins."""

from datetime import datetime
from typing import Any, NamedTuple

from app.booking import catalogue, closed, queries
from app.booking.plans import lengths
from app.directory.models import Schedule
from app.kernel import clock
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice


class Step(NamedTuple):
    href: str
    words: Any


def missing(practice: Practice, *, now: datetime) -> list[Step]:
    """In the order in which one does them; empty when there is something to book."""
    today, found = clock.today(now, practice.timezone), catalogue.for_desk(practice, now=now)
    steps = []
    if all(closed.is_over(today, one) for one in found.locations):
        steps.append(Step("/settings/sites/new", _l("Add a site")))
    if all(closed.is_over(today, one) for one in found.practitioners):
        steps.append(Step("/settings/practitioners/new", _l("Add a practitioner")))
    if not lengths.services():
        steps.append(Step("/settings/services/new", _l("Add a service")))
    if all(closed.is_over(today, one) for one in Schedule.select()):
        steps.append(Step("/settings/hours/new", _l("Give a practitioner an agenda at a site")))
    if steps:
        return steps
    public = catalogue.of(practice, now=now)
    if not public.offers:
        return [Step("/settings/services", _l("Let an agenda give a service that patients book"))]
    if not any(offer.agenda.windows for offer in public.offers):
        return [Step("/settings/hours", _l("Draw the weekly hours"))]
    if queries.first_free([offer for offer in public.offers if offer.is_bookable], now=now) is None:
        return [
            Step("/settings/hours", _l("Nothing is free in the weeks people can book: look at the hours"))
        ]
    return []
