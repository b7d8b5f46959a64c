"""The waiting list: its addresses, and somebody who waits next door."""

from datetime import timedelta

from app.kernel.ids import uuid7
from app.kernel.sealing import hashed
from app.waiting.models import WaitEntry, WaitOffer
from tests.factories import NOW
from tests.house_rules.stranger import CANARY, MAIL
from tests.people import SEALER

DECLARED = {
    "public at practice": """
        GET,POST /book/<uuid:service_id>/<uuid:location_id>/waiting
        GET /waiting/<token>
        POST /waiting/<token>/withdrawal
        GET,POST /waiting/offers/<token>
    """,
    "person": """
        GET /account/waiting
        POST /account/waiting/<uuid:entry_id>/withdrawal
    """,
    "waiting:manage": """
        GET /desk/waiting
        POST /desk/waiting/<uuid:entry_id>/priority
        POST /desk/waiting/<uuid:entry_id>/removal
    """,
}
# columns that programs read and no person wrote
NO_WORDS = {"wait_entry.ended_by"}


def furnish(there):
    """Somebody who waits there, with an offer to answer."""
    where = {"service": there.ids["HealthcareService"], "location": there.ids["Location"]}
    days = {"first_day": NOW.date(), "last_day": NOW.date() + timedelta(days=60), "created_at": NOW}
    asked = {
        "patient": there.patient.id,
        "account_id": there.person.id,
        "contact_email": MAIL,
        "language": "fr",
    }
    entry = WaitEntry.create(**where, **days, **asked, priority_reason=CANARY, looked_version=1)
    offer_id, starts = uuid7(), 29_925_480
    WaitOffer.create(
        id=offer_id,
        entry=entry.id,
        practitioner=there.ids["Practitioner"],
        schedule=there.ids["Schedule"],
        starts=starts,
        ends=starts + 30,
        freed_at=0,
        hold_id=uuid7(),
        token_hash=hashed(SEALER.link_token("waiting-offer", offer_id.hex)),
        offered_at=NOW,
        expires=starts,
    )
    return {"WaitEntry": entry.id, "WaitOffer": offer_id}
