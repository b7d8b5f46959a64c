"""The outside of a SAML message: how large, how many, how encoded; opened without looking inside."""

import base64
import binascii
import zlib
from collections.abc import Sequence
from urllib.parse import unquote_plus

from app.identity.ports import NotProved

MOST_TEXT = 160 * 1024  # signs of base64; a real answer has about ten thousand
MOST_BYTES = 64 * 1024  # of a message in an address, once inflated
LINE_ENDS = str.maketrans("", "", "\r\n")  # some providers break their base64 into lines
MESSAGES = ("SAMLRequest", "SAMLResponse")
BESIDE = ("RelayState", "SigAlg", "Signature")


def opened(values: Sequence[str]) -> bytes:
    """The document in a posted form: exactly one value, strict base64."""
    if len(values) != 1:
        raise NotProved("not-one-value", str(len(values)))
    if len(values[0]) > MOST_TEXT:
        raise NotProved("too-large")
    return _decoded(values[0].translate(LINE_ENDS))


def parts(query: str) -> dict[str, str]:
    """The words of a signed address; each known, and there once."""
    found: dict[str, str] = {}
    for pair in query.split("&"):
        name, _equals, value = pair.partition("=")
        if name not in (*MESSAGES, *BESIDE) or name in found:
            raise NotProved("parameters")
        found[name] = unquote_plus(value)
    if ("SAMLRequest" in found) == ("SAMLResponse" in found):
        raise NotProved("parameters")
    if not (found.get("SigAlg") and found.get("Signature")):
        raise NotProved("unsigned")
    return found


def inflated(text: str) -> bytes:
    """The document in an address; what would grow beyond the limit is not unpacked."""
    if len(text) > MOST_TEXT:
        raise NotProved("too-large")
    unpacking = zlib.decompressobj(-15)
    try:
        raw = unpacking.decompress(_decoded(text), MOST_BYTES)
    except zlib.error:
        raise NotProved("not-deflated") from None
    if not unpacking.eof:  # cut off, or larger than the limit
        raise NotProved("not-inflated")
    return raw


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NotProved("not-base64") from None
