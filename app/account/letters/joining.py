"""The mail that finishes joining; or, where the address has an account, the one that says so.

Anybody can have it sent to anybody, so nothing of what was typed stands in it.
"""

from typing import Any
from uuid import UUID

from app.account.letters import compose, here, name_of, url
from app.account.letters.passwords import reset_link
from app.identity import registration
from app.kernel.errors import NotFound
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.kernel.ports import Letter
from app.web.outside import services


def confirm(payload: dict[str, Any], message_id: str) -> Letter | None:
    found = registration.of_id(UUID(payload["registration"]))
    if found is None:
        raise NotFound
    sealer, practice = services().sealer, here()
    if found.used_at is not None or services().clock.now() >= found.expires_at:
        return None
    candidate = registration.read(found, sealer=sealer)
    place = name_of(practice)
    known = Account.get_or_none(Account.email == candidate.email)
    if known is not None:
        # with a link to a new password: strangers who fill this mailbox keep nobody from recovering their account
        return compose(
            known,
            "join_known",
            subject=_l("You already have an account at %(place)s", place=place),
            message_id=message_id,
            sign_in_url=url("/sign-in", practice),
            **reset_link(known, practice),
        )
    return compose(
        candidate.email,
        "join",
        subject=_l("Finish your registration at %(place)s", place=place),
        message_id=message_id,
        language=candidate.language,
        join_url=url(f"/join/{registration.token(found.id, sealer=sealer)}", practice),
        hours=round(registration.LASTING.total_seconds() / 3600),
    )
