"""What each kind of identity provider calls things: attributes and levels. An operator may rename attributes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.identity import levels

NEEDED = ("niss", "given_name", "family_name")
WORDS = (*NEEDED, "language", "email")
CLAIM = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"


@dataclass(frozen=True)
class Profile:
    """`attributes`: our word -> the provider's name; `contexts`: its AuthnContextClassRef -> our level."""

    name: str
    attributes: Mapping[str, str]
    contexts: Mapping[str, int]


PROFILES = {
    "csam": Profile(
        "csam",
        {
            "niss": "egovNRN",
            "given_name": "givenName",
            "family_name": "surname",
            "language": "PrefLanguage",
            "email": "mail",
        },
        levels.CONTEXTS,
    ),
    "ehealth": Profile(
        "ehealth",
        {
            "niss": "urn:be:fgov:person:ssin",
            "given_name": "urn:be:fgov:person:firstname",
            "family_name": "urn:be:fgov:person:lastname",
        },
        levels.CONTEXTS,
    ),
    "eid": Profile(
        "eid",
        {
            "niss": CLAIM + "privatepersonalidentifier",
            "given_name": CLAIM + "givenname",
            "family_name": CLAIM + "surname",
        },
        levels.CARD_CONTEXTS,
    ),
}


def renamed(profile: Profile, pairs: str) -> Profile:
    """With the operator's own names: «niss=urn:x, given_name=urn:y». ValueError says what is wrong."""
    names = dict(profile.attributes)
    for pair in filter(None, (part.strip() for part in pairs.split(","))):
        word, _equals, name = (part.strip() for part in pair.partition("="))
        if word not in WORDS or not name:
            raise ValueError(f"«{pair}» is not one of {', '.join(WORDS)}, an equals sign and a name")
        names[word] = name
    if len(set(names.values())) < len(names):
        raise ValueError("two of them have the same name")
    return replace(profile, attributes=names)
