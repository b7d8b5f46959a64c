"""The mails of an account: in the reader's language, under the name of the practice they came from or the platform's.

Every composer takes (payload, message id) and answers a Letter, or None when it no longer applies. Its templates extend
layouts/account_email.html (block `words`) and layouts/email.txt (block `content`).
"""

from typing import Any
from uuid import UUID

from flask import render_template

from app.kernel.errors import NotFound
from app.kernel.i18n import gettext, speaking
from app.kernel.owners import Account, Practice
from app.kernel.ports import Letter
from app.kernel.tenancy import open_practice_id
from app.practice import brand
from app.practice.queries import primary_host
from app.web.door import practice_url
from app.web.outside import config

PLATFORM = "Parvis"


def compose(
    to: Account | str,
    template: str,
    *,
    subject: Any,
    message_id: str,
    practice: Practice | None = None,
    language: str | None = None,
    **shown: Any,
) -> Letter:
    """emails/<template>.txt and .html with `shown`; `subject` is a lazy sentence, said in the reader's language.

    Without `practice`: the one whose cabinet is open, else the platform writes. A bare address needs `language`.
    """
    practice = practice or here()
    code = language or (to.language if isinstance(to, Account) else "") or "fr"
    shown |= {
        "practice": practice,
        "colour": brand.palette(practice.brand_color).light if practice else None,
        "place": name_of(practice),
        "site_url": url("/", practice),
        "language": code,
        "given_name": to.given_name if isinstance(to, Account) else shown.get("given_name", ""),
    }
    with speaking(code):
        return Letter(
            to=to.email if isinstance(to, Account) else to,
            subject=" ".join(str(subject).split()),  # a name never breaks a header
            # in plain text nothing is escaped: an apostrophe stays one
            text=render_template(f"emails/{template}.txt", **shown, _=gettext),
            html=render_template(f"emails/{template}.html", **shown),
            message_id=message_id,
            sender_name=shown["place"],
            reply_to=(practice.profile.get("email") or None) if practice else None,
            language=code,
        )


def here() -> Practice | None:
    """The practice whose cabinet is open: the outbox opens the one where the letter was asked for."""
    found = open_practice_id()
    return Practice.get_by_id(found) if found else None


def name_of(practice: Practice | None) -> str:
    return practice.name if practice else PLATFORM


def host_of(practice: Practice | None) -> str:
    """Where its links lead: from the database or the configuration, never from a request."""
    return primary_host(practice.id) if practice else str(config().app_host)


def url(path: str, practice: Practice | None) -> str:
    """An absolute address for a letter."""
    return practice_url(host_of(practice), path)


def account_of(payload: dict[str, Any]) -> Account:
    """Whom payload["account"] names; NotFound when the account is gone: nothing is sent to somebody who left."""
    found = Account.get_or_none(Account.id == UUID(payload["account"]))
    if found is None:
        raise NotFound
    return found
