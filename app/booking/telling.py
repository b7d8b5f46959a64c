"""What somebody reads of the practice's conditions when an appointment was made for them, and how they say no."""

from dataclasses import dataclass
from datetime import datetime

from app.booking import labels, links
from app.booking.actions import decline_until
from app.booking.models import Appointment
from app.booking.queries.consents import consent_of
from app.consent import queries as consent
from app.consent.models import PolicyText
from app.consent.rendering import Rendered, rendered
from app.kernel.clock import to_minutes
from app.kernel.sealing import Sealer
from app.practice.queries import primary_host
from app.web.door import practice_url

AT_THE_DESK = ("phone", "desk")


@dataclass(frozen=True)
class Told:
    """The texts as they were in force, and the link to decline, "" once its day has passed."""

    texts: list[PolicyText]
    shown: list[Rendered]
    decline_url: str
    decline_until: str


def of(appointment: Appointment, *, sealer: Sealer, now: datetime) -> Told | None:
    """For the confirmation; None when the person booked themselves and had all of it before their eyes."""
    if appointment.origin not in AT_THE_DESK:
        return None
    kept = consent_of(appointment)
    found = [consent.version_of(one) for one in (kept.texts if kept else ())]
    texts = [one for one in found if one is not None]
    until = decline_until(appointment)
    url = ""
    if appointment.status == "booked" and to_minutes(now) < until:
        token = links.make(appointment, "decline", sealer=sealer, expires=until)
        url = practice_url(primary_host(appointment.practice_id), f"/decline/{token}")
    when = labels.when(until, appointment.location.timezone)
    return Told(texts, [rendered(one.body) for one in texts], url, when)
