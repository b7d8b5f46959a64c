"""Mails about messages: that there is one, never what it says nor its subject. None when it no longer applies."""

from typing import Any
from uuid import UUID

from flask import render_template

from app.identity.details import wants
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.i18n import _, gettext, speaking
from app.kernel.owners import Account, Practice
from app.kernel.ports import Letter
from app.messaging import readers
from app.messaging.models import Communication, Thread
from app.messaging.threads import actions, confidential, team_mail
from app.practice import brand
from app.practice.queries import primary_host
from app.staff.models import Member
from app.web.door import practice_url
from app.web.outside import services


def waiting(payload: dict[str, Any], message_id: str) -> Letter | None:
    """To an account that still reads this file, still wants such mails, and has not read it meanwhile."""
    row, now = _unread(payload), services().clock.now()
    if row is None or row.patient_id is None:
        return None
    readers_now = readers.of_patient(row.patient_id, now=now)
    account = next((one for one in readers_now if one.id == UUID(payload["account"])), None)
    if account is None or not wants(account.id, "messages"):
        return None
    host = primary_host(row.practice_id)
    return _letter(
        row.practice,
        account.email,
        account.language,
        message_id,
        given_name=account.given_name,
        page_url=practice_url(host, f"/account/messages/{row.id}"),
        privacy_url=practice_url(host, "/account/privacy#messages"),
    )


def guest_answered(payload: dict[str, Any], message_id: str) -> Letter | None:
    """The link behind which somebody without an account reads the answer."""
    row = _unread(payload)
    thread = Thread.get_or_none(Thread.id == UUID(payload["thread"]))
    guest = actions.guest_of(thread, sealer=services().sealer) if thread else None
    if row is None or guest is None:
        return None
    token = actions.token_of(thread.id, sealer=services().sealer)
    page_url = practice_url(primary_host(row.practice_id), f"/questions/{token}")
    return _letter(
        row.practice, guest.email, thread.language, message_id, given_name=guest.name, page_url=page_url
    )


def team_waiting(payload: dict[str, Any], message_id: str) -> Letter | None:
    """To a member who still works here and wants it, while something nobody has opened waits for them."""
    query = Member.select(Member, Account).join(Account)
    member = query.where(Member.id == UUID(payload["member"])).first()
    if member is None:
        return None
    practice = member.practice
    here = member.is_active(clock.today(services().clock.now(), practice.timezone))
    if not here or not member.may(confidential.PERMISSION) or team_mail.rhythm_of(member) == "none":
        return None
    if not team_mail.still_waits(member):
        return None
    host, code = primary_host(practice.id), member.account.language
    with speaking(code):
        shown = {
            "practice": practice,
            "colour": brand.palette(practice.brand_color).light,
            "language": code,
            "given_name": member.account.given_name,
            "page_url": practice_url(host, "/desk/messages"),
            "choose_url": practice_url(host, "/desk/messages/mails"),
        }
        return Letter(
            to=member.account.email,
            subject=_("Something new waits at %(practice)s", practice=practice.name),
            text=render_template("emails/team_waiting.txt", **shown, _=gettext),
            html=render_template("emails/team_waiting.html", **shown),
            message_id=message_id,
            sender_name=practice.name,
            reply_to=None,
            language=code,
        )


def _unread(payload: dict[str, Any]) -> Communication | None:
    row = Communication.get_or_none(Communication.id == UUID(payload["message"]))
    if row is None:
        raise NotFound
    return row if row.read_at is None and row.hidden_at is None else None


def _letter(practice: Practice, to: str, code: str, message_id: str, **shown: Any) -> Letter:
    with speaking(code):
        shown |= {
            "practice": practice,
            "colour": brand.palette(practice.brand_color).light,
            "language": code,
        }
        return Letter(
            to=to,
            subject=_("%(practice)s wrote to you", practice=practice.name),
            text=render_template("emails/message_waiting.txt", **shown, _=gettext),
            html=render_template("emails/message_waiting.html", **shown),
            message_id=message_id,
            sender_name=practice.name,
            reply_to=None,
            language=code,
        )
