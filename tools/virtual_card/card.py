"""The card itself: answers command APDUs as the Belpic applet does (manuals of 1.7 and 1.8), one at a time."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils

from tools.virtual_card.person import CERTIFICATES, FILES, Profile

ATR = {
    "v18": bytes.fromhex("3B7F96000080318065B085040120120FFF829000"),
    "v17": bytes.fromhex("3B9813400AA503010101AD1311"),
}
APPLET = bytes.fromhex("A00000003029057000AD13100101FF")
OK, NOT_FOUND, NO_PIN, BLOCKED = b"\x90\x00", b"\x6a\x82", b"\x69\x82", b"\x69\x83"
WRONG_LENGTH, WRONG_PLACE, WRONG_REFERENCE = b"\x67\x00", b"\x6b\x00", b"\x6a\x88"
NO_ENVIRONMENT, UNKNOWN, WRONG_PARAMETERS = b"\x69\x85", b"\x6d\x00", b"\x6a\x86"
AUTHENTICATION, SIGNATURE, BASIC = 0x82, 0x83, 0x81
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
TRIES = 3
SHORTEST, LONGEST = 4, 12


class Card:
    """`tries` outlives a reset and a removal, as on plastic; rights do not."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.tries = TRIES
        self.heard: list[bytes] = []  # every command, for tests that must know the card was left alone
        paths = {f"3F00DF01{name}": kind for kind, name in FILES.items()}
        paths |= {f"3F00DF00{name}": kind for kind, name in CERTIFICATES.items()}
        self._paths = {bytes.fromhex(path): kind for path, kind in paths.items()}
        self.reset()

    @property
    def atr(self) -> bytes:
        return ATR["v18" if self.profile.kind == "v18" else "v17"]

    def reset(self) -> None:
        self.verified, self._file, self._environment, self._waiting = False, None, None, b""

    def answer(self, command: bytes) -> bytes:
        """Data and status words; never raises, as a card never does."""
        self.heard.append(bytes(command))
        if len(command) < 4:
            return WRONG_LENGTH
        header, body, expected = bytes(command[:4]), *_parts(command)
        handlers = {
            b"\x00\xa4": self._select, b"\x00\xb0": self._read, b"\x00\xc0": self._response,
            b"\x80\xe4": self._card_data, b"\x80\xe6": self._log_off, b"\x00\x20": self._verify,
            b"\x00\x22": self._set_environment, b"\x00\x2a": self._sign, b"\x00\x88": self._present,
        }  # fmt: skip
        handler = handlers.get(header[:2])
        return handler(header[2], header[3], body, expected) if handler else UNKNOWN

    def _give(self, content: bytes) -> bytes:
        """T=0: a command with a body says how much waits, and GET RESPONSE fetches it."""
        self._waiting = content
        return bytes((0x61, len(content) & 0xFF))

    def _response(self, _p1: int, _p2: int, _body: bytes, expected: int | None) -> bytes:
        found, self._waiting = self._waiting, b""
        return found[: expected or 256] + OK if found else NO_ENVIRONMENT

    def _select(self, p1: int, p2: int, body: bytes, _expected: int | None) -> bytes:
        if p2 != 0x0C:
            return WRONG_PARAMETERS
        if p1 == 0x04:
            return OK if body == APPLET else NOT_FOUND
        if p1 != 0x08:
            return WRONG_PARAMETERS
        kind = self._paths.get(body)
        if kind is None or kind not in self.profile.files:
            return OK if body in (b"\x3f\x00\xdf\x00", b"\x3f\x00\xdf\x01") else NOT_FOUND
        self._file = self.profile.files[kind]
        return OK

    def _read(self, p1: int, p2: int, _body: bytes, expected: int | None) -> bytes:
        if self._file is None:
            return b"\x69\x86"
        offset = p1 << 8 | p2
        if offset >= len(self._file):
            return WRONG_PLACE
        return self._file[offset : offset + (expected or 256)] + OK

    def _card_data(self, _p1: int, p2: int, _body: bytes, expected: int | None) -> bytes:
        tail = bytes((0xA5, 0x03, 0x01, 0x01, 0x01, self.profile.applet, 0x00, 0x02, 0x00, 0x01, 0x01, 0x0F))
        found = self.profile.serial + tail
        if p2 == 0x01:
            if self.profile.kind != "v18":
                return WRONG_PARAMETERS
            found += bytes((self.tries, TRIES, TRIES))
        return found + OK if expected == len(found) else bytes((0x6C, len(found)))

    def _log_off(self, *_rest: object) -> bytes:
        self.verified = False
        return OK

    def _verify(self, p1: int, p2: int, body: bytes, _expected: int | None) -> bytes:
        if p1 != 0x00 or p2 != 0x01:
            return WRONG_REFERENCE
        if self.tries == 0:
            return BLOCKED
        if not body:
            return OK if self.verified else bytes((0x63, 0xC0 | self.tries))
        digits = self.profile.pin
        right = bytes((0x20 | len(digits),)) + bytes.fromhex((digits + "F" * 14)[:14])
        if len(body) != 8:
            return WRONG_LENGTH
        self.verified = body == right
        self.tries = TRIES if self.verified else self.tries - 1
        return OK if self.verified else bytes((0x63, 0xC0 | self.tries))

    def _set_environment(self, p1: int, p2: int, body: bytes, _expected: int | None) -> bytes:
        if (p1, p2) != (0x41, 0xB6) or len(body) != 5 or body[:2] != b"\x04\x80" or body[3] != 0x84:
            return WRONG_PARAMETERS
        if body[4] not in (AUTHENTICATION, SIGNATURE):
            return WRONG_REFERENCE
        self._environment = (body[2], body[4])
        return OK

    def _sign(self, p1: int, p2: int, body: bytes, _expected: int | None) -> bytes:
        if (p1, p2) != (0x9E, 0x9A):
            return WRONG_PARAMETERS
        if self._environment is None:
            return NO_ENVIRONMENT
        if not self.verified:
            return NO_PIN
        algorithm, reference = self._environment
        if reference != AUTHENTICATION:
            return NO_PIN  # the legally binding signature: never ours to make
        key = self.profile.authentication_key
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return self._give(_raw(key, body)) if algorithm == 0x02 and len(body) == 48 else WRONG_LENGTH
        if algorithm != 0x01 or not body.startswith(DIGEST_INFO) or len(body) != len(DIGEST_INFO) + 32:
            return WRONG_LENGTH
        digest = utils.Prehashed(hashes.SHA256())
        return self._give(key.sign(body[len(DIGEST_INFO) :], padding.PKCS1v15(), digest))

    def _present(self, p1: int, p2: int, body: bytes, _expected: int | None) -> bytes:
        if self.profile.basic_key is None:
            return UNKNOWN
        if (p1, p2) != (0x02, BASIC) or len(body) != 50 or body[:2] != b"\x94\x30":
            return WRONG_PARAMETERS
        return self._give(_raw(self.profile.basic_key, body[2:]))


def _parts(command: bytes) -> tuple[bytes, int | None]:
    """(body, expected length) of a short APDU, cases 1 to 4."""
    if len(command) == 4:
        return b"", None
    if len(command) == 5:
        return b"", command[4]
    body = bytes(command[5 : 5 + command[4]])
    return body, command[5 + len(body)] if len(command) > 5 + len(body) else None


def _raw(key, digest: bytes) -> bytes:
    """ECDSA as it leaves the card: r and s of 48 bytes each."""
    r, s = utils.decode_dss_signature(key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA384()))))
    return r.to_bytes(48, "big") + s.to_bytes(48, "big")
