"""Secrets at rest: AES-256-GCM with a key id, bound to its cell; and blind indexes to look a value up unseen."""

import base64
import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand


class Unreadable(RuntimeError):
    """The value was moved, changed, or sealed with a key this server does not have."""


@dataclass(frozen=True)
class Keys:
    """Derived from PARVIS_DATA_KEY: to encrypt, to look up, to sign what a mail carries, to chain the journal."""

    sealing: bytes
    index: bytes
    links: bytes
    audit: bytes

    @classmethod
    def derive(cls, data_key: bytes) -> "Keys":
        def part(purpose: bytes) -> bytes:
            from cryptography.hazmat.primitives.hashes import SHA256

            return HKDFExpand(SHA256(), 32, b"parvis 1 " + purpose).derive(data_key)

        return cls(part(b"sealing"), part(b"index"), part(b"links"), part(b"audit"))


class Sealer:
    """`cell` names where a value lives (practice|table|column|row): moved elsewhere, it does not open."""

    KEY_ID = b"\x01"

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._aead = AESGCM(keys.sealing)

    def seal(self, text: str, *, cell: str) -> bytes:
        return self.seal_bytes(text.encode(), cell=cell)

    def unseal(self, sealed: bytes, *, cell: str) -> str:
        return self.unseal_bytes(sealed, cell=cell).decode()

    def seal_bytes(self, content: bytes, *, cell: str) -> bytes:
        nonce = os.urandom(12)
        return self.KEY_ID + nonce + self._aead.encrypt(nonce, content, cell.encode())

    def unseal_bytes(self, sealed: bytes, *, cell: str) -> bytes:
        from cryptography.exceptions import InvalidTag

        blob = bytes(sealed)
        if blob[:1] != self.KEY_ID:
            raise Unreadable("unknown key")
        try:
            return self._aead.decrypt(blob[1:13], blob[13:], cell.encode())
        except InvalidTag as broken:
            raise Unreadable("not sealed for this cell") from broken

    def blind_index(self, practice_id: UUID, *parts: str) -> str:
        """Equal for equal values within one practice, and meaningless elsewhere."""
        text = "\x1f".join((practice_id.hex, *parts))
        return hmac.new(self.keys.index, text.encode(), hashlib.sha256).hexdigest()

    def link_token(self, *parts: str) -> str:
        """128 unguessable bits that can be made again from the same parts, so that only a hash is stored."""
        digest = hmac.new(self.keys.links, "\x1f".join(parts).encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")

    def code(self, *parts: str) -> str:
        """Eight digits for a mail, made again from the same parts when the mail is written: stored nowhere."""
        digest = hmac.new(self.keys.links, "\x1f".join(("code", *parts)).encode(), hashlib.sha256).digest()
        return f"{int.from_bytes(digest[:8], 'big') % 10**8:08d}"

    def fingerprint(self, *parts: str) -> str:
        """A keyed index without a practice: equal for equal values on this platform, meaningless without the key."""
        text = "\x1f".join(("platform", *parts))
        return hmac.new(self.keys.index, text.encode(), hashlib.sha256).hexdigest()


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def folded(text: str) -> str:
    """Lower case, without accents or punctuation: for comparing names."""
    if text.isascii() and text.isalnum():
        return text.lower()  # most names: the same, at a tenth of its price
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())
