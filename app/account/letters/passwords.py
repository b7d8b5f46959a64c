"""Mails about the password: changed."""

from typing import Any

from app.account.letters import account_of, compose, here, name_of, url
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ports import Letter


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
