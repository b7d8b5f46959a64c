"""What stands between a practice and its first booking: a list an owner follows from the top."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.booking import catalogue, queries
from app.consent import drafts
from app.consent.models import KINDS, OPTIONAL
from app.directory.models import HealthcareService, Location, Practitioner, Schedule, ScheduleService
from app.kernel import clock
from app.kernel.i18n import NATIVE, _
from app.kernel.owners import Practice
from app.settings.sections import SECTIONS
from app.settings.text_words import NAMES
from app.staff.queries import lasting_owners


@dataclass(frozen=True)
class Step:
    """`missing` is one sentence, nothing when it is done; `href` is where, nothing when no page of ours does it."""

    words: str
    missing: str
    href: str = ""
    needed: bool = True


def steps(practice: Practice, *, now: datetime) -> list[Step]:
    """In the order one does them; those that are not needed last."""
    return [
        Step(_("Name, telephone, mail and welcome"), _contact(practice), "/settings/practice"),
        Step(_("Conditions, cancelling, privacy"), _texts(practice), "/settings/texts"),
        *_people(practice),
        Step(_("Times that can be booked"), _times(practice, now), _first("/settings/hours")),
        Step(
            _("A logo"),
            "" if practice.logo else _("Patients recognise it in the mail and in the browser's tab."),
            "/settings/brand",
            needed=False,
        ),
        Step(
            _("A second owner"),
            _second(practice, now),
            "/settings/team",
            needed=False,
        ),
    ]


def is_bookable(found: list[Step]) -> bool:
    return not any(one.missing for one in found if one.needed)


def _contact(practice: Practice) -> str:
    profile = practice.profile
    lacking = [
        word
        for word, value in (
            (_("telephone"), profile.get("phone")),
            (_("mail address"), profile.get("email")),
            *(
                (
                    _("welcome in %(language)s", language=NATIVE[code]),
                    (profile.get("tagline") or {}).get(code),
                )
                for code in practice.languages
            ),
        )
        if not value
    ]
    return _("Missing: %(what)s", what=", ".join(lacking)) if lacking else ""


def _texts(practice: Practice) -> str:
    lacking = []
    for kind in KINDS:
        known = drafts.versions(kind)
        if not known and kind in OPTIONAL:
            continue
        without = [code for code in practice.languages if not known or code not in known[0].bodies]
        if without:
            lacking.append(f"{NAMES[kind]} ({', '.join(without)})")
    return _("Missing: %(what)s", what=", ".join(lacking)) if lacking else ""


def _people(practice: Practice) -> list[Step]:
    site, person = Location.select().exists(), Practitioner.select().exists()
    offered = (
        ScheduleService.select()
        .join(HealthcareService)
        .where(HealthcareService.online, ~HealthcareService.archived)
        .exists()
    )
    agenda = Schedule.select().where(Schedule.public).exists()
    return [
        Step(_("A site"), "" if site else _("Where patients come to."), _first("/settings/sites")),
        Step(
            _("A practitioner with an agenda"),
            "" if person and agenda else _("Who receives patients, and where."),
            _first("/settings/practitioners", "/settings/agendas", "/settings/hours"),
        ),
        Step(
            _("A service that is booked online"),
            "" if offered else _("What an agenda offers, and how long it takes."),
            _first("/settings/services"),
        ),
    ]


def _times(practice: Practice, now: datetime) -> str:
    bookable = [one for one in catalogue.for_desk(practice, now=now).offers if one.is_bookable]
    if not bookable:
        return _("No service can be booked online: look at services and booking rules.")
    if queries.soonest(bookable, now=now) is None:
        return _("Nobody has a free time in the coming weeks: look at the weekly hours.")
    return ""


def _second(practice: Practice, now: datetime) -> str:
    owners = lasting_owners(today=clock.today(now, practice.timezone))
    return (
        "" if len(owners) > 1 else _("When the only owner loses the telephone, nobody can change anything.")
    )


def _first(*wanted: Any) -> str:
    """The first of these that is a section."""
    there = {one.href for one in SECTIONS}
    return next((href for href in wanted if href in there), "")
