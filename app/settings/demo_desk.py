"""What the reception of a demo practice has to do: somebody booked by telephone did not come, and a fee waits."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_DNS, uuid5

from app.booking import actions, catalogue, labels, queries
from app.booking.catalogue import Offer, as_seen
from app.booking.models import Appointment
from app.booking.policy import GUEST
from app.booking.questions import Asking
from app.consent.queries import Text
from app.kernel import audit, clock, outbox
from app.kernel.db import write_tx
from app.kernel.i18n import speaking
from app.kernel.owners import Practice
from app.patients.actions import Person
from app.settings.demo_people import RECEPTIONISTS
from app.staff.queries import account_of
from app.web.outside import services

BEFORE = timedelta(days=4)  # how long ago they called
DAYS_BACK = range(1, 8)
WHO = Person("Hugo", "Delvaux", None, "fr", birth_date=date(1979, 2, 11), phone="0470 00 00 11")


def missed_visit(practice: Practice, *, texts: Sequence[Text], now: datetime) -> None:
    """Not twice, and only where some service has a fee and a day of last week a free time."""
    attempt = uuid5(NAMESPACE_DNS, f"demo missed visit of {practice.slug}")
    reception = account_of(RECEPTIONISTS[practice.slug].email)
    if reception is None or Appointment.get_or_none(Appointment.idempotency_key == attempt) is not None:
        return
    found = _a_time(practice, now=now)
    if found is None:
        return
    offer, start = found
    by, then = audit.of_id("account", reception.id), now - BEFORE - timedelta(days=DAYS_BACK[-1])
    with speaking(WHO.language):
        sentence = labels.policy_sentence(offer, start, clock.to_minutes(then))
    asked = actions.Asked(
        start=start, attempt=attempt, person=WHO, accepted=True, sentence=sentence, texts=tuple(texts), origin="phone"
    )  # fmt: skip
    with write_tx():
        made = actions.book([offer], asked, sealer=services().sealer, by=by, now=then, mail_at=now)
        outbox.drop(f"appointment-booked:{made.hex}")
        actions.miss(queries.appointment(made), by=by, now=now)


def _a_time(practice: Practice, *, now: datetime) -> tuple[Offer, int] | None:
    """Of the last days, and nothing spoke against it."""
    shop = catalogue.for_desk(practice, now=now)
    offers = [as_seen(offer, shop.rules, GUEST) for offer in shop.offers if offer.rules.capacity == 1]
    today = clock.today(now, practice.timezone)
    then = now - BEFORE - timedelta(days=DAYS_BACK[-1])
    for offer in (one for one in offers if one.policy.late_fee_cents):
        for back in DAYS_BACK:
            day = today - timedelta(days=back)
            free = queries.free_times([offer], first_day=day, last_day=day, now=then, asking=Asking()).of(day)
            if free:
                return offer, free[len(free) // 2][0]
    return None
