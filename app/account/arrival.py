"""The last step of every way in: the session opens under a new cookie, and the browser becomes a known one."""

from collections.abc import Callable

from flask import Response, g, redirect, request, url_for

from app.account import texts
from app.identity import devices, sessions, sign_in
from app.identity.models import Session
from app.kernel import audit, clock, outbox
from app.kernel.audit import AccountEvent
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.tenancy import account_context
from app.staff.everywhere import memberships_of
from app.staff.queries import active_member
from app.web.door import LANGUAGE_COOKIE, YEAR
from app.web.outside import config, services

Also = Callable[[Session], None]
NOTICE = "new-sign-in"  # letter: account/letters/sign_in.py


def is_staff(account: Account) -> bool:
    """Whether the stricter rules hold for this person: a member of any practice, now or from a later day on."""
    today = services().clock.now().date()
    return any(member.ends_on is None or today <= member.ends_on for member in memberships_of(account.id))


def home_of(account: Account) -> str:
    """Where somebody goes who wanted nothing in particular: to the desk of the practice, or to their own page."""
    if g.practice is None:
        return "/me"
    today = clock.today(services().clock.now(), g.practice.timezone)
    return "/desk/day" if active_member(account.id, today=today) else "/me"


def asked_first(account: Account, target: str) -> str:
    """Where they wanted to go; or, before, to a text of the platform they have not approved in its newest version."""
    target = target or home_of(account)
    return url_for("platform_texts.read", next=target) if texts.missing(account) else target


def straight_in(account: Account, *, method: str, target: str, also: Also | None = None) -> Response:
    """By what is two factors at once, without a password; what this browser was signed in as before is over."""
    leave_before()
    session, _token = sessions.start(
        account,
        host=request.host.lower(),
        stage="second",
        staff=is_staff(account),
        seen=sign_in.seen(),
        now=services().clock.now(),
    )
    return arrive(session, account, method=method, target=target, also=also)


def leave_before() -> None:
    """Nobody takes over a session somebody else began in this browser."""
    before = sign_in.who()
    if before is not None:
        sessions.end(before.session.id, account_id=before.account.id)


def arrive(
    session: Session, account: Account, *, method: str, target: str, also: Also | None = None
) -> Response:
    """The second factor was shown, or the first one set up. Of two requests at once, the slower signs in again.

    `also` happens in the same transaction: what the way in has to keep.
    """
    now = services().clock.now()
    try:
        with account_context(account), write_tx():
            token = sessions.advance(session, stage="open", method=method, now=now)
            device, tokens, unseen = devices.remember(
                account.id, devices.carried(), seen=sign_in.seen(), now=now
            )
            Session.update(device=device.id).where(Session.id == session.id).execute()
            if also is not None:
                also(session)
            if unseen and _was_here_before(account):
                payload = {"account": account.id.hex, "device": device.id.hex, "host": session.host}
                outbox.post(NOTICE, payload, key=f"{NOTICE}:{device.id.hex}", now=now)
            how = {"with": method, "host": session.host, "device": "new" if unseen else "known"}
            audit.record_account(account.id, verb="sign-in", at=now, detail=how)
    except sessions.Ended:
        return redirect(url_for("sign_in.form", next=target or None), 303)  # type: ignore[return-value]
    response: Response = redirect(asked_first(account, target), 303)  # type: ignore[assignment]
    devices.set_cookie(response, tokens)
    _speak(response, account)
    return sign_in.set_cookie(response, token, kept=session.kept)


def _was_here_before(account: Account) -> bool:
    """The very first sign-in of an account is news to nobody."""
    before = (AccountEvent.account_id == account.id) & (AccountEvent.verb == "sign-in")
    return bool(AccountEvent.select().where(before).exists())


def _speak(response: Response, account: Account) -> None:
    """In the person's own language from here on, in a browser where nobody has chosen one."""
    if LANGUAGE_COOKIE not in request.cookies and not g.get("chose_language"):
        response.set_cookie(
            LANGUAGE_COOKIE,
            account.language,
            max_age=YEAR,
            secure=config().scheme == "https",
            httponly=True,
            samesite="Lax",
        )
