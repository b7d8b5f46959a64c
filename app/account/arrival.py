"""The last step of every way in: the session opens under a new cookie, and the browser becomes a known one."""

from datetime import date, datetime
from uuid import UUID

from flask import Response, request

from app.identity import devices, sessions, sign_in
from app.identity.models import Session
from app.identity.sign_in import SignedIn
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.tenancy import account_context
from app.staff.everywhere import memberships_of
from app.web.outside import services


def works_somewhere(account_id: UUID, *, today: date) -> bool:
    """Whether the stricter rules hold for this person: a member of any practice, now or from a later day on."""
    return any(member.ends_on is None or today <= member.ends_on for member in memberships_of(account_id))


def is_staff(person: SignedIn, *, now: datetime) -> bool:
    """As the session was opened, or as it became meanwhile."""
    return person.staff or works_somewhere(person.account.id, today=now.date())


def straight_in(account: Account, response: Response, *, method: str) -> Response:
    """Without a password, by what is two factors at once; what this browser was signed in as before is over."""
    now, before = services().clock.now(), sign_in.who()
    if before is not None:
        sessions.end(before.session.id, account_id=before.account.id)
    session, token = sessions.start(
        account,
        host=request.host.lower(),
        stage="open",
        staff=works_somewhere(account.id, today=now.date()),
        method=method,
        seen=sign_in.seen(),
        now=now,
    )
    return _welcome(session, token, response, now=now)


def open_up(session: Session, response: Response, *, method: str) -> Response:
    """The second factor was shown, or the first one set up; sessions.Ended when another request was quicker."""
    now = services().clock.now()
    return _welcome(
        session, sessions.advance(session, stage="open", method=method, now=now), response, now=now
    )


def _welcome(session: Session, token: str, response: Response, *, now: datetime) -> Response:
    account_id = session.account_id
    device, tokens, _is_new = devices.remember(account_id, devices.carried(), seen=sign_in.seen(), now=now)
    with account_context(account_id), write_tx():
        Session.update(device=device.id).where(Session.id == session.id).execute()
        audit.record_account(account_id, verb="sign-in", at=now, detail={"with": session.method})
    devices.set_cookie(response, tokens)
    return sign_in.set_cookie(response, token, kept=session.kept)
