"""What a signed answer says, read from the one signed assertion: to us, of this question, now, and surely enough.

The library lets several of these be absent; here each must be there. Source: saml-profiles 4.1.4.2 and 4.1.4.3.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.adapters.saml.guard import names
from app.adapters.saml.guard.shape import only
from app.identity.ports import Ending, NotProved, Proof, Told
from app.identity.profiles import Profile
from app.kernel.i18n import LANGUAGES
from app.patients import niss

SKEW = timedelta(minutes=5)  # how far two clocks may differ
LONGEST = timedelta(hours=1)  # for an assertion to be good: so long its number is kept
LOGOUT_LASTS = timedelta(minutes=10)
LONGEST_NAME = 100  # as the account keeps it
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"


@dataclass(frozen=True)
class Expected:
    """Who we are, whom we asked, and what."""

    here: str  # the address that was to be posted to
    ours: str  # our entity id
    provider: str  # theirs
    request_id: str
    level: int
    asked_at: datetime


def read(root: Any, expected: Expected, profile: Profile, *, now: datetime) -> Proof:
    """The proof in a response whose signatures were found right."""
    if root.get("Destination") != expected.here:
        raise NotProved("destination")
    if root.get("InResponseTo") != expected.request_id:
        raise NotProved("in-response-to")
    assertion = only(root, names.ASSERTION)
    if assertion.get("Version") != "2.0":
        raise NotProved("version")
    if {_text(one) for one in root.findall(names.ISSUER)} - {expected.provider}:
        raise NotProved("issuer")
    if _text(only(assertion, names.ISSUER)) != expected.provider:
        raise NotProved("issuer")
    until = _confirmed(only(assertion, f"{names.SAML}Subject"), expected, now=now)
    _check_conditions(only(assertion, f"{names.SAML}Conditions"), expected, now=now)
    statement = only(assertion, f"{names.SAML}AuthnStatement")
    said = _attributes(only(assertion, f"{names.SAML}AttributeStatement"), profile)
    return Proof(
        niss=_number(said, now=now),
        given_name=_name(said, "given_name"),
        family_name=_name(said, "family_name"),
        level=_level(statement, expected, profile, now=now),
        provider=expected.provider,
        assertion_id=assertion.get("ID"),
        until=until,
        ending=_ending(assertion, statement),
        language=_language(said),
        email=_email(said),
    )


def read_logout(root: Any, *, here: str, provider: str, relay: str | None, now: datetime) -> Told:
    """A message about a session's end whose signature was found right."""
    if root.get("Destination") != here:
        raise NotProved("destination")
    if _text(only(root, names.ISSUER)) != provider:
        raise NotProved("issuer")
    if abs(now - _instant(root, "IssueInstant")) > LOGOUT_LASTS:
        raise NotProved("too-old")
    if root.get("NotOnOrAfter") and now >= _instant(root, "NotOnOrAfter"):
        raise NotProved("too-old")
    if not root.get("ID"):
        raise NotProved("no-id")
    if root.tag == names.LOGOUT_RESPONSE:
        if not root.get("InResponseTo"):
            raise NotProved("in-response-to")
        return Told(root.get("ID"), relay, in_response_to=root.get("InResponseTo"))
    indexes = tuple(_text(one) for one in root.findall(names.SESSION_INDEX))
    return Told(root.get("ID"), relay, Ending(name_id=_named(root)), session_indexes=indexes)


def _confirmed(subject: Any, expected: Expected, *, now: datetime) -> datetime:
    """Until when whoever brings it is believed: one bearer, here, in answer to the question, not yet over."""
    confirmation = only(subject, f"{names.SAML}SubjectConfirmation")
    if confirmation.get("Method") != BEARER:
        raise NotProved("confirmation")
    about = only(confirmation, f"{names.SAML}SubjectConfirmationData")
    if about.get("InResponseTo") != expected.request_id:
        raise NotProved("signed-in-response-to")
    if about.get("Recipient") != expected.here:
        raise NotProved("recipient")
    if about.get("NotBefore") is not None:  # saml-profiles 4.1.4.2 forbids it
        raise NotProved("confirmation")
    until = _instant(about, "NotOnOrAfter")
    if now >= until:
        raise NotProved("too-late")
    if until > now + LONGEST:
        raise NotProved("too-long")
    return until


def _check_conditions(conditions: Any, expected: Expected, *, now: datetime) -> None:
    if conditions.get("NotBefore") and now + SKEW < _instant(conditions, "NotBefore"):
        raise NotProved("too-early")
    if conditions.get("NotOnOrAfter") and now >= _instant(conditions, "NotOnOrAfter") + SKEW:
        raise NotProved("too-late")
    restriction = only(conditions, f"{names.SAML}AudienceRestriction")
    if expected.ours not in [_text(one) for one in restriction.findall(f"{names.SAML}Audience")]:
        raise NotProved("audience")


def _level(statement: Any, expected: Expected, profile: Profile, *, now: datetime) -> int:
    """By our own table; and of a sign-in that happened since the question was put, for that is what was asked."""
    at = _instant(statement, "AuthnInstant")
    if at < expected.asked_at - SKEW or at > now + SKEW:
        raise NotProved("stale-sign-in")
    if statement.get("SessionNotOnOrAfter") and now >= _instant(statement, "SessionNotOnOrAfter"):
        raise NotProved("too-late")
    context = only(statement, f"{names.SAML}AuthnContext")
    level = profile.contexts.get(_text(only(context, f"{names.SAML}AuthnContextClassRef")))
    if level is None:
        raise NotProved("context")
    if level < expected.level:
        raise NotProved("level", str(level))
    return level


def _attributes(statement: Any, profile: Profile) -> dict[str, list[str]]:
    """Our word -> its values; an attribute stands there once, by its own name."""
    words = {name: word for word, name in profile.attributes.items()}
    found: dict[str, list[str]] = {}
    for attribute in statement.findall(f"{names.SAML}Attribute"):
        word = words.get(attribute.get("Name"))
        if word is None:
            continue
        if word in found:
            raise NotProved("attribute-twice")
        found[word] = [_text(one) for one in attribute.findall(f"{names.SAML}AttributeValue")]
    return found


def _number(said: dict[str, list[str]], *, now: datetime) -> str:
    values = said.get("niss", [])
    if len(values) != 1:
        raise NotProved("not-one-number", str(len(values)))
    try:
        digits = niss.parse(values[0], today=now.date()).digits
    except niss.WrongNiss as wrong:
        raise NotProved("number", wrong.wrong.value) from None
    if digits != values[0]:
        raise NotProved("number", "written")
    return digits


def _name(said: dict[str, list[str]], word: str) -> str:
    name = " ".join(said.get(word, [""])[0].split()) if len(said.get(word, [])) == 1 else ""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NotProved("name")
    return name


def _language(said: dict[str, list[str]]) -> str | None:
    values = [value.lower() for value in said.get("language", [])]
    return values[0] if len(values) == 1 and values[0] in LANGUAGES else None


def _email(said: dict[str, list[str]]) -> str | None:
    """To fill in a form with; nobody is looked up by it."""
    values = said.get("email", [])
    return values[0] if len(values) == 1 else None


def _ending(assertion: Any, statement: Any) -> Ending:
    subject = only(assertion, f"{names.SAML}Subject")
    name = only(subject, names.NAME_ID)
    return Ending(
        name_id=_named(subject),
        session_index=statement.get("SessionIndex", ""),
        name_format=name.get("Format", ""),
        name_qualifier=name.get("NameQualifier", ""),
        sp_name_qualifier=name.get("SPNameQualifier", ""),
    )


def _named(inside: Any) -> str:
    name = _text(only(inside, names.NAME_ID))
    if not name:
        raise NotProved("no-name-id")
    return name


def _text(element: Any) -> str:
    """Whole: an element with others inside would say less than it seems to."""
    if len(element):
        raise NotProved("nested")
    return (element.text or "").strip()


def _instant(element: Any, name: str) -> datetime:
    found = names.INSTANT.fullmatch(element.get(name, ""))
    if found is None:
        raise NotProved("instant", name)
    try:
        return datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    except ValueError:
        raise NotProved("instant", name) from None
