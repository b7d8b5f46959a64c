"""What stands beside the agendas, never over them: an appointment, a time, or the rules that a drag would break."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, render_template

from app.booking import actions, catalogue, labels
from app.booking.actions import place
from app.booking.catalogue import Catalogue, Offer
from app.booking.models import Appointment
from app.booking.questions import Asking
from app.booking.slots import Reason
from app.desk import appointment_page, why_not
from app.desk.columns import Agenda
from app.kernel import clock
from app.kernel.i18n import language
from app.kernel.owners import pick
from app.patients.actions import journal_look
from app.web.outside import services

CHANGED = "agenda-changed"  # the browser's event after which agendas renew themselves


def journal(appointment: Appointment, *, what: str, why: str) -> None:
    target = f"appointment:{appointment.id}"
    now = services().clock.now()
    journal_look([appointment.patient_id], member=g.staff, what=what, why=why, now=now, target=target)


def opened(appointment: Appointment, *, wrong: Any = None, refusal: Any = None) -> str:
    """One appointment in short; whoever sees it has looked at the patient."""
    journal(appointment, what="appointment", why="appointment")
    page = appointment_page.of(appointment, now=services().clock.now())
    return render_template(
        "desk/_panel.html", page=page, appointment=appointment, wrong=wrong, refusal=refusal
    )


@dataclass(frozen=True)
class Possible:
    """A service at one time of an agenda. `kind`: free, warn (rules of patients) or shut."""

    offer: Offer
    name: str
    duration: str
    kind: str
    whys: list[why_not.Why]


def services_at(agenda: Agenda, start: int) -> list[Possible]:
    """What the agenda gives, and what speaks against it at that very minute."""
    now = services().clock.now()
    found = catalogue.for_desk(g.practice, now=now)
    offers = [offer for offer in found.offers if offer.schedule.id.hex == agenda.id]
    day = clock.local(start, agenda.zone).date()
    return [_possible(offer, start, found, day, now) for offer in offers]


def _possible(offer: Offer, start: int, found: Catalogue, day: date, now: Any) -> Possible:
    reasons = actions.reasons(offer, start, now=now, asking=Asking(staff=True))
    hard = reasons & actions.UNBREAKABLE
    kind = "shut" if hard else "warn" if reasons else "free"
    ordered = [reason for reason in Reason if reason in (hard or reasons)]
    return Possible(
        offer,
        pick(offer.service.name, language(), found.practice.languages),
        labels.duration_label(offer.rules.duration),
        kind,
        why_not.whys(ordered, offer=offer, found=found, day=day),
    )


def time(agenda: Agenda, start: int, *, template: str) -> str:
    return render_template(
        template,
        agenda=agenda,
        place=pick(agenda.site, language(), g.practice.languages),
        start=start,
        when=labels.when(start, agenda.zone),
        day=clock.local(start, agenda.zone).date(),
        possible=sorted(services_at(agenda, start), key=lambda one: ("free", "warn", "shut").index(one.kind)),
    )


def rules(
    form: Any, appointment: Appointment, offer: Offer, start: int, *, standing: set[Reason], seen: Any
) -> str:
    """The rules a drag would break, to be ticked with a reason; the card is back where it was meanwhile."""
    journal(appointment, what="appointment", why="appointment")
    now = services().clock.now()
    asking = Asking(person=appointment.patient_id, moving=place.moving(appointment), staff=True)
    broken = actions.reasons(offer, start, now=now, asking=asking) - standing
    found = catalogue.for_desk(g.practice, now=now)
    ordered = [reason for reason in Reason if reason in broken]
    zone = offer.location.timezone
    return render_template(
        "desk/_panel_rules.html",
        form=form,
        appointment=appointment,
        seen=seen,
        was=labels.when(appointment.starts, zone),
        then=labels.when(start, zone),
        until=clock.local(start + offer.rules.duration, zone),
        practitioner=offer.practitioner.name,
        warnings=why_not.whys(ordered, offer=offer, found=found, day=clock.local(start, zone).date()),
        acknowledged=form.acknowledged,
    )
