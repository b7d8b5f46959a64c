"""Mails about the password: forgotten, and changed."""

from typing import Any
from uuid import UUID

from app.account.letters import account_of, compose, here, host_of, name_of, url
from app.identity import links
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account, Practice
from app.kernel.ports import Letter
from app.web.outside import services


def forgotten(payload: dict[str, Any], message_id: str) -> Letter | None:
    """The link is made here, by the worker: asking takes as long for a name nobody has, and then nothing leaves."""
    if not payload["account"]:
        return None
    account = Account.get_or_none(Account.id == UUID(payload["account"]))
    if account is None:
        return None
    practice = here()
    return compose(
        account,
        "password_forgotten",
        subject=_l("Choose a new password for %(place)s", place=name_of(practice)),
        message_id=message_id,
        username=account.username,
        **reset_link(account, practice),
    )


def reset_link(account: Account, practice: Practice | None) -> dict[str, Any]:
    """A new link, for a letter that is about to leave; the ones before it are dead."""
    now, sealer = services().clock.now(), services().sealer
    link = links.make(account, "reset", email=account.email, host=host_of(practice), sealer=sealer, now=now)
    return {
        "reset_url": url(f"/forgotten/{links.token(link.id, sealer=sealer)}", practice),
        "minutes": round(links.LASTING["reset"].total_seconds() / 60),
    }


def changed(payload: dict[str, Any], message_id: str) -> Letter:
    """Tells whoever owns the mailbox, so that a stranger's change does not stay unseen."""
    practice = here()
    return compose(
        account_of(payload),
        "password_changed",
        subject=_l("Your password at %(place)s was changed", place=name_of(practice)),
        message_id=message_id,
        forgotten_url=url("/forgotten", practice),
    )
