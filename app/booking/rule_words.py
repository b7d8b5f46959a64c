"""The rules of booking in words: whom a row is about, what a field says, a notice as people count it."""

from decimal import Decimal
from typing import Any

from app.kernel.i18n import _, language, money_label, ngettext
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice

HOUR, DAY = 60, 1440
UNITS = {"minutes": 1, "hours": HOUR, "days": DAY}
MINUTES = ("min_notice_minutes", "move_notice_minutes", "cancellation_notice_minutes")

FIELDS = {
    "outcome": _l("Booking online"),
    "min_notice_minutes": _l("How long before the time one can still book"),
    "move_notice_minutes": _l("How long before the time one can still move"),
    "cancellation_notice_minutes": _l("How long before the time one can still cancel free of charge"),
    "horizon_days": _l("How many days ahead one can book"),
    "late_fee_cents": _l("What a late cancellation may cost, in euros"),
    "sign_in_required": _l("Only for people who are signed in"),
    "conditions_required": _l("The conditions must be accepted"),
    "move_allowed": _l("Patients may move online"),
    "cancellation_allowed": _l("Patients may cancel online"),
    "cancel_reason": _l("Ask why somebody cancels"),
    "upcoming_most": _l("Appointments one person may hold at a time"),
    "window_most": _l("Appointments one person may have within the number of days below"),
    "window_days": _l("Number of days"),
    "gap_days": _l("Days between two appointments of one person"),
    "series_most": _l("Dates in one series"),
    "waiting_list": _l("Waiting list"),
    "answer_hours": _l("Hours to answer a request, on working days"),
}
OUTCOMES = {
    "hidden": _l("Hidden"),
    "call": _l("Call us"),
    "request": _l("On request"),
    "direct": _l("Booked directly"),
}
REASONS = {"off": _l("No"), "optional": _l("Yes, if they like"), "required": _l("Yes, always")}
LEVELS = (
    _l("Not signed in"),
    _l("Account not yet compared with your files"),
    _l("Account matched to a file here"),
    _l("Identity card read at the desk"),
    _l("Proved with the identity card and PIN, or a government sign-in"),
)
EVERYBODY = {None: _l("Everybody"), False: _l("People who are new here"), True: _l("People you know")}
KNOWN = {False: _l("new here"), True: _l("was here before")}
PERIODS = {"day": _l("a day"), "week": _l("a week"), "month": _l("a month")}
LIMIT_UNITS = {"count": _l("appointments"), "minutes": _l("minutes")}


def who(level: int | None, known: bool | None) -> str:
    """Whom a row is about; never a number."""
    if level is None:
        return str(EVERYBODY[known])
    return str(LEVELS[level]) if known is None else f"{LEVELS[level]}, {KNOWN[known]}"


def of_standing(level: int, known: bool) -> str:
    """Whether they came before, as far as it is worth saying: whoever is matched to a file is known."""
    return who(level, known if level == 1 else None)


def place(practice: Practice, service: Any, schedule: Any) -> str:
    """Where a row holds: the practice, a service, an agenda, or one service in one agenda."""
    names = []
    if schedule is not None:
        names.append(_("Agenda of %(who)s", who=agenda(practice, schedule)))
    if service is not None:
        names.append(_pick(practice, service.name))
    return ", ".join(names) or _("The whole practice")


def agenda(practice: Practice, schedule: Any) -> str:
    """Whose, and where."""
    return f"{schedule.practitioner.name} ({_pick(practice, schedule.location.name)})"


def _pick(practice: Practice, texts: dict[str, str]) -> str:
    return texts.get(language()) or next((texts[code] for code in practice.languages if texts.get(code)), "")


def value(name: str, found: Any) -> str:
    """What a field says; nothing typed is «as above»."""
    if found is None:
        return _("inherited")
    if isinstance(found, bool):
        return _("Yes") if found else _("No")
    if name in ("outcome", "cancel_reason"):
        return str((OUTCOMES | REASONS)[found])
    if name in MINUTES:
        return notice(found)
    if name == "late_fee_cents":
        return money_label(found, language()) if found else _("nothing")
    if name in ("horizon_days", "window_days", "gap_days"):
        return ngettext("%(num)s day", "%(num)s days", found) if found else _("none")
    if name == "answer_hours":
        return ngettext("%(num)s hour", "%(num)s hours", found)
    return str(found) if found or name == "series_most" else _("as many as they like")


def notice(minutes: int) -> str:
    """«2 days», «90 minutes»: in the largest unit that says it in whole numbers."""
    number, unit = amount(minutes)
    if unit == "days":
        return ngettext("%(num)s day", "%(num)s days", int(number))
    if unit == "hours":
        return ngettext("%(num)s hour", "%(num)s hours", int(number))
    return ngettext("%(num)s minute", "%(num)s minutes", int(number))


def amount(minutes: int) -> tuple[str, str]:
    """(number, unit) as one would type it."""
    for unit in ("days", "hours"):
        if minutes and minutes % UNITS[unit] == 0:
            return str(minutes // UNITS[unit]), unit
    return str(minutes), "minutes" if minutes else "hours"


def euros(cents: int) -> str:
    """As one would type it: «20» or «20,50»."""
    return str(cents // 100) if cents % 100 == 0 else f"{Decimal(cents) / 100:.2f}".replace(".", ",")
