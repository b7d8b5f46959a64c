"""Mails about signing in: a code, a new device, a code used twice, and too many wrong ones."""

from typing import Any
from uuid import UUID

from app.account.letters import account_of, compose, here, name_of, url
from app.identity import mail_codes
from app.identity.devices_words import device
from app.identity.models import KnownDevice, MailCode
from app.kernel import clock
from app.kernel.clock import HOME
from app.kernel.i18n import clock_label
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ports import Letter
from app.kernel.tenancy import account_context
from app.web.outside import services


def code(payload: dict[str, Any], message_id: str) -> Letter | None:
    """The code itself; None when it was used, is too old or was followed by another before the letter left."""
    account, now = account_of(payload), services().clock.now()
    with account_context(account):
        found = MailCode.get_or_none(MailCode.id == UUID(payload["code"]))
        if found is None or found.used_at is not None or found.expires_at <= now:
            return None
        host = found.session.host
    practice = here()
    digits = mail_codes.digits(found, services().sealer)
    until = clock.local(clock.to_minutes(found.expires_at), practice.timezone if practice else HOME)
    return compose(
        account,
        "mail_code",
        subject=_l("Your code for %(place)s", place=name_of(practice)),
        message_id=message_id,
        code=f"{digits[:4]} {digits[4:]}",
        host=host,
        purpose=found.purpose,
        until=clock_label(until, account.language),
    )


def new_device(payload: dict[str, Any], message_id: str) -> Letter:
    """Somebody signed in from a browser that was not known: the holder can say that it was not them."""
    account = account_of(payload)
    with account_context(account):
        found = KnownDevice.get_or_none(KnownDevice.id == UUID(payload["device"]))
    return _notice(
        account, "new_sign_in", _l("New sign-in to your account"), message_id,
        words=_words(found), host=payload["host"],
    )  # fmt: skip


def reused(payload: dict[str, Any], message_id: str) -> Letter:
    return _notice(account_of(payload), "code_reused", _l("A code of your app was used twice"), message_id)


def resting(payload: dict[str, Any], message_id: str) -> Letter:
    return _notice(account_of(payload), "codes_rest", _l("Somebody may know your password"), message_id)


def _notice(account: Any, template: str, subject: Any, message_id: str, **shown: Any) -> Letter:
    practice = here()
    forgotten = url("/forgotten", practice)
    return compose(
        account, template, subject=subject, message_id=message_id, forgotten_url=forgotten, **shown
    )


def _words(found: KnownDevice | None) -> str:
    seen = device(found.user_agent if found else "")
    return " · ".join(filter(None, (seen.browser, seen.system)))
