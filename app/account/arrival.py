"""The last step of every way in: the session opens under a new cookie, and the browser becomes a known one."""

from flask import Response, g, redirect, request, url_for

from app.identity import devices, sessions, sign_in
from app.identity.models import Session
from app.kernel import audit, clock
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.tenancy import account_context
from app.staff.everywhere import memberships_of
from app.staff.queries import active_member
from app.web.outside import services


def is_staff(account: Account) -> bool:
    """Whether the stricter rules hold for this person: a member of any practice, now or from a later day on."""
    today = services().clock.now().date()
    return any(member.ends_on is None or today <= member.ends_on for member in memberships_of(account.id))


def home_of(account: Account) -> str:
    """Where somebody goes who wanted nothing in particular: to the desk of the practice, or to their account."""
    if g.practice is None:
        return "/account"
    today = clock.today(services().clock.now(), g.practice.timezone)
    return "/desk/day" if active_member(account.id, today=today) else "/account"


def straight_in(account: Account, *, method: str, target: str) -> Response:
    """By what is two factors at once, without a password; what this browser was signed in as before is over."""
    now, before = services().clock.now(), sign_in.who()
    if before is not None:
        sessions.end(before.session.id, account_id=before.account.id)
    session, _token = sessions.start(
        account,
        host=request.host.lower(),
        stage="second",
        staff=is_staff(account),
        seen=sign_in.seen(),
        now=now,
    )
    return arrive(session, account, method=method, target=target)


def arrive(session: Session, account: Account, *, method: str, target: str) -> Response:
    """The second factor was shown, or the first one set up. Of two requests at once, the slower signs in again."""
    now = services().clock.now()
    try:
        token = sessions.advance(session, stage="open", method=method, now=now)
    except sessions.Ended:
        return redirect(url_for("sign_in.form", next=target or None), 303)  # type: ignore[return-value]
    device, tokens, _new = devices.remember(account.id, devices.carried(), seen=sign_in.seen(), now=now)
    with account_context(account), write_tx():
        Session.update(device=device.id).where(Session.id == session.id).execute()
        audit.record_account(account.id, verb="sign-in", at=now, detail={"with": method})
    response: Response = redirect(target or home_of(account), 303)  # type: ignore[assignment]
    devices.set_cookie(response, tokens)
    return sign_in.set_cookie(response, token, kept=session.kept)
