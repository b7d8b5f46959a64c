"""Booking for somebody, prepared: the offer under the rules for them, what speaks against a time, what to say."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import g
from werkzeug.exceptions import abort

from app.booking import actions, catalogue, labels, pages, queries, standing
from app.booking.catalogue import Catalogue, Offer, as_seen
from app.booking.policy import GUEST, Standing
from app.booking.questions import Asking
from app.booking.slots import Reason
from app.consent import queries as consent
from app.desk import grid, why_not
from app.desk.appointment_page import account_of
from app.desk.booking_forms import ContactForm
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.i18n import speaking
from app.patients import queries as patients
from app.patients import search
from app.patients.models import Patient
from app.web.forms import single_args
from app.web.outside import services

LEVELS = range(5)
FARTHEST = timedelta(days=3 * 366)  # the desk looks further than patients, but not beyond what calendars hold


@dataclass(frozen=True)
class Choice:
    """Which service in which agenda, for whom: the offer has the rules for that person."""

    found: Catalogue
    offers: tuple[Offer, ...]  # of the service, one an agenda
    offer: Offer
    patient: Patient | None
    day: date
    start: int | None

    @property
    def zone(self) -> str:
        return str(self.offer.location.timezone)

    @property
    def here(self) -> dict[str, str]:
        """What every address of the flow carries along."""
        whom = {"patient": str(self.patient.id)} if self.patient else {}
        return {"schedule": str(self.offer.schedule.id), **whom}


def choice(service_id: UUID, asked: Any, *, now: datetime) -> Choice:
    """From the query of a page or the fields of a form; 404 for what is not this practice's."""
    found = catalogue.for_desk(g.practice, now=now)
    offers = found.of_service(service_id) or abort(404)
    patient = chosen_patient(asked.get("patient"))
    schedule = uuid_of(asked.get("schedule"))
    mine = (
        offers[0]
        if not asked.get("schedule")
        else next((o for o in offers if o.schedule.id == schedule), None)
    )
    if mine is None:
        raise NotFound
    offer = as_seen(mine, found.rules, standing_of(patient, now=now))
    start = minutes_of(asked.get("start") or asked.get("lost"))
    day = clock.local(start, offer.location.timezone).date() if start is not None else None
    return Choice(found, offers, offer, patient, day or _day(asked.get("day"), offer, now=now), start)


def chosen_patient(text: str | None) -> Patient | None:
    if not text:
        return None
    found = uuid_of(text)
    if found is None:
        raise NotFound
    return patients.patient(found)


def standing_of(patient: Patient | None, *, now: datetime) -> Standing:
    """Whom the desk knows nothing of is a guest: its warnings are the rules for people like them."""
    return standing.of_file(patient.id, account_of(patient), now=now) if patient else GUEST


def _day(text: str | None, offer: Offer, *, now: datetime) -> date:
    today = clock.today(now, offer.location.timezone)
    asked = pages.day_of(text)
    if asked is not None:
        return min(max(asked, today - FARTHEST), today + FARTHEST)
    until = today + timedelta(days=max(offer.rules.horizon_days, 1))
    return queries.next_free_day([offer], after=today - timedelta(days=1), until=until, now=now) or today


def viewer_of(text: str | None) -> tuple[bool, Standing]:
    """(as a patient?, of which standing): «2», or «2k» for somebody who came before."""
    level, known = (text or "")[:1], (text or "").endswith("k")
    if level in {str(one) for one in LEVELS}:
        return True, Standing(int(level), known=known)
    return False, GUEST


def speaks_against(chosen: Choice, *, now: datetime) -> set[Reason]:
    assert chosen.start is not None
    asking = Asking(person=chosen.patient and chosen.patient.id, staff=True)
    return actions.reasons(chosen.offer, chosen.start, now=now, asking=asking)


def alternatives(chosen: Choice, *, now: datetime) -> list[dict[str, Any]]:
    """Three free times near the one that is lost, as the cards of a form; none is chosen for anybody."""
    assert chosen.start is not None
    near = max(chosen.start, clock.to_minutes(now))
    asking = Asking(person=chosen.patient and chosen.patient.id)
    starts = queries.alternatives([chosen.offer], near=near, now=now, asking=asking)
    return [{"value": start, "title": labels.when(start, chosen.zone), "checked": False} for start in starts]


def warnings(reasons: Collection[str], chosen: Choice) -> list[why_not.Why]:
    ordered = [reason for reason in Reason if reason in reasons]
    return why_not.whys(ordered, offer=chosen.offer, found=chosen.found, day=chosen.day)


def asked_of(form: ContactForm, chosen: Choice, *, broken: frozenset[Reason], now: datetime) -> actions.Asked:
    """The form as the action takes it, with the sentence and the texts in the person's own language."""
    assert chosen.start is not None
    person = form.person(chosen.patient)
    with speaking(person.language):
        sentence = labels.policy_sentence(chosen.offer, chosen.start, clock.to_minutes(now))
    shown = (consent.in_force(g.practice, kind, person.language) for kind in pages.SHOWN_TEXTS)
    return actions.Asked(
        start=chosen.start,
        attempt=uuid_of(form.attempt.data) or abort(400),
        person=person,
        accepted=bool(form.told.data),
        sentence=sentence,
        texts=tuple(text for text in shown if text is not None),
        origin=form.origin.data,
        file=chosen.patient and chosen.patient.id,
        broken=broken,
        because=(form.because.data or "") if broken else "",
    )


def alike(form: Any) -> list[Patient]:
    """Files that may be of the person somebody is about to open another one for."""
    return search.alike(form.person(), sealer=services().sealer)


def uuid_of(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text and len(text) <= 40 else None
    except ValueError:
        return None


def minutes_of(text: str | None) -> int | None:
    """Minutes since 1970 within what a calendar can hold; anything else is no time."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 8:
        return None
    return int(text)


def drawn(chosen: Choice, *, now: datetime, moving: Any = None) -> dict[str, Any]:
    """Everything the page of a day's grid shows, at the desk or through a patient's eyes."""
    args = single_args()
    as_patient, seen_as = viewer_of(args.get("as"))
    offer = as_seen(chosen.offer, chosen.found.rules, seen_as) if as_patient else chosen.offer
    person = None if as_patient else chosen.patient and chosen.patient.id
    looking = grid.Looking(as_patient=as_patient, person=person, moving=moving)
    cells = grid.cells(offer, chosen.day, now=now, looking=looking)
    asked_why = grid.find(cells, minutes_of(args.get("why")))
    return {
        "chosen": chosen,
        "offer": offer,
        "day": chosen.day,
        "before": chosen.day - timedelta(days=1),
        "after": chosen.day + timedelta(days=1),
        "today": clock.today(now, chosen.zone),
        "hours": grid.hours(cells, chosen.zone, whole_day="all" in args),
        "whole_day": "all" in args,
        "as_patient": as_patient,
        "seen_as": args.get("as", "") if as_patient else "",
        "why": asked_why,
        "whys": why_not.whys(asked_why.reasons, offer=offer, found=chosen.found, day=chosen.day)
        if asked_why
        else [],
        "why_when": labels.when(asked_why.start, chosen.zone) if asked_why else "",
    }
