"""The mail about second factors: whoever owns the mailbox hears of every change, and what to do about a stranger's."""

from typing import Any

from app.account.letters import account_of, compose, here, name_of, url
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ports import Letter

TOLD = {
    ("factor.add", "app"): _l("An authenticator app was added to your account"),
    ("factor.add", "mail"): _l("Codes by e-mail were added to your account"),
    ("factor.add", "passkey"): _l("A passkey was added to your account"),
    ("factor.add", "csam"): _l("CSAM, the government's digital key, was connected to your account"),
    ("factor.remove", "csam"): _l("CSAM, the government's digital key, was removed from your account"),
    ("factor.remove", "app"): _l("An authenticator app was removed from your account"),
    ("factor.remove", "mail"): _l("Codes by e-mail were removed from your account"),
    ("factor.remove", "passkey"): _l("A passkey was removed from your account"),
    ("recovery-codes.make", ""): _l("New recovery codes were made for your account"),
}


def changed(payload: dict[str, Any], message_id: str) -> Letter:
    practice = here()
    told = TOLD[payload["what"], payload["kind"]]
    return compose(
        account_of(payload),
        "factors_changed",
        subject=_l("A change of how you sign in at %(place)s", place=name_of(practice)),
        message_id=message_id,
        told=told,
        account_url=url("/account/sign-in", practice),
        forgotten_url=url("/forgotten", practice),
    )
