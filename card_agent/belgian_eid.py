"""The commands of the Belgian eID (public manuals of applets 1.7 and 1.8): files without a PIN, two kinds of proof.

`transmit` is all it needs of a reader: a command APDU in, (data, status word) out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from card_agent.problems import Problem

Transmit = Callable[[bytes], tuple[bytes, int]]

PATHS = {
    "identity": "3F00DF014031",
    "identity_signature": "3F00DF014032",
    "address": "3F00DF014033",
    "address_signature": "3F00DF014034",
    "photo": "3F00DF014035",
    "basic_key": "3F00DF014040",  # applet 1.8 alone
    "auth_certificate": "3F00DF005038",
    "ca_certificate": "3F00DF00503A",
    "rrn_certificate": "3F00DF00503C",
}
APPLET = bytes.fromhex("00A4040C0FA00000003029057000AD13100101FF")
BLOCK = 0xF8  # suits every reader
LARGEST_FILE = 16 * 1024  # a hostile card never ends
FULL, AGAIN, OK, END_OF_FILE, NOT_FOUND = 0x61, 0x6C, 0x9000, 0x6B00, 0x6A82
LOST_APPLET = (0x6A82, 0x6A86, 0x6D00)  # another program had selected something else
BLOCKED = (0x6983, 0x63C0)
DIGEST_INFO_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
NEW = 0x18  # applet 1.8: elliptic curves
OLDEST = 0x17


class Belgian:
    """A card that said it is one. Every refusal of the card is a Problem; a wrong PIN is an answer."""

    def __init__(self, transmit: Transmit) -> None:
        self._send = transmit
        self.serial, self.applet = self._who()

    def _who(self) -> tuple[bytes, int]:
        """GET CARD DATA: the serial number, which tells one card from another, and the version of the applet."""
        found, status = self._send(bytes.fromhex("80E400001C"))
        if status in LOST_APPLET:
            self._send(APPLET)
            found, status = self._send(bytes.fromhex("80E400001C"))
        if status != OK or len(found) != 28:
            raise Problem("unsupported")
        if found[21] < OLDEST:
            raise Problem("unsupported")
        return found[:16], found[21]

    @property
    def is_new(self) -> bool:
        return self.applet >= NEW

    def same_card(self) -> None:
        """Problem("swapped") when another card lies in the reader: an old handle talks to a new card without a sign."""
        if self._who()[0] != self.serial:
            raise Problem("swapped")

    def read(self, name: str) -> bytes | None:
        """A whole file; None when this card has no such file."""
        command = b"\x00\xa4\x08\x0c\x06" + bytes.fromhex(PATHS[name])
        _, status = self._send(command)
        if status in LOST_APPLET:
            self._send(APPLET)
            _, status = self._send(command)
        if status == NOT_FOUND:
            return None
        if status != OK:
            raise Problem("unreadable")
        return self._whole()

    def _whole(self) -> bytes:
        content = bytearray()
        while True:
            at = len(content)
            part, status = self._send(bytes((0x00, 0xB0, at >> 8, at & 0xFF, BLOCK)))
            if status == END_OF_FILE:
                return bytes(content)
            if status != OK or len(part) > BLOCK:
                raise Problem("unreadable")
            content += part
            if len(content) > LARGEST_FILE:
                raise Problem("unreadable")
            if len(part) < BLOCK:
                return bytes(content)

    # ---- proofs -------------------------------------------------------------------------------------------------

    def present(self, message: bytes) -> bytes | None:
        """The card's own key signs, without a PIN: it is here now. 96 bytes; None from an applet that cannot."""
        if not self.is_new:
            return None
        found, status = self._send(bytes.fromhex("00880281329430") + _sha384(message))
        if status != OK or len(found) != 96:
            raise Problem("unreadable")
        return found

    def tries_left(self) -> int:
        """Asked without using one up; Problem("pin-blocked") when there is none."""
        _, status = self._send(bytes.fromhex("0020000100"))
        return self._tries(status)

    def prepare_signature(self) -> None:
        """Key 82, for authentication; never 83, whose signature is legally binding."""
        algorithm = 0x02 if self.is_new else 0x01
        _, status = self._send(bytes((0x00, 0x22, 0x41, 0xB6, 0x05, 0x04, 0x80, algorithm, 0x84, 0x82)))
        if status != OK:
            raise Problem("unreadable")

    def verify(self, pin: bytearray) -> int | None:
        """None when it is right, or how many tries are left. The block is overwritten; the caller wipes the PIN."""
        block = bytearray(b"\x00\x20\x00\x01\x08") + pin_block(pin)
        try:
            _, status = self._send(bytes(block))
        finally:
            block[:] = bytes(len(block))
        return None if status == OK else self._tries(status)

    def after_pad(self, status: int) -> int | None:
        """The same of a PIN that was typed on the reader's own keys."""
        return None if status == OK else self._tries(status)

    def sign(self, message: bytes) -> bytes:
        """With the authentication key, after `verify`: 96 bytes from applet 1.8, 256 from 1.7."""
        data = _sha384(message) if self.is_new else DIGEST_INFO_SHA256 + hashlib.sha256(message).digest()
        found, status = self._send(b"\x00\x2a\x9e\x9a" + bytes((len(data),)) + data)
        if status != OK or len(found) != (96 if self.is_new else 256):
            raise Problem("unreadable")
        return found

    def log_off(self) -> None:
        """Or every other program on this computer could sign until the card is taken out."""
        self._send(bytes.fromhex("80E60000"))

    def _tries(self, status: int) -> int:
        if status in BLOCKED:
            raise Problem("pin-blocked")
        if status >> 4 == 0x63C:
            return status & 0xF
        if status == OK:  # verified already, by another program
            return 3
        raise Problem("unreadable")


def pin_block(pin: bytearray) -> bytearray:
    """Eight bytes: 2 and the length, two digits a byte, filled with F. ValueError for what is no PIN."""
    if not 4 <= len(pin) <= 12 or not all(0x30 <= digit <= 0x39 for digit in pin):
        raise ValueError("a PIN has 4 to 12 digits")
    block = bytearray(b"\xff" * 8)
    block[0] = 0x20 | len(pin)
    for at, digit in enumerate(pin):
        value = digit - 0x30
        keep, place = (0x0F, value << 4) if at % 2 == 0 else (0xF0, value)
        block[1 + at // 2] = block[1 + at // 2] & keep | place
    return block


def _sha384(message: bytes) -> bytes:
    return hashlib.sha384(message).digest()
