"""What a card says: a fictitious holder, and the files the register would have signed for them."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives import serialization

from tools.virtual_card.authority import Authority, Signer, new_key
from tools.virtual_card.kept import authority

KINDS = ("v18", "v17", "v17-rekeyed")
APPLET = {"v18": 0x18, "v17": 0x17, "v17-rekeyed": 0x17}
ZEROS_AFTER_CERTIFICATE = {"v18": 1100, "v17": 50, "v17-rekeyed": 50}
MONTHS = ("JAN", "FEV", "MARS", "AVR", "MAI", "JUIN", "JUIL", "AOUT", "SEPT", "OCT", "NOV", "DEC")
FILES = {
    "identity": "4031", "identity_signature": "4032", "address": "4033", "address_signature": "4034",
    "photo": "4035", "basic_key": "4040",
}  # fmt: skip
CERTIFICATES = {
    "auth_certificate": "5038",
    "ca_certificate": "503A",
    "root_certificate": "503B",
    "rrn_certificate": "503C",
}


@dataclass(frozen=True)
class Person:
    """Nobody: the sequence numbers 996 to 998 of a national number are for tests here."""

    surname: str = "Dupont"
    given_names: str = "Alice Marie"
    niss: str = "85073099635"
    birth: str = "30 JUIL 1985"
    sex: str = "F"
    nationality: str = "Belge"
    birth_place: str = "Namur"
    street: str = "Rue de Fer 12 /3"
    postcode: str = "5000"
    town: str = "Namur"
    card_number: str = "592000000182"
    valid_from: str = "01.02.2024"
    valid_to: str = "01.02.2034"
    document_type: str = "1"


def niss_for(born: dt.date, sequence: int = 996) -> str:
    """A national number with the right check digits for somebody who does not exist."""
    nine = f"{born:%y%m%d}{sequence:03d}"
    prefix = "2" if born.year >= 2000 else ""
    return f"{nine}{97 - int(prefix + nine) % 97:02d}"


def born(day: dt.date) -> dict[str, str]:
    """The fields of a Person that follow from a birth date."""
    return {"niss": niss_for(day), "birth": f"{day.day:02d} {MONTHS[day.month - 1]:<4} {day.year}"}


def tlv(tag: int, value: bytes) -> bytes:
    assert len(value) < 0x80
    return bytes((tag, len(value))) + value


@dataclass
class Profile:
    """A card's whole content, with its secret keys."""

    kind: str
    person: Person
    files: dict[str, bytes]
    serial: bytes
    authentication_key: object
    basic_key: object | None
    pin: str = "1234"
    authority: Authority | None = field(default=None, repr=False)

    @property
    def applet(self) -> int:
        return APPLET[self.kind]


def make(
    kind: str = "v18",
    person: Person | None = None,
    *,
    register: Authority | None = None,
    pin: str = "1234",
    drop_tags: tuple[int, ...] = (),
    extra_tags: dict[int, bytes] | None = None,
    certificate_niss: str | None = None,
    picture: bytes | None = None,
    **certificate: object,
) -> Profile:
    """A card of this kind; what is wrong on purpose is wrong *and signed*, so that only a strict reader sees it."""
    person = person or Person()
    register = register or authority("rsa" if kind == "v17" else "ec")
    serial = os.urandom(16)
    key = new_key("ec" if kind == "v18" else "rsa")
    basic = new_key("ec") if kind == "v18" else None
    photo = picture if picture is not None else PORTRAIT
    basic_file = _spki(basic) if basic else b""
    tags = _identity_tags(kind, person, serial, photo, basic_file)
    tags |= extra_tags or {}
    identity = b"".join(tlv(tag, value) for tag, value in sorted(tags.items()) if tag not in drop_tags)
    address_parts = (person.street, person.postcode, person.town)
    plain = b"".join(tlv(at + 1, text.encode()) for at, text in enumerate(address_parts))
    address = plain + b"\x00" * (117 - len(plain))
    size = 128 if kind == "v18" else 256
    identity_signature = _fixed(register.register.sign(identity), size)
    signed = address.rstrip(b"\x00") + identity_signature
    holder = register.certify_holder(
        person, key.public_key(), **({"niss": certificate_niss} if certificate_niss else {}), **certificate
    )
    zeros = b"\x00" * ZEROS_AFTER_CERTIFICATE[kind]
    files = {
        "identity": identity,
        "identity_signature": identity_signature,
        "address": address,
        "address_signature": _fixed(register.register.sign(signed), size),
        "photo": photo,
        "auth_certificate": Signer(key, holder).der + zeros,
        "ca_certificate": register.citizen.der + zeros,
        "root_certificate": register.root.der + zeros,
        "rrn_certificate": register.register.der + zeros,
    }
    if basic:
        files["basic_key"] = basic_file
    return Profile(kind, person, files, serial, key, basic, pin, register)


def other(person: Person, **changes: str) -> Person:
    return replace(person, **changes)


def _identity_tags(
    kind: str, person: Person, serial: bytes, photo: bytes, basic_file: bytes
) -> dict[int, bytes]:
    hashing = hashlib.sha384 if kind == "v18" else hashlib.sha256
    text = {
        0x01: person.card_number, 0x03: person.valid_from, 0x04: person.valid_to, 0x05: person.town,
        0x06: person.niss, 0x07: person.surname, 0x08: person.given_names, 0x09: "", 0x0A: person.nationality,
        0x0B: person.birth_place, 0x0C: person.birth, 0x0D: person.sex, 0x0E: "", 0x0F: person.document_type,
        0x10: "0", 0x12: "0",
    }  # fmt: skip
    tags = {tag: value.encode() for tag, value in text.items()}
    tags[0x00] = b"\x02"
    tags[0x02] = serial
    tags[0x11] = hashing(photo).digest()
    if basic_file:
        tags[0x1A] = hashlib.sha384(basic_file).digest()
    return tags


def _spki(key) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _fixed(signature: bytes, size: int) -> bytes:
    """A DER signature is shorter than its file, which ends in zeros; RSA fills it."""
    return signature + b"\x00" * max(0, size - len(signature))


def portrait() -> bytes:
    """A grey head and shoulders, 140 by 200, one component: baseline JPEG written by hand (ITU-T T.81)."""
    from tools.virtual_card.jpeg import grey

    def shade(x: float, y: float) -> int:
        """0 to 255 at a place of the picture, both from 0 to 1."""
        head = ((x - 0.5) / 0.24) ** 2 + ((y - 0.40) / 0.23) ** 2 < 1
        body = ((x - 0.5) / 0.42) ** 2 + ((y - 1.02) / 0.36) ** 2 < 1
        return 118 if head else 88 if body else 214

    return grey(144, 200, shade, comment="TEST " * 520)  # about as many bytes as on a real card


PORTRAIT = portrait()
