"""What a card's files say, read strictly: the schema is part of the proof, for one key signs two kinds of file.

Source: ID_ADRESSE_File_applet1_8_v5 of the Federal Public Service BOSA. Only files whose signature held come here.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from app.patients import niss

# the largest a file of a genuine card can be, generously; nothing bigger is looked at
SIZES = {
    "identity": 1024, "identity_signature": 512, "address": 512, "address_signature": 512, "photo": 8192,
    "rrn_certificate": 4096, "auth_certificate": 4096, "ca_certificate": 4096, "basic_key": 256,
}  # fmt: skip
MANDATORY = frozenset((0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0A, 0x0B, 0x0C, 0x0D, 0x0F, 0x11))
HIGHEST_TAG = 0x2F  # 1F today; a later structure may add some, which are not read
LONGEST = {0x05: 80, 0x07: 110, 0x08: 95, 0x09: 3, 0x0A: 85, 0x0B: 80}
SEXES = {"M": "male", "F": "female", "V": "female", "W": "female"}
MONTHS = {
    name: number
    for names in (
        "JAN FEV MARS AVR MAI JUIN JUIL AOUT SEPT OCT NOV DEC",
        "JAN FEB MAAR APR MEI JUN JUL AUG SEP OKT NOV DEC",
        "JAN FEB MÄR APR MAI JUN JUL AUG SEP OKT NOV DEZ",
    )
    for number, name in enumerate(names.split(), start=1)
}
BORN = re.compile(r"(?:(\d{1,2})[ .]+)?(?:([A-ZÄ]{3,4})[ .]+)?(\d{4})")
CARD_NUMBER = re.compile(r"\d{12}|\d{9}|B\d{9}")
PHOTO_HASHES = {20: "sha1", 32: "sha256", 48: "sha384"}


class Malformed(ValueError):
    """Signed, and still not the file it is said to be. Never carries what it holds."""


@dataclass(frozen=True)
class Identity:
    """`birth` is (year, month or None, day or None): on some cards only the year is known."""

    card_number: str
    chip_number: bytes
    valid_from: date
    valid_until: date
    niss: str
    family_name: str
    given_names: str
    nationality: str
    birth_place: str
    birth: tuple[int, int | None, int | None]
    sex: str
    document_type: str
    photo_hash: bytes
    basic_key_hash: bytes | None

    @property
    def birth_date(self) -> date | None:
        year, month, day = self.birth
        return date(year, month, day) if month and day else None


@dataclass(frozen=True)
class Address:
    """As printed: the box stands within the street, and there is no country."""

    street: str
    postcode: str
    town: str


def identity(content: bytes, *, today: date) -> Identity:
    """Raises Malformed."""
    tags = _tags(content)
    if not tags.keys() >= MANDATORY:
        raise Malformed("mandatory field missing")
    number = _ascii(tags, 0x01)
    if not CARD_NUMBER.fullmatch(number) or (len(number) == 12 and not _checks(number)):
        raise Malformed("card number")
    if len(tags[0x02]) != 16 or len(tags[0x11]) not in PHOTO_HASHES or len(tags.get(0x1A, b"x" * 48)) != 48:
        raise Malformed("binary field")
    kind = _ascii(tags, 0x0F)
    if not re.fullmatch(r"\d{1,2}", kind):
        raise Malformed("document type")
    try:
        person = niss.parse(_ascii(tags, 0x06), today=today)
    except niss.WrongNiss as wrong:
        raise Malformed("national number") from wrong
    if person.digits != _ascii(tags, 0x06):
        raise Malformed("national number")
    sex = SEXES.get(_ascii(tags, 0x0D))
    if sex is None:
        raise Malformed("sex")
    return Identity(
        card_number=number,
        chip_number=tags[0x02],
        valid_from=_day(_ascii(tags, 0x03)),
        valid_until=_day(_ascii(tags, 0x04)),
        niss=person.digits,
        family_name=_text(tags, 0x07),
        given_names=_text(tags, 0x08),
        nationality=_text(tags, 0x0A),
        birth_place=_text(tags, 0x0B),
        birth=birth(_decoded(tags[0x0C])),
        sex=sex,
        document_type=kind,
        photo_hash=tags[0x11],
        basic_key_hash=tags.get(0x1A),
    )


def address(content: bytes) -> Address:
    """Raises Malformed. The file as read, padding included: an empty last field ends in a zero that is its length."""
    tags = _tags(content)
    if set(tags) != {0x01, 0x02, 0x03}:
        raise Malformed("address fields")
    if len(tags[0x01]) > 80 or len(tags[0x02]) > 6 or len(tags[0x03]) > 67:
        raise Malformed("address field too long")
    return Address(*(_clean(_decoded(tags[tag])) for tag in (0x01, 0x02, 0x03)))


def birth(text: str) -> tuple[int, int | None, int | None]:
    """«30 JUIL 1985», «01.MÄR.1985», «AOUT 1950» or «1950»: in three languages, as far as it is known."""
    found = BORN.fullmatch(unicodedata.normalize("NFC", text).strip())
    if found is None:
        raise Malformed("birth date")
    day, month, year = found.groups()
    if month is not None and month not in MONTHS or (day is not None and month is None):
        raise Malformed("birth date")
    number = MONTHS[month] if month else None
    known = int(day) if day and int(day) else None
    try:
        date(int(year), number or 1, known or 1)
    except ValueError as impossible:
        raise Malformed("birth date") from impossible
    return int(year), number, known


def language_of(text: str) -> str | None:
    """A hint: months and nationalities are written in the language of the card."""
    return {"Belge": "fr", "Belg": "nl", "BELG": "nl", "Belgier": "de", "Belgierin": "de"}.get(text)


def _tags(content: bytes) -> dict[int, bytes]:
    """Tag, length, value; ascending; 00 only first; zeros at the end. Readers disagree on lengths of 128 and more, and
    no genuine field has one."""
    found: dict[int, bytes] = {}
    at, before = 0, -1
    while at < len(content):
        tag = content[at]
        if tag == 0 and at > 0:
            if any(content[at:]):
                raise Malformed("something after the end")
            break
        if tag <= before or tag > HIGHEST_TAG or at + 2 > len(content):
            raise Malformed("order of fields")
        length = content[at + 1]
        if length >= 0x80 or at + 2 + length > len(content):
            raise Malformed("length of a field")
        found[tag] = content[at + 2 : at + 2 + length]
        at, before = at + 2 + length, tag
    return found


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8", "strict")
    except UnicodeDecodeError as wrong:
        raise Malformed("not text") from wrong


def _ascii(tags: dict[int, bytes], tag: int) -> str:
    text = _decoded(tags[tag])
    if not text.isascii():
        raise Malformed("not plain text")
    return text


def _text(tags: dict[int, bytes], tag: int) -> str:
    value = tags.get(tag, b"")
    if len(value) > LONGEST[tag]:
        raise Malformed("field too long")
    return _clean(_decoded(value))


def _clean(text: str) -> str:
    """Composed, single spaces, and no sign that turns text around or hides in it."""
    text = unicodedata.normalize("NFC", text)
    if any(unicodedata.category(sign).startswith("C") for sign in text):
        raise Malformed("strange signs")
    return " ".join(text.split())


def _day(text: str) -> date:
    if not re.fullmatch(r"\d\d\.\d\d\.\d{4}", text):
        raise Malformed("date")
    try:
        return date(int(text[6:]), int(text[3:5]), int(text[:2]))
    except ValueError as impossible:
        raise Malformed("date") from impossible


def _checks(number: str) -> bool:
    return (int(number[:10]) % 97 or 97) == int(number[10:])
