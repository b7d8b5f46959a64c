"""The sections of the settings, as their navigation lists them: a new one is a line here.

`verbs` are what the journal calls the changes a section makes, with words for each: they are listed on its pages.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.kernel.i18n import lazy_gettext as _l


class Section(NamedTuple):
    href: str
    words: Any
    permission: str
    icon: str
    verbs: Mapping[str, Any]


SECTIONS = (
    Section(
        "/settings/practice",
        _l("The practice"),
        "settings:manage",
        "house",
        {"practice.change": _l("Name, contact or languages were changed")},
    ),
    Section(
        "/settings/brand",
        _l("Colour and logo"),
        "settings:manage",
        "sun",
        {
            "brand.colour": _l("The colour was changed"),
            "brand.logo": _l("A logo was chosen"),
            "brand.logo-remove": _l("The logo was removed"),
        },
    ),
    Section(
        "/settings/texts",
        _l("Texts and conditions"),
        "settings:manage",
        "file-text",
        {
            "text.draft": _l("A draft of a text was saved"),
            "text.discard": _l("A draft of a text was thrown away"),
            "text.publish": _l("A text was published"),
            "text.again": _l("An older version of a text was published again"),
        },
    ),
    Section(
        "/settings/letters",
        _l("Messages to patients"),
        "settings:manage",
        "mail",
        {
            "wording.change": _l("The words of a message were changed"),
            "wording.reset": _l("A message says again what Parvis says"),
        },
    ),
    Section(
        "/settings/team",
        _l("Team"),
        "staff:manage",
        "users-round",
        {
            "staff.invite": _l("Somebody was invited"),
            "staff.invite-again": _l("An invitation was sent again"),
            "staff.withdraw": _l("An invitation was withdrawn"),
            "member.add": _l("Somebody joined the team"),
            "member.change": _l("Roles or dates of somebody were changed"),
            "member.end": _l("Somebody left the team"),
        },
    ),
    Section(
        "/settings/sites",
        _l("Sites"),
        "settings:manage",
        "map-pin",
        {
            "location.add": _l("A site was added"),
            "location.change": _l("A site was changed"),
            "location.end": _l("A site was given a last day"),
            "location.resume": _l("A site goes on"),
            "location.order": _l("The sites were put in order"),
        },
    ),
    Section(
        "/settings/practitioners",
        _l("Practitioners"),
        "settings:manage",
        "stethoscope",
        {
            "practitioner.add": _l("A practitioner was added"),
            "practitioner.change": _l("A practitioner was changed"),
            "practitioner.photo": _l("The photo of a practitioner was chosen"),
            "practitioner.photo-remove": _l("The photo of a practitioner was removed"),
            "practitioner.end": _l("A practitioner was given a last day"),
            "practitioner.resume": _l("A practitioner goes on"),
            "practitioner.order": _l("The practitioners were put in order"),
        },
    ),
    Section(
        "/settings/hours",
        _l("Agendas and hours"),
        "settings:manage",
        "clock",
        {
            "schedule.add": _l("An agenda was added"),
            "schedule.change": _l("The services of an agenda were changed"),
            "schedule.end": _l("An agenda was given a last day"),
            "schedule.resume": _l("An agenda goes on"),
            "schedule.order": _l("The agendas were put in order"),
            "hours.change": _l("Weekly hours were changed"),
            "hours.withdraw": _l("Coming hours were taken back"),
            "hours-exception.add": _l("A day that differs was added"),
            "hours-exception.remove": _l("A day that differs was removed"),
        },
    ),
    Section(
        "/settings/absences",
        _l("Absences and closures"),
        "settings:manage",
        "calendar-x",
        {
            "time-off.add": _l("An absence or a closure was added"),
            "time-off.change": _l("An absence or a closure was changed"),
            "time-off.remove": _l("An absence or a closure was removed"),
            "holiday.open": _l("A public holiday was opened"),
            "holiday.close": _l("A public holiday was closed again"),
        },
    ),
    Section(
        "/settings/services",
        _l("Services"),
        "settings:manage",
        "list-checks",
        {
            "service.add": _l("A service was added"),
            "service.change": _l("A service was changed"),
            "service.retire": _l("A service is given no more"),
            "service.return": _l("A service is given again"),
            "healthcare_service.order": _l("The services were put in order"),
        },
    ),
    Section(
        "/settings/rooms",
        _l("Rooms and devices"),
        "settings:manage",
        "building-2",
        {
            "room-pool.add": _l("A kind of room or device was added"),
            "room.add": _l("A room or device was added"),
            "room.retire": _l("A room or device was retired"),
            "room.return": _l("A room or device came back"),
        },
    ),
    Section(
        "/settings/policy",
        _l("Booking rules"),
        "settings:manage",
        "shield-check",
        {
            "rules.change": _l("The booking rules were changed"),
            "limits.change": _l("The limits of an agenda were changed"),
            "rules.draft": _l("A draft of the rules was saved"),
            "rules.discard": _l("A draft of the rules was thrown away"),
            "rules.plan": _l("A day was chosen for the draft of the rules"),
            "rules.take-back": _l("The day of the draft was taken back"),
            "rules.publish": _l("The draft of the rules was published"),
            "rules.turn": _l("The draft of the rules came into force on its day"),
            "rules.again": _l("Older rules came into force again"),
        },
    ),
    Section(
        "/settings/reminders",
        _l("Reminders"),
        "settings:manage",
        "message-square",
        {"reminders.change": _l("The reminders were changed")},
    ),
    Section(
        "/settings/quotas",
        _l("Sessions a year"),
        "settings:manage",
        "wallet",
        {
            "quota.usual": _l("The usual rules came back"),
            "quota.keep": _l("A rule was added or changed"),
        },
    ),
    Section(
        "/settings/day-sheet",
        _l("Day sheet"),
        "settings:manage",
        "printer",
        {"sheet.passphrase": _l("The words of the day sheet were changed")},
    ),
    Section(
        "/settings/walk-ins",
        _l("Walk-ins"),
        "settings:manage",
        "users",
        {
            "walk-ins.change": _l("How walk-ins are taken was changed"),
            "walk-ins.renew-screen": _l("The waiting room's screen was given a new address"),
        },
    ),
    Section(
        "/settings/questions",
        _l("Questions"),
        "settings:manage",
        "circle-question-mark",
        {"questions.change": _l("Who may ask was changed")},
    ),
    Section(
        "/settings/questionnaires",
        _l("Questionnaires"),
        "settings:manage",
        "list-checks",
        {
            "service-questionnaire.tie": _l("A questionnaire goes with a service"),
            "service-questionnaire.untie": _l("A questionnaire no longer goes with a service"),
        },
    ),
    Section(
        "/settings/health-readers",
        _l("Who reads health values"),
        "staff:manage",
        "heart-pulse",
        {"health-readers.change": _l("Who reads health values was changed")},
    ),
)
