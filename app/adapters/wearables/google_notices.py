"""What Google says of its own accord: its greeting, and which days of whom are new; believed when it is signed.

Signatures are Tink's: base64 of 0x01, the number of the key (4 bytes), then ECDSA P-256 with SHA-256 in DER over the
body as it came. The keys are public, as Tink writes them (a protobuf EcdsaPublicKey in base64 within JSON).
"""

import base64
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from app.record.wearables.ports import NotGenuine, Notice

SIGNED = ("GOOGLE-HEALTH-API-SIGNATURE", "X-HEALTHAPI-SIGNATURE")  # as of October 2026, and before
KEPT = timedelta(hours=6)
PAUSE = timedelta(minutes=5)  # at least, between two looks for a key nobody knows
MOST = 1000  # notices at a time
KEY_TYPE = "type.googleapis.com/google.crypto.tink.EcdsaPublicKey"
Key = ec.EllipticCurvePublicKey


class Doorman:
    """Lets in what carries the secret we told Google and, but for the greeting, a signature of theirs."""

    def __init__(self, secret: str, fetch: Callable[[], Any]) -> None:
        self._secret, self._fetch, self._turn = secret, fetch, threading.Lock()
        self._keys: dict[int, Key] = {}
        self._looked: datetime | None = None

    def believed(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> list[Notice] | None:
        """None for the greeting. NotGenuine; ValueError for what is theirs and cannot be read; Unavailable."""
        said = headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if not self._secret or not hmac.compare_digest(said.encode(), self._secret.encode()):
            raise NotGenuine("secret")
        signature = next((headers[name] for name in SIGNED if headers.get(name)), "")
        if not signature:
            if _parsed(body) == {"type": "verification"}:
                return None
            raise NotGenuine("not signed")
        self._check(signature, body, now)
        found = _parsed(body)
        if found == {"type": "verification"}:
            return None
        return list(_notices(found if isinstance(found, list) else [found]))

    def _check(self, signature: str, body: bytes, now: datetime) -> None:
        try:
            raw = base64.b64decode(signature[:1000], validate=True)
        except ValueError:
            raise NotGenuine("no signature") from None
        if len(raw) < 10 or raw[0] != 1:
            raise NotGenuine("no signature")
        key = self._key(int.from_bytes(raw[1:5], "big"), now)
        if key is None:
            raise NotGenuine("unknown key")
        try:
            key.verify(raw[5:], body, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            raise NotGenuine("signature") from None

    def _key(self, number: int, now: datetime) -> Key | None:
        """Looked up anew when the keys are old, or this one is unknown and the last look was not a moment ago."""
        with self._turn:
            age = now - self._looked if self._looked else KEPT
            if age >= KEPT or (number not in self._keys and age >= PAUSE):
                self._keys = dict(_public_keys(self._fetch())) or self._keys
                self._looked = now
            return self._keys.get(number)


def _parsed(body: bytes) -> Any:
    """ValueError."""
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("too deep") from None


def _notices(found: list[Any]) -> Iterator[Notice]:
    for one in found[:MOST]:
        said = one.get("data") if isinstance(one, dict) else None
        user = said.get("healthUserId") if isinstance(said, dict) else None
        if isinstance(said, dict) and isinstance(user, str) and 0 < len(user) <= 200:
            yield Notice(user, min(_days(said.get("intervals")), default=None))


def _days(intervals: Any) -> Iterator[date]:
    """On which each begins: the civil day, or else that of the instant."""
    for one in intervals[:MOST] if isinstance(intervals, list) else ():
        for name in ("civilIso8601TimeInterval", "physicalTimeInterval"):
            start = one.get(name) if isinstance(one, dict) else None
            start = start.get("startTime") if isinstance(start, dict) else None
            try:
                yield date.fromisoformat(start[:10])  # type: ignore[index]
                break
            except (TypeError, ValueError):
                continue


# ---- keys as Tink writes them ---------------------------------------------------------------------------------------


def _public_keys(keyset: Any) -> Iterator[tuple[int, Key]]:
    """Those in use, of the one kind there is; another kind is passed over."""
    listed = keyset.get("key") if isinstance(keyset, dict) else None
    for one in listed if isinstance(listed, list) else ():
        try:
            held = one["keyData"]
            if (one["status"], one["outputPrefixType"], held["typeUrl"]) != ("ENABLED", "TINK", KEY_TYPE):
                continue
            yield int(one["keyId"]), _point(base64.b64decode(held["value"], validate=True))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            continue


def _point(message: bytes) -> Key:
    """EcdsaPublicKey: 2 the parameters (1 hash, 2 curve, 3 encoding), 3 and 4 the coordinates."""
    fields = dict(_fields(message))
    told = dict(_fields(fields[2]))  # type: ignore[arg-type]
    if (told.get(1), told.get(2), told.get(3)) != (3, 2, 2):  # SHA-256, NIST P-256, DER
        raise ValueError("another algorithm")
    x, y = (int.from_bytes(fields[number], "big") for number in (3, 4))  # type: ignore[arg-type]
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(number, value) of a protobuf message made of varints and of pieces with a length."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        if tag & 7 == 0:
            value, at = _varint(message, at)
            yield tag >> 3, value
        elif tag & 7 == 2:
            length, at = _varint(message, at)
            yield tag >> 3, message[at : at + length]
            at += length
        else:
            raise ValueError("a field of another kind")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (message[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if message[at - 1] < 0x80:
            return value, at
        if shift > 63:
            raise ValueError("no varint")
