"""Asking somebody to work here: written, sent again, taken back, and accepted once by whoever owns the mailbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.kernel import audit, clock, outbox
from app.kernel.db import InstantField, write_tx
from app.kernel.owners import Account, Practice
from app.kernel.sealing import Sealer, hashed
from app.staff import actions, queries
from app.staff.actions import Terms
from app.staff.events import INVITED
from app.staff.models import Invitation, Member
from app.staff.refusals import AlreadyInvited, AlreadyMember, InvitationOver

LASTS = timedelta(days=7)


@dataclass(frozen=True)
class Guest:
    """Who is asked, as the practice writes it; the person may correct their own name."""

    email: str
    given_name: str
    family_name: str
    language: str


def invite(
    practice: Practice, guest: Guest, terms: Terms, *, by: str, sealer: Sealer, now: datetime
) -> Invitation:
    """A link by mail. Says nothing about whether the address has an account."""
    email = guest.email.strip().lower()
    with write_tx():
        actions.lock()
        if _works_here(email, practice, now):
            raise AlreadyMember
        if any(waiting.email == email for waiting in queries.pending()):
            raise AlreadyInvited
        made = Invitation(
            email=email,
            given_name=guest.given_name,
            family_name=guest.family_name,
            language=guest.language,
            roles=sorted(terms.roles),
            starts_on=terms.starts_on,
            ends_on=terms.ends_on,
            actor=by,
            created_at=now,
            expires_at=now + LASTS,
        )
        made.token_hash = hashed(token(made, sealer=sealer))
        made.save(force_insert=True)
        _post(made, now)
        _record(made, "staff.invite", by=by, now=now, roles=made.roles)
    return made


def send_again(invitation: Invitation, *, by: str, sealer: Sealer, now: datetime) -> None:
    """A new link for another week; the one before leads nowhere."""
    with write_tx():
        invitation.expires_at = now + LASTS
        change = {"expires_at": invitation.expires_at, "token_hash": hashed(token(invitation, sealer=sealer))}
        if not Invitation.update(**change).where(_unanswered(invitation)).execute():
            raise InvitationOver
        _post(invitation, now)
        _record(invitation, "staff.invite-again", by=by, now=now)


def withdraw(invitation: Invitation, *, by: str, now: datetime) -> None:
    with write_tx():
        if not Invitation.update(withdrawn_at=now).where(_unanswered(invitation)).execute():
            raise InvitationOver
        _record(invitation, "staff.withdraw", by=by, now=now)


def accept(practice: Practice, invitation: Invitation, account: Account, *, now: datetime) -> Member:
    """The place that was offered, for the account with the invited address; whoever comes second gets nothing."""
    today = clock.today(now, practice.timezone)
    with write_tx():
        lasts = Invitation.ends_on.is_null() | (Invitation.ends_on >= today)
        mine = _unanswered(invitation) & (Invitation.expires_at > now) & lasts
        if account.email != invitation.email or not Invitation.update(used_at=now).where(mine).execute():
            raise InvitationOver
        offered = queries.invitation(invitation.id)
        return actions.join(
            practice,
            account,
            actions.terms_of(offered),
            by=audit.of_id("account", account.id),
            now=now,
            invitation=invitation.id.hex,
            invited_by=offered.actor,
        )


def token(invitation: Invitation, *, sealer: Sealer) -> str:
    """Made again from the row when the mail is written; every sending has its own."""
    return sealer.link_token("team", invitation.id.hex, str(_until(invitation)))


def is_current(invitation: Invitation, until: int) -> bool:
    """Whether a mail that was asked for then still has a link that works."""
    unanswered = invitation.used_at is None and invitation.withdrawn_at is None
    return unanswered and until == _until(invitation)


def _until(invitation: Invitation) -> int:
    return int(InstantField().db_value(invitation.expires_at))


def _unanswered(invitation: Invitation) -> object:
    waiting = Invitation.used_at.is_null() & Invitation.withdrawn_at.is_null()
    return (Invitation.id == invitation.id) & (Invitation.token_hash == invitation.token_hash) & waiting


def _works_here(email: str, practice: Practice, now: datetime) -> bool:
    account = queries.account_of(email)
    member = Member.get_or_none(Member.account == account.id) if account else None
    return member is not None and not actions.has_left(member, practice, now)


def _post(invitation: Invitation, now: datetime) -> None:
    until = _until(invitation)
    outbox.post(
        INVITED,
        {"invitation": invitation.id.hex, "until": until},
        key=f"{INVITED}:{invitation.id.hex}:{until}",
        now=now,
    )


def _record(invitation: Invitation, verb: str, *, by: str, now: datetime, **detail: object) -> None:
    audit.record(by=by, verb=verb, target=audit.of_id("invitation", invitation.id), at=now, detail=detail)
