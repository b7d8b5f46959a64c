"""The mails that leave by themselves: a reminder of one visit, and the list of the weeks to come."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import render_template

from app.booking import calendar_file, labels, links, pages, queries, wording
from app.booking.models import Appointment
from app.identity.details import wants
from app.kernel import clock
from app.kernel.clock import to_minutes
from app.kernel.errors import NotFound
from app.kernel.i18n import _, gettext, speaking, when_label
from app.kernel.owners import Account
from app.kernel.ports import Letter
from app.messaging import actions, due, feeds, readers
from app.messaging.readers import Addressee
from app.messaging.stops import token as stop_token
from app.practice import brand
from app.practice.queries import primary_host
from app.web.door import practice_url
from app.web.outside import config, services


def reminder(payload: dict[str, Any], message_id: str) -> Letter | None:
    """None once the visit began, was moved or cancelled, and for whoever wants none."""
    appointment = queries.appointment(UUID(payload["appointment"]))
    now = services().clock.now()
    is_same = appointment.status == "booked" and appointment.starts == payload["start"]
    if not is_same or to_minutes(now) >= appointment.starts:
        return None
    to = readers.addressee(appointment, now=now)
    if to is None or not _wants(to):
        return None
    return _reminder(appointment, to, message_id)


def _wants(to: Addressee) -> bool:
    if to.account is not None:
        return wants(to.account.id, "reminders")
    return not actions.refuses(to.address, sealer=services().sealer)


def _reminder(appointment: Appointment, to: Addressee, message_id: str) -> Letter:
    practice, host = appointment.practice, primary_host(appointment.practice_id)
    code, zone = to.language, appointment.location.timezone
    with speaking(code):
        now, own = to_minutes(services().clock.now()), wording.of(appointment, "reminder", code)
        shown = {
            "practice": practice,
            "own": own.paragraph,
            "colour": brand.palette(practice.brand_color).light,
            "when": when_label(clock.local(appointment.starts, zone), code),
            "place": calendar_file.place_line(appointment.location, practice, code),
            "sentence": labels.cancellation_sentence(
                appointment.cancel_until, appointment.late_fee_cents, zone, now
            ),
            "page_url": practice_url(host, f"/appointments/{pages.token(appointment.id)}"),
            "cancel_url": _cancel_url(appointment, host) if now <= appointment.cancel_until else "",
            "stop_url": _stop_url(appointment, to, host),
            "known": to.account is not None,
            "site_url": practice_url(host),
            "language": code,
        }
        return Letter(
            to=to.address,
            subject=own.subject
            or _("Reminder: %(practice)s, %(when)s", practice=practice.name, when=shown["when"]),
            text=render_template("emails/appointment_reminder.txt", **shown, _=gettext),
            html=render_template("emails/appointment_reminder.html", **shown),
            message_id=message_id,
            sender_name=practice.name,
            reply_to=practice.profile.get("email") or None,
            language=code,
        )


def _cancel_url(appointment: Appointment, host: str) -> str:
    return practice_url(host, f"/action/{links.make(appointment, 'cancel', sealer=services().sealer)}")


def _stop_url(appointment: Appointment, to: Addressee, host: str) -> str:
    """Whoever has an account chooses there; an address without one has this link."""
    path = "/account/privacy#messages" if to.account else f"/reminders/{stop_token(appointment.id)}"
    return practice_url(host, path)


# ---- the weekly list --------------------------------------------------------------------------------------------


def coming(payload: dict[str, Any], message_id: str) -> Letter | None:
    """From the platform, for all practices at once; None when nothing is coming any more, or it is not wanted."""
    account, now = Account.get_or_none(Account.id == UUID(payload["account"])), services().clock.now()
    if account is None:
        raise NotFound
    if not wants(account.id, "lists"):
        return None
    with speaking(account.language):
        days = coming_days(account, now=now)
        if not days:
            return None
        shown = {
            "practice": None,
            "place": "Parvis",
            "given_name": account.given_name,
            "days": days,
            "site_url": practice_url(config().app_host),
            "privacy_url": practice_url(config().app_host, "/account/privacy#messages"),
            "language": account.language,
        }
        return Letter(
            to=account.email,
            subject=_("Your coming appointments"),
            text=render_template("emails/coming_list.txt", **shown, _=gettext),
            html=render_template("emails/coming_list.html", **shown),
            message_id=message_id,
            sender_name="Parvis",
            language=account.language,
        )


def coming_days(account: Account, *, now: datetime) -> list[dict[str, str]]:
    """The next two weeks, soonest first: when, practice, whose when it is not their own, and its page."""
    reader = readers.viewer(account, None, now=now)
    if reader is None:
        return []
    until = now + timedelta(days=due.LIST_DAYS)
    rows = feeds.appointments(reader, since=now, until=until, statuses=("booked",))
    return [
        {
            "when": labels.when(row.starts, row.location.timezone),
            "practice": row.practice.name,
            "whose": reader.dependants.get(row.tie.dependant, ""),
            "page_url": practice_url(primary_host(row.practice_id), f"/appointments/{pages.token(row.id)}"),
        }
        for row in rows
        if row.starts > to_minutes(now)
    ]
