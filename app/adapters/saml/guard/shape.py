"""The inside of a SAML message before anybody believes it: nothing but what belongs there, each thing in its place.

Run on what was posted and again on what decryption makes of it: anybody can encrypt to our public certificate. With one
assertion, one place for each signature and one reference to the very element it stands in, there is nothing to wrap.
"""

from typing import Any

from lxml import etree

from app.adapters.saml.guard import names
from app.identity.ports import NotProved

MOST_ELEMENTS, MOST_ATTRIBUTES = 600, 24
PARSER = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}


def parsed(raw: bytes) -> Any:
    """The root of a document in UTF-8 without declarations, comments, or instructions."""
    if b"<!" in raw or b"<?" in raw[1:]:
        raise NotProved("declaration")
    if b"\0" in raw:  # the other encodings, which would hide what was just looked for
        raise NotProved("encoding")
    try:
        root = etree.fromstring(raw, etree.XMLParser(**PARSER))
    except (etree.XMLSyntaxError, ValueError):
        raise NotProved("not-xml") from None
    if root.getroottree().docinfo.encoding not in ("UTF-8", "utf-8"):
        raise NotProved("encoding")
    return root


def check(root: Any) -> None:
    """An answer to a sign-in, whole or still encrypted."""
    if root.tag != names.RESPONSE:
        raise NotProved("not-a-response")
    _check_contents(root, names.ALLOWED)
    _check_status(root)
    _check_assertion(root)
    for signature in root.iter(names.SIGNATURE):
        _check_signature(signature)
    for encrypted in root.iter(names.ENCRYPTED):
        _check_encryption(encrypted)


def check_signed(root: Any, *, message_too: bool) -> None:
    """The assertion under a signature of its own, and the message too; run on what was decrypted."""
    signed = [signature.getparent().tag for signature in root.iter(names.SIGNATURE)]
    if names.ASSERTION not in signed or (message_too and names.RESPONSE not in signed):
        raise NotProved("unsigned")


def check_logout(root: Any, expected: str) -> None:
    """A message about a session's end; its signature stands in the address, so there is none inside."""
    if root.tag != expected:
        raise NotProved("not-a-logout")
    _check_contents(root, names.LOGOUT_ALLOWED[expected])


def only(inside: Any, path: str) -> Any:
    """The one element at this path."""
    found = inside.findall(path)
    if len(found) != 1:
        raise NotProved("not-exactly-one", path.rpartition("}")[2])
    return found[0]


def _check_contents(root: Any, allowed: frozenset[str]) -> None:
    ids: set[str] = set()
    for count, element in enumerate(root.iter(), start=1):
        if element.tag not in allowed:
            raise NotProved("element")
        if count > MOST_ELEMENTS or len(element.attrib) > MOST_ATTRIBUTES:
            raise NotProved("too-large")
        if any(name.startswith("{") and name != names.XSI_TYPE for name in element.attrib):
            raise NotProved("attribute")
        if any(
            name in element.attrib and not names.INSTANT.fullmatch(element.attrib[name])
            for name in names.MOMENTS
        ):
            raise NotProved("instant")  # the toolkit breaks at some of these
        own = [element.attrib[name] for name in ("ID", "Id") if name in element.attrib]
        if len(own) > 1 or ids.intersection(own):
            raise NotProved("same-id")
        ids.update(own)


def _check_status(root: Any) -> None:
    """What the provider itself refused, or the person gave up."""
    code = only(root, f"{names.SAMLP}Status/{names.STATUS_CODE}")
    if code.get("Value") != names.SUCCESS:
        inner = [one.get("Value", "") for one in code.findall(names.STATUS_CODE)]
        word = "".join(inner).rpartition(":")[2]
        raise NotProved("provider-refused", word if word.isalpha() and len(word) < 40 else "")


def _check_assertion(root: Any) -> None:
    found = list(root.iter(names.ASSERTION, names.ENCRYPTED))
    if len(found) != 1:
        raise NotProved("not-one-assertion")
    if found[0].getparent() is not root:
        raise NotProved("misplaced-assertion")


def _check_signature(signature: Any) -> None:
    """XML-DSig as saml-core 5.4 profiles it: enveloped, one reference to the parent, exclusive canonical form."""
    parent = signature.getparent()
    if parent.tag not in (names.RESPONSE, names.ASSERTION) or len(parent.findall(names.SIGNATURE)) != 1:
        raise NotProved("misplaced-signature")
    signed = only(signature, f"{names.DS}SignedInfo")
    reference = only(signed, names.REFERENCE)
    if not parent.get("ID") or reference.get("URI") != f"#{parent.get('ID')}":
        raise NotProved("reference")
    if [one.get("Algorithm") for one in reference.iter(f"{names.DS}Transform")] != [
        names.ENVELOPED,
        names.EXCLUSIVE,
    ]:
        raise NotProved("transform")
    if only(signed, f"{names.DS}CanonicalizationMethod").get("Algorithm") != names.EXCLUSIVE:
        raise NotProved("canonicalization")
    if only(signed, f"{names.DS}SignatureMethod").get("Algorithm") not in names.SIGNING:
        raise NotProved("signature-method")
    if only(reference, f"{names.DS}DigestMethod").get("Algorithm") not in names.DIGESTS:
        raise NotProved("digest-method")


def _check_encryption(encrypted: Any) -> None:
    """One text under one key, wrapped for us with OAEP: the older padding answers an attacker's questions."""
    sealed = only(encrypted, f"{names.XENC}EncryptedData")
    keys = list(encrypted.iter(f"{names.XENC}EncryptedKey"))
    if len(keys) != 1:
        raise NotProved("not-one-key")
    if only(sealed, f"{names.XENC}EncryptionMethod").get("Algorithm") not in names.CIPHERS:
        raise NotProved("cipher")
    if only(keys[0], f"{names.XENC}EncryptionMethod").get("Algorithm") != names.WRAPPING:
        raise NotProved("wrapping")
