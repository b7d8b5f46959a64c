"""Passkeys: questions put to one browser at one host, each answered once; and what is kept of a passkey."""

import json
import logging
import re
import secrets
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import peewee as pw
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.identity import factors
from app.identity.models import Factor, PasskeyChallenge, Session
from app.kernel.db import write_tx
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.kernel.sealing import hashed
from app.kernel.tenancy import account_context

log = logging.getLogger("parvis.passkeys")

GOOD_FOR = timedelta(minutes=5)
LONGEST, LONGEST_ID, LONGEST_KEY = 16 * 1024, 1400, 2048  # of an answer, of a name, of a public key
BASE64URL = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
MADE, SHOWN = ("clientDataJSON", "attestationObject"), ("clientDataJSON", "authenticatorData", "signature")
# what the library and those below it raise on bytes that are no answer
UNREADABLE = (
    WebAuthnException,
    InvalidSignature,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
    struct.error,
)


class Garbled(Exception):
    """No browser sends this."""


class NotAccepted(Refusal):
    """Another question, browser, host, purpose or person; used; too late; or not the key's signature."""

    message = _l("This passkey was not accepted. Please try again.")


class KnownAlready(Refusal):
    message = _l("This passkey is in use already. Choose another device or another key.")


@dataclass(frozen=True)
class Place:
    """Where the question is asked: from the configuration and the table of hosts, never from what a browser says."""

    host: str
    origin: str
    rp_id: str
    name: str


def place(host: str, *, app_host: str, scheme: str, name: str) -> Place:
    """`host` is one the portal lives at; below its own name, all its sites share their passkeys."""
    here, portal = host.split(":")[0], app_host.split(":")[0]
    shared = "." in portal and (here == portal or here.endswith(f".{portal}"))
    return Place(
        host, f"{scheme}://{host}", portal if shared else here, "Parvis" if shared or here == portal else name
    )


def ask(purpose: str, *, at: Place, browser: str, account: Account | None, now: datetime) -> dict[str, Any]:
    """The question, for navigator.credentials: to make a passkey, or to show one."""
    nonce = secrets.token_bytes(32)
    with write_tx():
        PasskeyChallenge.delete().where(PasskeyChallenge.expires_at < now).execute()
        PasskeyChallenge.create(
            nonce=bytes_to_base64url(nonce),
            purpose=purpose,
            host=at.host,
            browser_hash=hashed(browser),
            account_id=account.id if account else None,
            expires_at=now + GOOD_FOR,
        )
    known = [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(factor.credential_id))
        for factor in (factors.of(account.id) if account else ())
        if factor.kind == "passkey" and factor.rp_id == at.rp_id
    ]
    if purpose == "set-up" and account:
        asked: Any = generate_registration_options(
            rp_id=at.rp_id,
            rp_name=at.name,
            user_id=account.id.bytes,
            user_name=account.email,
            user_display_name=account.name,
            challenge=nonce,
            timeout=int(GOOD_FOR.total_seconds() * 1000),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=known,
        )
    else:
        asked = generate_authentication_options(
            rp_id=at.rp_id,
            challenge=nonce,
            timeout=int(GOOD_FOR.total_seconds() * 1000),
            allow_credentials=known,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    return options_to_json_dict(asked)


def register(session: Session, text: str, *, at: Place, browser: str, label: str, now: datetime) -> Factor:
    """A new passkey of the session's person."""
    said = _read(text, MADE)
    challenge = _spend(said, "set-up", at=at, browser=browser, account_id=session.account_id, now=now)
    try:
        made = verify_registration_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=at.rp_id,
            expected_origin=at.origin,
            require_user_verification=True,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
    except UNREADABLE as refused:  # also a key that is no point of its curve: it would open nothing
        raise _no("set-up", refused) from refused
    if len(made.credential_id) > 1023 or len(made.credential_public_key) > LONGEST_KEY:
        raise NotAccepted
    try:
        return factors.add_passkey(
            session,
            credential_id=bytes_to_base64url(made.credential_id),
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            rp_id=at.rp_id,
            label=label,
            now=now,
        )
    except pw.IntegrityError as taken:
        raise KnownAlready from taken


def verify(
    purpose: str, text: str, *, at: Place, browser: str, account_id: UUID | None, now: datetime
) -> Factor:
    """The passkey that answered; without an account, it says itself whose it is."""
    said = _read(text, SHOWN)
    challenge = _spend(said, purpose, at=at, browser=browser, account_id=account_id, now=now)
    owner = _owner(said)
    if owner is None and account_id is None or account_id is not None and owner not in (None, account_id):
        raise NotAccepted
    with account_context(account_id or owner):
        mine = (Factor.credential_id == said["id"]) & (Factor.rp_id == at.rp_id)
        found = Factor.get_or_none(mine & Factor.confirmed_at.is_null(False))
        if found is None:
            raise NotAccepted
        try:
            shown = verify_authentication_response(
                credential=said,
                expected_challenge=challenge,
                expected_rp_id=at.rp_id,
                expected_origin=at.origin,
                credential_public_key=bytes(found.public_key),
                credential_current_sign_count=0,  # compared below: many keys do not count
                require_user_verification=True,
            )
        except UNREADABLE as refused:
            raise _no(purpose, refused) from refused
        if 0 < shown.new_sign_count <= found.sign_count:
            log.warning("passkey %s counts backwards: it may have a copy", found.id)
        with write_tx():
            Factor.update(sign_count=shown.new_sign_count, used_at=now).where(Factor.id == found.id).execute()
    return found


def _read(text: str, parts: tuple[str, ...]) -> dict[str, Any]:
    """The few texts that count, and nothing else of what came."""
    said = _json(text)
    response = said.get("response")
    response = response if isinstance(response, dict) else {}
    found = {"id": said.get("id"), "rawId": said.get("rawId"), **{name: response.get(name) for name in parts}}
    if said.get("type") != "public-key" or not all(map(_is_base64url, found.values())):
        raise Garbled
    handle = response.get("userHandle")
    if handle and not _is_base64url(handle):
        raise Garbled
    if len(found["id"]) > LONGEST_ID:
        raise NotAccepted
    inner = {name: found[name] for name in parts} | ({"userHandle": handle} if handle else {})
    return {"id": found["id"], "rawId": found["rawId"], "type": "public-key", "response": inner}


def _spend(
    said: dict[str, Any], purpose: str, *, at: Place, browser: str, account_id: UUID | None, now: datetime
) -> bytes:
    """The question this answers: it is taken, whether the answer is right or not."""
    try:
        told = _json(base64url_to_bytes(said["response"]["clientDataJSON"]).decode())
        nonce = told.get("challenge")
        if not _is_base64url(nonce) or told.get("crossOrigin") not in (None, False):
            raise NotAccepted
        asked = base64url_to_bytes(nonce)
    except ValueError as broken:
        raise Garbled from broken
    owner = PasskeyChallenge.account_id
    mine = (
        (PasskeyChallenge.nonce == nonce)
        & (PasskeyChallenge.purpose == purpose)
        & (PasskeyChallenge.host == at.host)
        & (PasskeyChallenge.browser_hash == hashed(browser))
        & (owner.is_null() if account_id is None else owner == account_id)
        & (PasskeyChallenge.expires_at > now)
        & PasskeyChallenge.used_at.is_null()
    )
    with write_tx():
        if not PasskeyChallenge.update(used_at=now).where(mine).execute():
            raise NotAccepted
    return asked


def _json(text: str) -> dict[str, Any]:
    """An object as browsers write them: small, flat, without a key twice and without numbers that are none."""
    if len(text) > LONGEST:
        raise Garbled
    try:
        said = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_no_number)
    except (ValueError, RecursionError) as broken:
        raise Garbled from broken
    if not isinstance(said, dict):
        raise Garbled
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _is_base64url(value: Any) -> bool:
    return isinstance(value, str) and BASE64URL.fullmatch(value) is not None


def _owner(said: dict[str, Any]) -> UUID | None:
    """Whose the passkey says it is: the account's id, given to it when it was made."""
    try:
        handle = base64url_to_bytes(said["response"].get("userHandle", ""))
        return UUID(bytes=handle) if handle else None
    except ValueError:
        raise NotAccepted from None


def _no(purpose: str, why: BaseException) -> NotAccepted:
    log.info("passkey refused at %s: %s", purpose, type(why).__name__)
    return NotAccepted()
