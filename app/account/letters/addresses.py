"""Mails when somebody changes their address: to the new mailbox, and to the old one."""

import base64
from typing import Any
from uuid import UUID

from app.account.letters import account_of, compose, here, name_of, url
from app.identity import credentials, links
from app.identity.models import MailLink
from app.kernel.errors import NotFound
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.kernel.ports import Letter
from app.kernel.tenancy import account_context
from app.web.outside import services


def confirm(payload: dict[str, Any], message_id: str) -> Letter:
    """The link, to the new mailbox; where somebody else has that address, they hear of it and no link leaves."""
    account, link, practice = account_of(payload), _link(payload), here()
    place = name_of(practice)
    other = Account.get_or_none((Account.email == link.email) & (Account.id != account.id))
    if other is not None:
        return compose(
            other,
            "mail_taken",
            subject=_l("Your e-mail address was entered for another account at %(place)s", place=place),
            message_id=message_id,
        )
    return compose(
        link.email,
        "mail_confirm",
        subject=_l("Confirm your new e-mail address for %(place)s", place=place),
        message_id=message_id,
        language=account.language,
        confirm_url=url(f"/account/email/{links.token(link.id, sealer=services().sealer)}", practice),
        hours=round(links.LASTING["new-mail"].total_seconds() / 3600),
    )


def asked(payload: dict[str, Any], message_id: str) -> Letter:
    """To the mailbox that is still the account's."""
    practice = here()
    return compose(
        account_of(payload),
        "mail_asked",
        subject=_l("Another e-mail address was entered for your account"),
        message_id=message_id,
        account_url=url("/account/sign-in", practice),
    )


def changed(payload: dict[str, Any], message_id: str) -> Letter:
    """The last one to the old mailbox."""
    account = account_of(payload)
    before = services().sealer.unseal(
        base64.b64decode(payload["before"]), cell=credentials.before_cell(UUID(payload["link"]))
    )
    return compose(
        before,
        "mail_changed",
        subject=_l("Your account has a new e-mail address"),
        message_id=message_id,
        language=account.language,
        given_name=account.given_name,
    )


def _link(payload: dict[str, Any]) -> MailLink:
    with account_context(UUID(payload["account"])):
        found = MailLink.get_or_none(MailLink.id == UUID(payload["link"]))
    if found is None:  # used, or replaced by a newer one, before the letter left
        raise NotFound
    return found
