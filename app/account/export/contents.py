"""The categories of an export, each one question to one room. A new room adds its line to CATEGORIES."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.account import words
from app.account.export import care, health, invoices, notices
from app.account.export.sheets import Sheet, sheet
from app.booking import calendar_file, labels
from app.booking import queries as booking
from app.booking.models import Appointment
from app.eid import queries as cards
from app.identity.actions import details_of
from app.identity.details import number_of
from app.identity.models import (
    AccountConsent,
    Dependant,
    Factor,
    KnownDevice,
    MandateOffer,
    PersonalDetails,
    Representation,
    Session,
)
from app.kernel import clock
from app.kernel.audit import AccountEvent
from app.kernel.i18n import _
from app.kernel.owners import Account, pick
from app.kernel.sealing import Sealer
from app.kernel.tenancy import practice_context
from app.patients import niss
from app.patients import queries as patients
from app.patients.actions import niss_of

ZONE = clock.HOME


@dataclass
class Source:
    """Whose copy is made, with what several categories ask for."""

    account: Account
    sealer: Sealer
    with_number: bool
    language: str

    @cached_property
    def details(self) -> PersonalDetails:
        return details_of(self.account)

    @cached_property
    def connections(self) -> list[Any]:
        """Also the ones the person left: their data are theirs."""
        return list(patients.connections_of(self.account.id, include_left=True))

    def number(self, digits: str | None) -> str | None:
        if digits is None:
            return None
        return niss.grouped(digits) if self.with_number else niss.masked(digits)

    @contextmanager
    def at(self, connected: Any) -> Iterator[Any]:
        with practice_context(connected.practice):
            yield connected.practice


def person(source: Source) -> Sheet:
    account, own = source.account, source.details
    found = sheet("person", _("My details"), what=_("Field"), value=_("Value"))
    digits, shown = number_of(account, own, sealer=source.sealer), cards.proof_of(account)
    found.rows.extend(
        (words_, value)
        for words_, value in (
            (_("First name"), account.given_name),
            (_("Last name"), account.family_name),
            (_("E-mail address"), account.email),
            (_("User name"), account.username),
            (_("Language"), account.language),
            (_("Birth date"), own.birth_date),
            (_("Sex"), own.sex),
            (_("Phone"), own.phone),
            (_("Street and number"), own.street),
            (_("Postcode"), own.postcode),
            (_("Town"), own.town),
            (_("Country"), own.country),
            (_("National number"), source.number(digits)),
            (_("Identity card shown with its PIN on"), shown.at if shown else None),
            (_("Card valid until"), shown.valid_until if shown else None),
            (_("Country of your papers, without a Belgian number"), own.no_niss_country),
            (_("Mails about changes to appointments"), own.wants_changes),
            (_("Lists of coming appointments"), own.wants_lists),
            (_("Reminders"), own.wants_reminders),
            (_("Mails about messages"), own.wants_messages),
            (_("Also by SMS"), own.wants_sms),
            (_("Account since"), account.created_at),
        )
    )
    return found


def factors(source: Source) -> Sheet:
    found = sheet(
        "factors", _("Second factors"), kind=_("Kind"), label=_("Name"), since=_("Since"), used=_("Last used")
    )
    found.rows.extend(
        (row.kind, row.label, row.confirmed_at, row.used_at)
        for row in Factor.select().where(Factor.confirmed_at.is_null(False)).order_by(Factor.created_at)
    )
    return found


def sessions(source: Source) -> Sheet:
    found = sheet(
        "sessions", _("Sessions and devices"), kind=_("Kind"), site=_("Site"), browser=_("Browser"),
        since=_("Since"), used=_("Last used"), address=_("Network address"),
    )  # fmt: skip
    found.rows.extend(
        (_("Session"), row.host, row.user_agent, row.created_at, row.seen_at, row.address)
        for row in Session.select().order_by(Session.created_at)
    )
    found.rows.extend(
        (_("Known device"), None, row.user_agent, row.created_at, row.seen_at, None)
        for row in KnownDevice.select().order_by(KnownDevice.created_at)
    )
    return found


def events(source: Source) -> Sheet:
    found = sheet(
        "events", _("What happened to my account"), when=_("When"), what=_("What happened"), code=_("Code")
    )
    mine = AccountEvent.account_id == source.account.id
    found.rows.extend(
        (row.at, words.happened(row.verb), row.verb)
        for row in AccountEvent.select().where(mine).order_by(AccountEvent.at)
    )
    return found


def texts(source: Source) -> Sheet:
    found = sheet(
        "texts", _("Texts I accepted"), where=_("Whose text"), kind=_("Kind"), version=_("Version"),
        language=_("Language"), when=_("When"), sha256=_("Fingerprint"), sentence=_("Rule as I read it"),
    )  # fmt: skip
    found.rows.extend(
        ("Parvis", row.kind, row.text_version, row.language, row.at, row.sha256, None)
        for row in AccountConsent.select().order_by(AccountConsent.at)
    )
    for connected in source.connections:
        with source.at(connected) as practice:
            mine = Appointment.patient == connected.patient.id
            rows = Appointment.select().where(mine).order_by(Appointment.created_at)
            kept = [one for one in map(booking.consent_of, rows) if one is not None]
            found.rows.extend(
                (
                    practice.name,
                    text["kind"],
                    text["version"],
                    text["language"],
                    one.at,
                    text["sha256"],
                    one.sentence,
                )
                for one in kept
                for text in one.texts
            )
    return found


def practices(source: Source) -> Sheet:
    """What each practice's own record says of the person; the record itself stays with the practice."""
    found = sheet(
        "practices", _("My practices"), practice=_("Practice"), given_name=_("First name"),
        family_name=_("Last name"), email=_("E-mail address"), phone=_("Phone"), birth_date=_("Birth date"),
        address=_("Address"), niss=_("National number"), since=_("Connected since"), left=_("Left on"),
    )  # fmt: skip
    for connected in source.connections:
        with source.at(connected) as practice:
            record = connected.patient
            found.rows.append(
                (
                    practice.name,
                    record.given_name,
                    record.family_name,
                    record.email,
                    record.phone,
                    record.birth_date,
                    ", ".join(part for part in (record.street, record.postcode, record.town) if part) or None,
                    source.number(niss_of(record, sealer=source.sealer)),
                    connected.since,
                    connected.left_at,
                )
            )
    return found


def appointments(source: Source) -> Sheet:
    found = sheet(
        "appointments", _("My appointments"), practice=_("Practice"), starts=_("Starts at"), ends=_("Ends at"),
        who=_("For"), practitioner=_("With"), service=_("Service"), place=_("Place"), status=_("State"),
        code=_("Code"), booked=_("Booked on"), cancelled=_("Cancelled on"),
    )  # fmt: skip
    for connected, row in _appointments(source):
        practice, zone = connected.practice, row.location.timezone
        found.rows.append(
            (
                practice.name,
                clock.local(row.starts, zone),
                clock.local(row.ends, zone),
                connected.patient.name,
                row.practitioner.name,
                pick(row.service.name, source.language, practice.languages),
                calendar_file.place_line(row.location, practice, source.language),
                str(labels.STATES[row.status]),
                row.status,
                row.created_at,
                row.cancelled_at,
            )
        )
    return found


def people(source: Source) -> Sheet:
    found = sheet(
        "people", _("People I act for"), kind=_("Kind"), name=_("Name"), birth_date=_("Birth date"),
        scopes=_("For"), since=_("Since"), until=_("Until"), ended=_("Ended on"),
    )  # fmt: skip
    for row in Representation.select(Representation, Dependant).join(Dependant, "LEFT OUTER JOIN"):
        whom = row.dependant if row.dependant_id else Account.get_or_none(Account.id == row.principal)
        found.rows.append(
            (
                row.basis,
                whom.name if whom else None,
                row.dependant.birth_date if row.dependant_id else None,
                ", ".join(row.scopes),
                row.starts_on,
                row.ends_on,
                row.ended_at,
            )
        )
    found.rows.extend(
        (_("Mandate I offered"), row.email, None, ", ".join(row.scopes), row.created_at, row.ends_on, row.withdrawn_at)
        for row in MandateOffer.select().order_by(MandateOffer.created_at)
    )  # fmt: skip
    return found


def looks(source: Source) -> Sheet:
    found = sheet(
        "looks", _("Who looked at my data"), practice=_("Practice"), who=_("Who"), roles=_("Roles"),
        what=_("What was looked at"), why=_("Why"), when=_("When"),
    )  # fmt: skip
    for row in patients.looks_at(source.account.id, limit=100_000):
        found.rows.append(
            (row.practice.name, row.member, ", ".join(row.roles), str(row.what), row.why, row.at)
        )
    return found


CATEGORIES: tuple[Callable[[Source], Sheet], ...] = (
    person,
    practices,
    appointments,
    invoices.invoices,
    notices.messages,
    notices.calendars,
    care.questionnaires,
    care.programmes,
    care.ticks,
    *health.CATEGORIES,
    people,
    texts,
    looks,
    factors,
    sessions,
    events,
)


def calendar(source: Source) -> bytes:
    """Every appointment that was not cancelled, as one file for any calendar."""
    entries = [
        (row, connected.practice, connected.host)
        for connected, row in _appointments(source)
        if row.status != "cancelled"
    ]
    return calendar_file.of_many(entries, code=source.language)


def _appointments(source: Source) -> Iterator[tuple[Any, Appointment]]:
    for connected in source.connections:
        with source.at(connected):
            for row in booking.of_patient(connected.patient.id):
                yield connected, row
