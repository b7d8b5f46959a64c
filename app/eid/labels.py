"""The words of readings: why one came to nothing, what was weak, and what a card is."""

from typing import Any

from app.kernel.i18n import lazy_gettext as _l

_NOT_BELIEVED = _l(
    "What the program sent could not be verified as a genuine Belgian card. Nothing was stored. "
    "Please go on by hand."
)
_INCOMPLETE = _l("The card was not read completely. Nothing was stored. Put it back in and start again.")
_HOLDER = _l(
    "The certificate of this card is not valid for signing in. Nothing was stored. Please go on by hand, or show the "
    "card at the practice."
)

# by code, of the agent (first) and of the verification
REFUSED: dict[str, Any] = {
    "no-service": _l("The computer's smart card service does not answer. Start it, then try again."),
    "no-reader": _l("No card reader was found. Connect it, then start again."),
    "no-card": _l("No card was put into the reader. Put it in, then start again."),
    "wrong-side": _l(
        "The chip did not answer. Put the card into the slot, chip side first, and start again."
    ),
    "unsupported": _l("This is not a Belgian identity card that can be read here. Please go on by hand."),
    "busy": _l("Another program is using the card. Close it, then start again."),
    "removed": _l("The card was taken out too early. Nothing was stored. Please start again."),
    "swapped": _l("The card was replaced by another one during the reading. Nothing was stored."),
    "unreadable": _INCOMPLETE,
    "pin-blocked": _l(
        "The PIN of this card is blocked. Your municipality can unblock it; meanwhile, go on by hand."
    ),
    "cancelled": _l("The reading was stopped in the program. Nothing was stored."),
    "asks-too-much": _NOT_BELIEVED,
    "agent-too-old": _l(
        "The program on this computer is too old. Install the current one, then start again."
    ),
    "unknown-file": _NOT_BELIEVED,
    "missing-file": _INCOMPLETE,
    "wrong-size": _INCOMPLETE,
    "bad-certificate": _NOT_BELIEVED,
    "untrusted-issuer": _l(
        "This card does not come from the Belgian State's register that this site trusts. Nothing was stored."
    ),
    "register-subject": _NOT_BELIEVED,
    "register-expired": _HOLDER,
    "register-weak": _HOLDER,
    "certificate-usage": _NOT_BELIEVED,
    "certificate-policy": _NOT_BELIEVED,
    "holder-chain": _NOT_BELIEVED,
    "holder-expired": _HOLDER,
    "holder-usage": _HOLDER,
    "holder-weak": _HOLDER,
    "holder-subject": _NOT_BELIEVED,
    "identity-signature": _NOT_BELIEVED,
    "address-signature": _NOT_BELIEVED,
    "malformed": _NOT_BELIEVED,
    "photo-mismatch": _NOT_BELIEVED,
    "card-mismatch": _l(
        "Two cards were mixed up during the reading. Nothing was stored. Please start again."
    ),
    "card-expired": _l("This card is no longer valid, or not yet. Nothing was stored. Please go on by hand."),
    "bad-proof": _l(
        "The card did not answer this reading, but perhaps an older one. Nothing was stored. Start again."
    ),
    "revoked": _l(
        "This card was reported lost or stolen, or its certificates were revoked. Nothing was stored."
    ),
    "revocation-unknown": _l(
        "Whether this card was revoked could not be asked just now. Nothing was stored. Try again in a moment."
    ),
}
FLAGS: dict[str, Any] = {
    "register-expired": _l(
        "The register's signature on this card is too old to prove it: the data are declared."
    ),
    "register-sha1": _l(
        "This card is signed in an old way that proves nothing any more: the data are declared."
    ),
    "register-weak-key": _l("This card is signed with an old, short key: the data are declared."),
    "card-expired": _l("This card is no longer valid: the data are declared."),
    "certificate-expired": _l(
        "The card's certificates are not valid. On cards of people over 75 that is usual."
    ),
    "certificate-revoked": _l(
        "The card's certificates were revoked: the card may be reported lost. Compare the face."
    ),
    "revocation-unknown": _l("Whether the card was revoked could not be asked."),
}
UNPROVEN = frozenset({"register-expired", "register-sha1", "register-weak-key", "card-expired"})
FIELDS: dict[str, Any] = {
    "given_name": _l("First name"),
    "family_name": _l("Last name"),
    "birth_date": _l("Date of birth"),
    "sex": _l("Sex"),
    "street": _l("Street and number"),
    "postcode": _l("Postcode"),
    "town": _l("Town"),
    "country": _l("Country"),
}
CONFLICTS: dict[str, Any] = {
    "number": _l("The file has another national number than the card."),
    "name": _l("A file has the number of the card, and another name."),
    "account": _l("Another account has the number of the card already, or the account says something else."),
}


def refused(code: str) -> str:
    return str(REFUSED.get(code, _INCOMPLETE))


def is_proven(level: int, flags: tuple[str, ...]) -> bool:
    """Whether a reading counts for anything: what is not proven is declared."""
    return level >= 2 and not UNPROVEN & set(flags)
