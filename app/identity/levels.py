"""How surely the government knows who somebody is, as one number: our own table, whatever a provider calls it.

500 the identity card and its PIN · 450 itsme · 400 an app with codes · 350 a code by text message · 300 a paper token ·
200 a password · 100 whoever registered themself. Source: BOSA, Federal Authentication Service, levels of assurance.
"""

from collections.abc import Mapping

CARD, ITSME, APP = 500, 450, 400
LADDER = (CARD, ITSME, APP, 350, 300, 200, 100)
PROVEN = ITSME  # from here on a practice may believe the person: card with PIN, or itsme

FAS = "urn:be:fedict:iam:fas:"
CITIZEN = FAS + "citizen:"
CONTEXTS: Mapping[str, int] = {
    **{f"{CITIZEN}Level{step}": step for step in LADDER},
    **{f"{FAS}Level{step}": step for step in LADDER},
    f"{CITIZEN}eid": CARD,
    f"{CITIZEN}bmid": ITSME,
    f"{CITIZEN}totp": APP,
    f"{CITIZEN}token": 300,
}
# of the eID identity provider: without the PIN a card in the reader proves only that somebody holds it
CARD_CONTEXTS: Mapping[str, int] = {
    "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI": CARD,
    "urn:be:fedict:eid:idp:AuthenticationWithIdentification": CARD,
    "urn:be:fedict:eid:idp:Identification": 100,
}


def asked(contexts: Mapping[str, int], *, least: int) -> list[str]:
    """The names to ask a provider for: one a level, the strongest first."""
    found: dict[int, str] = {}
    for name, level in contexts.items():
        if level >= least:
            found.setdefault(level, name)
    return [found[level] for level in sorted(found, reverse=True)]
