"""What a card said, between the reading and the «yes»: packed to be sealed, unpacked to be shown; and who it names."""

import base64
import json
from dataclasses import asdict
from datetime import date

from app.eid.card_files import Address, Identity
from app.eid.proofs import CardRead
from app.kernel.sealing import folded

DATES = ("valid_from", "valid_until")
BINARY = ("chip_number", "photo_hash", "basic_key_hash")


def pack(read: CardRead) -> bytes:
    identity = asdict(read.identity)
    identity |= {name: identity[name].isoformat() for name in DATES}
    identity |= {name: identity[name].hex() if identity[name] else None for name in BINARY}
    photo = base64.b64encode(read.photo).decode() if read.photo else None
    found = {"identity": identity, "address": asdict(read.address), "photo": photo, "level": read.level}
    return json.dumps({**found, "flags": read.flags}).encode()


def unpack(content: bytes) -> CardRead:
    found = json.loads(content)
    identity = found["identity"]
    identity |= {name: date.fromisoformat(identity[name]) for name in DATES}
    identity |= {name: bytes.fromhex(identity[name]) if identity[name] else None for name in BINARY}
    identity["birth"] = tuple(identity["birth"])
    photo = base64.b64decode(found["photo"]) if found["photo"] else None
    return CardRead(
        Identity(**identity), Address(**found["address"]), photo, found["level"], tuple(found["flags"])
    )


def names_agree(identity: Identity, *, given_name: str, family_name: str) -> bool:
    """A card names two given names where people use one: the family name and the first of the given ones count."""
    if folded(identity.family_name) != folded(family_name):
        return False
    card, said = folded(identity.given_names), folded(given_name)
    first = folded(identity.given_names.split()[0]) if identity.given_names else ""
    return said in (card, first) or (
        bool(first) and folded(given_name.split()[0] if given_name else "") == first
    )


def is_nobody_alike(identity: Identity, *, given_name: str, family_name: str) -> bool:
    """Neither the family name nor any given name is the same: this is somebody else's card."""
    given = {folded(part) for part in identity.given_names.split()} & {
        folded(part) for part in given_name.split()
    }
    return folded(identity.family_name) != folded(family_name) and not given
