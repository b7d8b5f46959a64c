"""Four practices with their people and a few appointments, so that a newcomer meets a portal in use.

Everybody in it is invented. The national numbers have a right checksum and serials that are not given out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import NAMESPACE_DNS, UUID, uuid5

from app.booking import actions, catalogue, labels, queries, upkeep
from app.booking.catalogue import Catalogue, Offer
from app.booking.models import Appointment
from app.booking.refusals import NotOffered, SlotTaken
from app.consent import queries as consent
from app.directory import listing
from app.kernel import clock, outbox
from app.kernel.db import write_tx
from app.kernel.i18n import speaking
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.patients.actions import Person
from app.practice import folder
from app.practice.models import PracticeHost
from app.practice.queries import primary_host
from app.settings import (
    demo_care,
    demo_desk,
    demo_health,
    demo_invoices,
    demo_people,
    demo_threads,
    demo_waiting,
)
from app.settings.demo_people import OWNERS, PATIENTS, RECEPTIONISTS
from app.settings.opening import open_practice
from app.web.outside import config, services

FOLDERS = Path(__file__).resolve().parents[2] / "tenants"
DAYS, A_DAY = 4, 3  # working days ahead with this many appointments each
AT_HOME = "lavande"  # where the patients with an account come
A_WEEK = 7  # days ahead of which they come
LEAVE_FREE = 6  # a visitor always finds times on these days too
NOTE = "Ich komme mit dem Zug und kann erst ab zehn Uhr."  # of whoever asks for a time
NEVER_SENT_FOR = timedelta(days=3650)


def _with_number(given_name: str, family_name: str, language: str, niss: str) -> Person:
    return Person(given_name, family_name, _mail(given_name), language, niss=niss)


def _without(given_name: str, family_name: str, language: str, birth_date: date, country: str) -> Person:
    return Person(
        given_name, family_name, _mail(given_name), language, birth_date=birth_date, country=country
    )


def _mail(given_name: str) -> str:
    return f"{given_name.lower().replace('é', 'e')}@example.be"


CHILDREN_COME_FOR = {"enfant"}
CHILDREN = (
    _with_number("Emma", "Wouters", "nl", "14112199239"),
    _without("Léo", "Fontaine", "fr", date(2018, 5, 3), "FR"),
    _without("Mila", "Brandt", "de", date(2016, 9, 21), "DE"),
)
PEOPLE = (
    _with_number("Claire", "Lejeune", "fr", "85073099437"),
    _with_number("Bruno", "Maes", "nl", "85073099338"),
    _with_number("Noah", "Janssen", "nl", "10021499106"),
    _with_number("Rachida", "Bennani", "fr", "78000099363"),
    _with_number("Ioana", "Popescu", "en", "90430599279"),
    _with_number("Sam", "Okafor", "en", "90230599137"),
    _with_number("Mateusz", "Nowak", "de", "03450199165"),
    _without("Mathilde", "Moreau", "fr", date(1992, 3, 5), "FR"),
    _without("Hannah", "Dijkstra", "nl", date(1988, 12, 2), "NL"),
    _without("Bernd", "Scholl", "de", date(1961, 9, 17), "DE"),
)

WAITS = _with_number("Rachida", "Bennani", "fr", "78000099363")


class NotHere(Exception):
    """A portal on the network is no place for people whose password everybody knows."""


@dataclass(frozen=True)
class Shown:
    """What a newcomer is told of one practice."""

    name: str
    address: str
    owner: str
    reception: str


def furnish(*, now: datetime) -> list[Shown]:
    """The demo practices that are not closed; run again, it only adds what is missing. Raises NotHere, BadFolder."""
    if config().scheme == "https":
        raise NotHere(
            "The demo practices are for a developer's machine: they do not open where PARVIS_SCHEME is https."
        )
    sources = [folder.read(FOLDERS / slug) for slug in RECEPTIONISTS]
    shown = []
    for source in sources:
        host = f"{source.slug}.{config().app_host}"
        known = Practice.get_or_none(Practice.slug == source.slug)
        if known is not None and known.status == "closed":
            continue
        practice = open_practice(source, hosts=[host], now=now)
        _answer_at(practice, host, now=now)
        with practice_context(practice):
            demo_people.staff(practice, now=now)
            found = catalogue.of(practice, now=now)
            _fill(found, now=now)
            if practice.slug == AT_HOME:
                _fill_for_patients(found, now=now)
                demo_people.patients(practice, now=now)
                demo_invoices.bill(practice, [who.email for who, _niss, _way in PATIENTS], now=now)
                demo_care.care(practice, PEOPLE[0].email, now=now)
                demo_health.furnish(PATIENTS[0][0].email, now=now)
                _ask_for_one(found, now=now)
                demo_waiting.wait(found, WAITS, now=now)
                demo_desk.missed_visit(practice, texts=_texts(practice, "fr"), now=now)
            else:
                demo_care.answered(now=now)
            demo_threads.write(practice, now=now)
        people = (OWNERS[practice.slug].email, RECEPTIONISTS[practice.slug].email)
        shown.append(Shown(practice.name, f"{config().scheme}://{host}", *people))
    upkeep.refresh_listings(limit=500)  # the search shows first free times before the worker's first round
    return shown


def _answer_at(practice: Practice, host: str, *, now: datetime) -> None:
    """The portal may have moved to another port since the last time: links lead to where it is now."""
    with write_tx(), practice_context(practice):
        if primary_host(practice.id) != host:
            PracticeHost.update(primary=False).where(PracticeHost.practice == practice.id).execute()
            PracticeHost.delete().where(PracticeHost.host == host).execute()
            PracticeHost.create(host=host, practice=practice, primary=True)
            listing.rebuild(practice, now=now)


def _fill(found: Catalogue, *, now: datetime) -> None:
    """The coming working days; a day that has its appointments, cancelled ones too, is left alone."""
    today, filled = clock.today(now, found.practice.timezone), 0
    for offset in range(21):
        if filled < DAYS:
            filled += _fill_day(found, today + timedelta(days=offset), now=now)


def _fill_day(found: Catalogue, day: date, *, now: datetime) -> bool:
    name = f"{found.practice.slug} {day}"
    attempts = [uuid5(NAMESPACE_DNS, f"{name} {number}") for number in range(A_DAY)]
    if Appointment.select().where(Appointment.idempotency_key.in_(attempts)).exists():
        return True
    chance = Random(name)  # the same day looks the same on every machine
    guests = chance.sample(PEOPLE, A_DAY)
    made = [_book(found, day, *pair, chance, now=now) for pair in zip(attempts, guests, strict=True)]
    return any(made)


def _fill_for_patients(found: Catalogue, *, now: datetime) -> None:
    """Whoever has an account has an appointment to look at, a week ahead."""
    today = clock.today(now, found.practice.timezone)
    for person in PEOPLE[: len(PATIENTS)]:
        chance = Random(person.email)
        mine = (Appointment.contact_email == person.email) & (Appointment.starts > clock.to_minutes(now))
        days = (today + timedelta(days=A_WEEK + offset) for offset in range(21))
        while not Appointment.select().where(mine).exists():
            day = next(days, None)
            if day is None:
                break
            _book(found, day, uuid5(NAMESPACE_DNS, f"{person.email} {day}"), person, chance, now=now)


def _ask_for_one(found: Catalogue, *, now: datetime) -> None:
    """A request waits for the desk, whatever the rules of the practice say."""
    if queries.count_requests():
        return
    today = clock.today(now, found.practice.timezone)
    asking = replace(found, offers=tuple(map(_on_request, found.offers)))
    for offset in range(A_WEEK, A_WEEK + 21):
        attempt = uuid5(NAMESPACE_DNS, f"demo request of {today + timedelta(days=offset)}")
        day, chance = today + timedelta(days=offset), Random(str(attempt))
        if _book(asking, day, attempt, PEOPLE[-1], chance, now=now, note=NOTE):
            return


def _on_request(offer: Offer) -> Offer:
    return replace(offer, policy=replace(offer.policy, outcome="request"))


def _book(
    found: Catalogue,
    day: date,
    attempt: UUID,
    guest: Person,
    chance: Random,
    *,
    now: datetime,
    note: str = "",
) -> bool:
    outcome = "request" if note else "direct"
    fitting = [it for it in found.offers if it.policy.outcome == outcome and not it.policy.sign_in_required]
    for offer in chance.sample(fitting, len(fitting)):
        starts = queries.free_times([offer], first_day=day, last_day=day, now=now).of(day)
        if len(starts) > LEAVE_FREE:
            person = chance.choice(CHILDREN) if offer.service.key in CHILDREN_COME_FOR else guest
            return _keep(offer, chance.choice(starts)[0], attempt, person, found.practice, now=now, note=note)
    return False


def _keep(
    offer: Offer,
    start: int,
    attempt: UUID,
    person: Person,
    practice: Practice,
    *,
    now: datetime,
    note: str = "",
) -> bool:
    """One appointment as its person would have made it, except that no mail leaves."""
    with speaking(person.language):
        asked = actions.Asked(
            start=start,
            attempt=attempt,
            person=person,
            accepted=True,
            sentence=labels.policy_sentence(offer, start, clock.to_minutes(now)),
            texts=_texts(practice, person.language),
            note=note,
        )
    try:
        with write_tx():
            made = actions.book(
                [offer],
                asked,
                sealer=services().sealer,
                by="operator",
                now=now,
                mail_at=now + NEVER_SENT_FOR,
            )
            for letter in ("appointment-booked", "request-waiting"):
                outbox.drop(f"{letter}:{made.hex}")
    except (SlotTaken, NotOffered):
        return False  # a visitor was quicker
    return True


def _texts(practice: Practice, language: str) -> Sequence[consent.Text]:
    shown = (consent.in_force(practice, kind, language) for kind in ("conditions", "cancellation", "privacy"))
    return tuple(text for text in shown if text is not None)
