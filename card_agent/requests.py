"""What a portal may ask, and how it must write it: a strict reading of protocol/eid-card.v1.schema.json."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from card_agent.problems import Problem

FILES = (
    "identity", "identity_signature", "address", "address_signature", "photo", "rrn_certificate",
    "auth_certificate", "ca_certificate", "basic_key",
)  # fmt: skip
REGISTER = frozenset(("identity", "identity_signature", "address", "address_signature", "rrn_certificate"))
HOLDER = frozenset(("photo", "auth_certificate", "ca_certificate"))
# what each purpose may read at most, whatever a portal asks: this table is the agent's own
ALLOWED = {
    "import": REGISTER | HOLDER,
    "join": REGISTER,
    "desk": REGISTER | HOLDER | {"basic_key"},
}
PROOF = {"import": "authentication", "join": "none", "desk": "presence"}
CONFIRM = re.compile(r"/eid/confirm\?t=[A-Za-z0-9_-]{20,100}")
PAIRING = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")
LABEL = 120
WAITING = ("redeemed", "waiting")
ENDED = ("read", "imported", "refused", "cancelled", "expired")


@dataclass(frozen=True)
class Redeemed:
    """The code was right: what this pairing is called, and the page its person confirms on."""

    pairing: str
    token: str
    confirm_path: str
    purpose: str


@dataclass(frozen=True)
class Job:
    """What is to be read, and how the card proves that it is there."""

    purpose: str
    proof: str
    files: tuple[str, ...]
    nonce: bytes
    bind: bytes
    account: str
    practice: str


def redeemed(found: object) -> Redeemed:
    fields = _exactly(found, {"pairing", "token", "confirm_path", "purpose"})
    texts = {name: _text(value) for name, value in fields.items()}
    ok = (
        PAIRING.fullmatch(texts["pairing"])
        and TOKEN.fullmatch(texts["token"])
        and CONFIRM.fullmatch(texts["confirm_path"])
        and texts["purpose"] in ALLOWED
    )
    if not ok:
        raise Problem("not-a-portal")
    return Redeemed(**texts)


def answer(found: object) -> tuple[str, Job | None, str]:
    """(state, job, pairing) of a poll; the pairing stands there when the portal chose it (a desk's next reading)."""
    if not isinstance(found, dict) or set(found) - {"state", "job", "pairing"}:
        raise Problem("not-a-portal")
    state, pairing = _text(found.get("state")), found.get("pairing", "")
    if pairing and not PAIRING.fullmatch(_text(pairing)):
        raise Problem("not-a-portal")
    if state == "confirmed":
        return state, job(found.get("job")), pairing
    if "job" in found or state not in WAITING + ENDED:
        raise Problem("not-a-portal")
    return state, None, pairing


def job(found: object) -> Job:
    fields = _exactly(found, {"purpose", "proof", "files", "nonce", "bind", "account", "practice"})
    purpose, files = _text(fields["purpose"]), fields["files"]
    if purpose not in ALLOWED or not isinstance(files, list) or not files:
        raise Problem("not-a-portal")
    names = [_text(name) for name in files]
    if len(set(names)) != len(names):
        raise Problem("not-a-portal")
    if not set(names) <= ALLOWED[purpose] or fields["proof"] != PROOF[purpose]:
        raise Problem("asks-too-much")
    return Job(
        purpose=purpose,
        proof=PROOF[purpose],
        files=tuple(name for name in FILES if name in names),
        nonce=_bytes(fields["nonce"]),
        bind=_bytes(fields["bind"]),
        account=_label(fields["account"]),
        practice=_label(fields["practice"]),
    )


def result(files: dict[str, bytes], signature: bytes | None) -> dict[str, object]:
    coded = {name: base64.b64encode(content).decode() for name, content in files.items()}
    return {"files": coded, "signature": base64.b64encode(signature).decode() if signature else None}


def _exactly(found: object, names: set[str]) -> dict[str, object]:
    if not isinstance(found, dict) or set(found) != names:
        raise Problem("not-a-portal")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise Problem("not-a-portal")
    return value


def _label(value: object) -> str:
    """Shown to the person: one line, and nothing that turns it around."""
    text = _text(value)
    if len(text) > LABEL or not text.isprintable():
        raise Problem("not-a-portal")
    return text


def _bytes(value: object) -> bytes:
    try:
        found = base64.b64decode(_text(value), validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise Problem("not-a-portal") from wrong
    if len(found) != 32:
        raise Problem("not-a-portal")
    return found
