"""Why a time is not offered, as the desk reads it: the rule in words, where it comes from, and where it is set."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, g

from app.booking.catalogue import Catalogue, Offer
from app.booking.labels import duration_label
from app.booking.policy import Rule, source_of
from app.booking.slots import Reason
from app.kernel.i18n import _, language, ngettext
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import pick

WORDS: dict[str, Any] = {
    Reason.OFF_GRID: _l("This service does not begin at this minute."),
    Reason.TOO_SOON: _l("It is sooner than patients may book."),
    Reason.TOO_LATE: _l("It is further ahead than patients may book."),
    Reason.HOLIDAY: _l("It is a public holiday."),
    Reason.CLOSED: _l("This agenda is closed then, by an exception to its hours."),
    Reason.NOT_THIS_SERVICE: _l("These hours are for other services."),
    Reason.BREAK: _l("It is a break between the hours of this agenda."),
    Reason.OUTSIDE_HOURS: _l("It is outside the hours of this agenda."),
    Reason.CLOSURE: _l("The practice is closed then."),
    Reason.ABSENCE: _l("The practitioner is absent then."),
    Reason.BLOCKED: _l("This time is blocked in the agenda."),
    Reason.BUSY: _l("Another appointment takes this time."),
    Reason.BUFFER_CONFLICT: _l("The pause before or after another appointment would be too short."),
    Reason.FULL: _l("Every place is taken."),
    Reason.ROOM_BUSY: _l("No room or device that it needs is free."),
    Reason.DAY_LIMIT: _l("The agenda takes no more of these in that day, week or month."),
    Reason.PATIENT_LIMIT: _l("The person holds as many appointments as the rules allow, or one too near."),
    Reason.PATIENT_BUSY: _l("The person has another appointment at this time."),
    Reason.LEVEL_TOO_LOW: _l("It is not shown to people the practice knows as little as this."),
    "call": _l("People of this standing are told to call."),
    "staff_only": _l("This service or agenda is not for booking online."),
}
FIELDS: dict[str, tuple[str, ...]] = {
    Reason.TOO_SOON: ("min_notice_minutes",),
    Reason.TOO_LATE: ("horizon_days",),
    Reason.PATIENT_LIMIT: ("upcoming_most", "window_most", "gap_days"),
    Reason.LEVEL_TOO_LOW: ("outcome",),
    "call": ("outcome",),
}
# the page where each is set; the first that this portal has and this member may open
SETTINGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((*FIELDS, Reason.DAY_LIMIT, "staff_only"), ("/settings/policy",)),
    Reason.OFF_GRID: ("/settings/services",),
    **dict.fromkeys(
        (Reason.NOT_THIS_SERVICE, Reason.BREAK, Reason.OUTSIDE_HOURS, Reason.CLOSED),
        ("/settings/hours",),
    ),
    **dict.fromkeys(
        (Reason.HOLIDAY, Reason.CLOSURE), ("/settings/closures", "/settings/absences", "/settings/hours")
    ),
    **dict.fromkeys((Reason.ABSENCE, Reason.BLOCKED), ("/settings/absences", "/settings/hours")),
    Reason.ROOM_BUSY: ("/settings/rooms",),
}
SEEN_IN_THE_DAY = (Reason.BUSY, Reason.BUFFER_CONFLICT, Reason.FULL, Reason.ROOM_BUSY)


@dataclass(frozen=True)
class Why:
    """One reason; `link` is "" where it is nobody's setting, or not this member's to change."""

    code: str
    words: str
    source: str = ""
    link: str = ""
    link_words: str = ""


def whys(reasons: Iterable[str], *, offer: Offer, found: Catalogue, day: date) -> list[Why]:
    return [_why(reason, offer=offer, found=found, day=day) for reason in reasons]


def words_of(reason: str) -> str:
    return str(WORDS.get(reason, reason))


def of_policy(offer: Offer) -> list[str]:
    """What keeps people of this standing from booking online at all, whatever the time."""
    if not (offer.schedule.public and offer.service.online):
        return ["staff_only"]
    return {"hidden": [str(Reason.LEVEL_TOO_LOW)], "call": ["call"]}.get(offer.policy.outcome, [])


def _why(reason: str, *, offer: Offer, found: Catalogue, day: date) -> Why:
    link = _setting(SETTINGS.get(reason, ()))
    if link:
        link_words = _("Change this setting")
    elif reason in SEEN_IN_THE_DAY:
        link, link_words = f"/desk/day?date={day}", _("See that day")
    else:
        link_words = ""
    return Why(str(reason), words_of(reason), _sources(reason, offer, found), link, link_words)


def _setting(candidates: Collection[str]) -> str:
    """The page this portal has for it, when the member at the desk may open it."""
    pages = {
        rule.rule: rule.endpoint for rule in current_app.url_map.iter_rules() if "GET" in (rule.methods or ())
    }
    for path in candidates:
        access = getattr(current_app.view_functions.get(pages.get(path, "")), "access", None)
        if access is not None and g.staff.may(access):
            return path
    return ""


def _sources(reason: str, offer: Offer, found: Catalogue) -> str:
    """«Minimum notice: 2 h. Said by the rules of the practice.»"""
    sentences = []
    for name in FIELDS.get(reason, ()):
        value = getattr(offer.policy, name)
        if not value:
            continue
        rule = source_of(
            name,
            found.rules,
            service=offer.service.id.hex,
            schedule=offer.schedule.id.hex,
            standing=offer.standing,
        )
        sentences.append(f"{_value(name, value, offer)} {_origin(rule, offer, found)}")
    return " ".join(sentences)


def _value(name: str, value: Any, offer: Offer) -> str:
    if name == "min_notice_minutes":
        return _("Booked at least %(span)s before.", span=span(value))
    if name == "horizon_days":
        return ngettext("At most %(num)s day ahead.", "At most %(num)s days ahead.", value)
    if name == "upcoming_most":
        return ngettext(
            "At most %(num)s coming appointment a person.",
            "At most %(num)s coming appointments a person.",
            value,
        )
    if name == "window_most":
        days = offer.policy.window_days or 0
        return _("At most %(most)s appointments within %(days)s days.", most=value, days=days)
    if name == "gap_days":
        return ngettext(
            "At least %(num)s day between two appointments.",
            "At least %(num)s days between two appointments.",
            value,
        )
    return ""


def _origin(rule: Rule | None, offer: Offer, found: Catalogue) -> str:
    if rule is None:
        return _("It is what the portal does where the practice says nothing.")
    code, languages = language(), found.practice.languages
    service = pick(offer.service.name, code, languages)
    if rule.schedule is not None:
        where = _("A rule of the agenda of %(name)s", name=offer.practitioner.name)
    elif rule.service is not None:
        where = _("A rule of the service “%(name)s”", name=service)
    else:
        where = _("A rule of the practice")
    who = []
    if rule.level is not None:
        who.append(_("for level %(number)s", number=rule.level))
    if rule.known is not None:
        who.append(_("for people who came before") if rule.known else _("for new people"))
    return f"{', '.join([where, *who])}."


def span(minutes: int) -> str:
    """«2 h», «3 days»."""
    days, rest = divmod(minutes, 1440)
    if days and not rest:
        return ngettext("%(num)s day", "%(num)s days", days)
    return duration_label(minutes)
