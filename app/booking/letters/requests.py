"""The mails of a request: received, asked about, approved, refused, expired; and what the practice is told of it."""

from typing import Any

from app.booking import queries
from app.booking.letters import frame
from app.booking.models import AlternativeTime, Appointment
from app.kernel.i18n import _
from app.kernel.ports import Letter
from app.web.outside import services


def requested(payload: dict[str, Any], message_id: str) -> Letter | None:
    """That it arrived, and when an answer comes at the latest; None when it was answered before this left."""
    request = queries.appointment(payload["appointment"])
    if request.status != "proposed":
        return None
    return frame.to_person(
        request,
        "request_received",
        message_id,
        subject=lambda: _("Your request to %(practice)s, %(when)s"),
        ics=False,
        until=_until(request),
    )


def asked(payload: dict[str, Any], message_id: str) -> Letter | None:
    """What the practice wants to know stands on the page behind the link, and never in the mail."""
    request = queries.appointment(payload["appointment"])
    if request.status != "pending":
        return None
    return frame.to_person(
        request,
        "request_asked",
        message_id,
        subject=lambda: _("A question about your request, %(practice)s"),
        ics=False,
        until=_until(request),
        answer_url=frame.link_url(request, "answer"),
    )


def approved(payload: dict[str, Any], message_id: str) -> Letter | None:
    request = queries.appointment(payload["appointment"])
    if request.status != "booked":
        return None
    return frame.to_person(
        request,
        "request_approved",
        message_id,
        subject=lambda: _("Your appointment is confirmed: %(practice)s, %(when)s"),
    )


def refused(payload: dict[str, Any], message_id: str) -> Letter | None:
    """With the practice's own words, and a link to each time it offers instead."""
    request = queries.appointment(payload["appointment"])
    if request.cancel_kind != "refused":
        return None
    return frame.to_person(
        request,
        "request_refused",
        message_id,
        subject=lambda: _("Your request to %(practice)s, %(when)s"),
        ics=False,
        reason=request.cancel_reason,
        alternatives=_alternatives(request),
    )


def expired(payload: dict[str, Any], message_id: str) -> Letter | None:
    request = queries.appointment(payload["appointment"])
    if request.cancel_kind != "expired":
        return None
    return frame.to_person(
        request,
        "request_expired",
        message_id,
        subject=lambda: _("Your request to %(practice)s, %(when)s"),
        ics=False,
    )


def waiting(payload: dict[str, Any], message_id: str) -> Letter | None:
    """To the practice: a request waits, or was answered by its person and waits again."""
    request = queries.appointment(payload["appointment"])
    if request.status != "proposed":
        return None
    return frame.to_practice(
        request,
        "request_waiting",
        message_id,
        subject=lambda: _("A request waits for your answer, %(when)s"),
        until=_until(request),
        again=bool(queries.questions_of([request.id])),
    )


def unanswered(payload: dict[str, Any], message_id: str) -> Letter | None:
    """To the practice: nobody answered in time."""
    request = queries.appointment(payload["appointment"])
    return frame.to_practice(
        request,
        "request_unanswered",
        message_id,
        subject=lambda: _("A request ended without an answer, %(when)s"),
    )


def _until(request: Appointment) -> Any:
    return frame.when_of(request.answer_by or request.starts, request)


def _alternatives(request: Appointment) -> Any:
    """[(when, address)] of the times that are still to come."""
    found: list[AlternativeTime] = queries.alternatives_of(request.id, now=services().clock.now())
    if not found:
        return []
    address = frame.link_url(request, "choose", expires=max(one.starts for one in found))
    return lambda: [(frame.when_of(one.starts, request)(), f"{address}?time={one.position}") for one in found]
