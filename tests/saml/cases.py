"""The documents that decide, each with its verdict: a word of refusal, or None for an answer that is believed.

`at` says which part of the guard is asked: the whole way in, or one part alone, without the library around it, so that
nothing else can catch what that part lets through.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

import time_machine
from lxml import etree

from app.adapters.saml.guard import claims, envelope, names, shape
from app.adapters.saml.provider import Given
from app.adapters.saml.python3_saml import SamlProvider
from app.identity.ports import Ending, NotProved
from app.identity.profiles import PROFILES
from tests.saml import documents as d
from tests.saml.documents import ACS, CITIZEN, IDP, NISS, NOW, REQUEST, SP

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@dataclass(frozen=True)
class Case:
    name: str
    at: str  # whole, envelope, parts, inflated, parsed, shape, logout-shape, claims, logout-claims, hear
    given: Any
    verdict: str | None
    message_signed: bool = True  # what the operator asks for
    now: Any = NOW
    proved: Any = None  # what the proof must say

    def __str__(self):
        return f"{self.at}: {self.name}"


@lru_cache
def provider(message_signed=True, *certificates):
    """With two certificates at a time, as in the weeks when the provider changes its own."""
    both = certificates or (d.pair("provider").certificate, d.pair("next").certificate)
    keys = d.pair("portal")
    metadata = d.metadata(*both)
    given = Given(
        PROFILES["csam"], metadata, keys.key, keys.certificate, SP, "https://parvis.test", 450, message_signed
    )
    return SamlProvider(given)


EXPECTED = claims.Expected(ACS, SP, IDP, REQUEST, 450, NOW)


def judge(case, *, of=None):
    """The word of refusal, or None. `of` lends other parts of the guard: those that tools/mutants.py has bent."""
    part = {"envelope": envelope, "shape": shape, "claims": claims, **(of or {})}
    ask = {
        "whole": lambda: _whole(case, of),
        "envelope": lambda: part["envelope"].opened(case.given),
        "parts": lambda: part["envelope"].parts(case.given),
        "inflated": lambda: part["envelope"].inflated(case.given),
        "parsed": lambda: part["shape"].parsed(case.given),
        "shape": lambda: part["shape"].check(etree.fromstring(case.given)),
        "signed": lambda: part["shape"].check_signed(
            etree.fromstring(case.given), message_too=case.message_signed
        ),
        "logout-shape": lambda: part["shape"].check_logout(etree.fromstring(case.given[0]), case.given[1]),
        "claims": lambda: part["claims"].read(
            etree.fromstring(case.given), EXPECTED, PROFILES["csam"], now=case.now
        ),
        "logout-claims": lambda: part["claims"].read_logout(
            etree.fromstring(case.given), here=d.SLO, provider=IDP, relay=None, now=case.now
        ),
        "hear": lambda: _made(True, of).hear(case.given, now=case.now),
    }[case.at]
    try:
        found = ask()
    except NotProved as refused:
        return refused.reason
    wrong = [word for word, value in (case.proved or {}).items() if getattr(found, word) != value]
    return f"says something else: {', '.join(wrong)}" if wrong else None


def _made(message_signed, of):
    """The usual provider, or a bent one."""
    usual = provider(message_signed)
    bent = (of or {}).get("python3_saml")
    return _bent(bent, usual.given) if bent else usual


@lru_cache
def _bent(module, given):
    return module.SamlProvider(given)


def _whole(case, of=None):
    values = case.given if isinstance(case.given, list) else [d.posted(case.given)]
    with time_machine.travel(case.now, tick=False):
        _made(case.message_signed, of).answer(
            values, request_id=REQUEST, level=450, asked_at=NOW, now=case.now
        )


def honest(**changes):
    return d.signed(d.assertion(**changes))


# ---- believed -------------------------------------------------------------------------------------------------------


def valid():
    inner = honest()
    late, early = NOW + 4 * MINUTE, NOW - 4 * MINUTE  # what our clock shows when theirs shows NOW
    yield Case("signed twice", "whole", d.answer(), None)
    yield Case(
        "plain: the assertion alone is signed",
        "whole",
        d.answer(sign_message=False),
        None,
        message_signed=False,
    )
    yield Case("signed twice where once would do", "whole", d.answer(), None, message_signed=False)
    yield Case("an encrypted assertion", "whole", d.answer(d.encrypted(inner)), None)
    for cipher in ("AES256", "AES128_GCM", "AES256_GCM"):
        yield Case(f"encrypted with {cipher}", "whole", d.answer(d.encrypted(inner, cipher=cipher)), None)
    for level in ("Level500", "Level450", "eid", "bmid"):
        yield Case(
            f"{level}, which is enough",
            "whole",
            d.answer(honest(how=d.statement(context=CITIZEN + level))),
            None,
        )
    yield Case("their clock is four minutes behind", "whole", d.answer(), None, now=late)
    yield Case("their clock is four minutes ahead", "whole", d.answer(), None, now=early)
    yield Case("the certificate rolled", "whole", d.answer(honest_by_next(), by="next"), None)
    for size in (384, 512):
        digest = f"sha{size}"
        xml = d.signed(d.response(inner), method=f"rsa-{digest}", digest=digest)
        yield Case(f"signed with {digest}", "whole", xml, None)
    yield Case("an XML declaration", "whole", '<?xml version="1.0" encoding="UTF-8"?>' + d.answer(), None)
    yield Case("base64 in lines", "whole", [lines(d.posted(d.answer()))], None)
    yield Case(
        "an attribute nobody asked for",
        "whole",
        d.answer(honest(said=d.attributes(mail=["a@b.be"], roles=["x", "y"]))),
        None,
    )
    yield Case(
        "every element there may be",
        "whole",
        d.answer(
            honest(
                how=FURNISHED,
                under=d.conditions(restrictions=d.audience("https://x.example", SP) + "<saml:OneTimeUse/>"),
            )
        ),
        None,
    )
    yield Case(
        "a status with a word",
        "whole",
        d.answer(
            state=f"<samlp:Status><samlp:StatusCode Value='{d.SUCCESS}'/><samlp:StatusMessage>fine</samlp:StatusMessage></samlp:Status>"
        ),
        None,
    )
    yield Case("inclusive namespaces named", "shape", named_prefixes(d.answer()), None)
    yield Case("attribute values with a type", "whole", d.answer(honest(said=TYPED)), None)


FURNISHED = (
    f'<saml:AuthnStatement AuthnInstant="{d.at(NOW)}" SessionIndex="_s"><saml:SubjectLocality Address="10.0.0.1"/>'
    f"<saml:AuthnContext><saml:AuthnContextClassRef>{CITIZEN}Level500</saml:AuthnContextClassRef>"
    "<saml:AuthenticatingAuthority>https://idp.example/up</saml:AuthenticatingAuthority></saml:AuthnContext>"
    "</saml:AuthnStatement>"
)
TYPED = d.attributes().replace(
    "<saml:AttributeValue>",
    '<saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xsi:type="xs:string">',
)


def honest_by_next():
    return d.signed(d.assertion(), by="next")


def lines(text):
    return "\r\n".join(text[start : start + 76] for start in range(0, len(text), 76))


def named_prefixes(xml):
    """Only its shape: whoever writes this after signing has broken the signature."""
    ending = f'Algorithm="{d.EXCLUSIVE}"/></ds:Transforms>'
    listed = '<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xs"/>'
    return d.changed(xml, ending, f'Algorithm="{d.EXCLUSIVE}">{listed}</ds:Transform></ds:Transforms>')


# ---- refused: the envelope ------------------------------------------------------------------------------------------


def envelopes():
    good = d.posted(d.answer())
    yield Case("no answer at all", "whole", [], "not-one-value")
    yield Case("two answers", "whole", [good, good], "not-one-value")
    yield Case("an empty answer", "whole", [""], "not-xml")
    yield Case("not base64", "whole", ["<samlp:Response/>"], "not-base64")
    yield Case("blanks in base64", "whole", [good[:40] + " " + good[40:]], "not-base64")
    yield Case("a sign too few", "whole", [good.rstrip("=")[:-1]], "not-base64")
    yield Case("letters of another script", "whole", ["Ａ" * 40], "not-base64")
    yield Case("ten megabytes", "whole", ["A" * 10_000_000], "too-large")
    yield Case("one sign too many", "envelope", ["A" * (envelope.MOST_TEXT + 1)], "too-large")
    yield Case("as large as may be", "envelope", ["A" * envelope.MOST_TEXT], None)
    yield Case("one value", "envelope", [good], None)
    yield Case("no value", "envelope", [], "not-one-value")
    yield Case("in lines", "envelope", [lines(good)], None)
    yield Case("a comma", "envelope", ["AAA,"], "not-base64")
    full = "A" * (envelope.MOST_BYTES - 1)
    yield Case("an address as large as may be", "inflated", d.deflated(full), None)
    yield Case("an address that grows too large", "inflated", d.deflated(full + "AA"), "not-inflated")
    yield Case(
        "an address that would fill the memory", "inflated", d.deflated("A" * 20_000_000), "not-inflated"
    )
    yield Case("cut off", "inflated", d.posted("<x/>"), "not-inflated")
    yield Case("not deflated", "inflated", d.posted(b"\xff" * 20), "not-deflated")
    yield Case("not base64", "inflated", "<x/>", "not-base64")
    yield Case("a long word in an address", "inflated", "A" * (envelope.MOST_TEXT + 1), "too-large")
    yield Case("a word just as long", "inflated", "A" * envelope.MOST_TEXT, "not-deflated")
    query = "SAMLRequest=a&RelayState=b&SigAlg=c&Signature=d"
    yield Case("a signed address", "parts", query, None)
    yield Case("an answer in an address", "parts", query.replace("Request", "Response"), None)
    yield Case("nothing", "parts", "", "parameters")
    yield Case("an unknown word", "parts", query + "&next=//evil.example", "parameters")
    yield Case("a word twice", "parts", query + "&RelayState=c", "parameters")
    yield Case("question and answer at once", "parts", query + "&SAMLResponse=c", "parameters")
    yield Case("neither question nor answer", "parts", "RelayState=b&SigAlg=c&Signature=d", "parameters")
    yield Case("no signature", "parts", "SAMLRequest=a&SigAlg=c", "unsigned")
    yield Case("an empty signature", "parts", "SAMLRequest=a&SigAlg=c&Signature=", "unsigned")
    yield Case("no algorithm", "parts", "SAMLRequest=a&Signature=d", "unsigned")


# ---- refused: bombs and hidden markup -------------------------------------------------------------------------------


def bombs():
    xml = d.answer()
    body = xml.split("?>", 1)[-1]
    laughs = "<!DOCTYPE a [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
    )
    yield Case(
        "an external entity",
        "whole",
        f"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>{body}",
        "declaration",
    )
    yield Case("a billion laughs", "whole", f"{laughs}]>{body.replace('Alice', '&j;')}", "declaration")
    yield Case("a document type alone", "whole", f"<!DOCTYPE Response>{body}", "declaration")
    yield Case(
        "a comment in the number",
        "whole",
        d.answer(
            honest(
                said=d.attributes(
                    egovNRN=None,
                    more=f"<saml:Attribute Name='egovNRN'><saml:AttributeValue>{NISS[:6]}<!---->{NISS[6:]}</saml:AttributeValue></saml:Attribute>",
                )
            )
        ),
        "declaration",
    )
    yield Case(
        "a comment in the name of the person",
        "whole",
        d.changed(xml, ">_transient<", ">_tran<!--x-->sient<"),
        "declaration",
    )
    yield Case(
        "a section of plain text", "whole", d.changed(xml, ">Alice<", "><![CDATA[Alice]]><"), "declaration"
    )
    yield Case(
        "an instruction", "whole", d.changed(xml, "<saml:Subject>", "<?php x?><saml:Subject>"), "declaration"
    )
    yield Case("an instruction in front", "parsed", b"<?xml version='1.0'?><?x y?><a/>", "declaration")
    for blanks in (b" ", b"  "):
        yield Case(
            f"an instruction after {len(blanks)} blanks", "parsed", blanks + b"<?x y?><a/>", "declaration"
        )
    yield Case("UTF-16", "whole", xml.encode("utf-16"), "encoding")
    yield Case(
        "UTF-16 without a mark, hiding a declaration",
        "whole",
        f"<!DOCTYPE a>{body}".encode("utf-16-le"),
        "encoding",
    )
    yield Case("Latin-1", "whole", b"<?xml version='1.0' encoding='ISO-8859-1'?>" + body.encode(), "encoding")
    yield Case(
        "UTF-7, hiding a declaration",
        "whole",
        b"<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE a+AD4-" + body.encode(),
        "not-xml",
    )
    yield Case("a null byte", "whole", d.changed(xml, "Alice", "Al\0ice"), "encoding")
    yield Case("not UTF-8", "whole", xml.encode().replace(b"Alice", b"Al\xffice"), "not-xml")
    yield Case("cut off", "whole", xml[:-40], "not-xml")
    yield Case("no XML", "whole", "hello", "not-xml")
    yield Case("two documents", "whole", xml + xml, "not-xml")
    yield Case("very deep", "whole", "<a>" * 5000 + "</a>" * 5000, "not-xml")
    yield Case(
        "a hundred thousand attributes",
        "whole",
        "<a " + " ".join(f"a{n}=''" for n in range(10_000)) + "/>",
        "not-a-response",
    )
    yield Case(
        "small letters for the encoding", "parsed", b"<?xml version='1.0' encoding='utf-8'?><a/>", None
    )
    yield Case("no encoding", "parsed", b"<a/>", None)


# ---- refused: what does not belong there ----------------------------------------------------------------------------


def with_values(count):
    """A believed answer with exactly this many elements."""
    fewer = d.answer(honest(said=d.attributes(more=d.attribute("x"))))
    missing = count - sum(1 for _ in etree.fromstring(fewer).iter())
    return d.answer(honest(said=d.attributes(more=d.attribute("x", *["y"] * missing))))


def with_attributes(count):
    value = (
        "<saml:Attribute Name='x'><saml:AttributeValue "
        + " ".join(f"a{n}=''" for n in range(count))
        + "/></saml:Attribute>"
    )
    return d.answer(honest(said=d.attributes(more=value)))


def contents():
    xml = d.answer()
    yield Case("a logout instead", "whole", d.logout("LogoutResponse"), "not-a-response")
    yield Case(
        "a question instead",
        "whole",
        d.response("").replace("samlp:Response", "samlp:AuthnRequest"),
        "not-a-response",
    )
    yield Case("an assertion alone", "whole", honest(), "not-a-response")
    foreign = "<x:y xmlns:x='urn:x'/>"
    for name, inside in {
        "extensions": f"<samlp:Extensions>{foreign}</samlp:Extensions>",
        "an element of another language": foreign,
        "an element without one": "<y xmlns=''/>",
    }.items():
        yield Case(name, "whole", d.signed(d.response(honest(), more=inside)), "element")
    stylesheet = "<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>"
    for name, find, put in (
        ("a style sheet in a transform", f'Algorithm="{d.EXCLUSIVE}"/></ds:Transforms>', f'Algorithm="{d.EXCLUSIVE}">{stylesheet}</ds:Transform></ds:Transforms>'),
        ("an object in the signature", "</ds:Signature>", "<ds:Object/></ds:Signature>"),
        ("a key to be fetched", "<ds:X509Data>", "<ds:RetrievalMethod URI='http://evil.example/key'/><ds:X509Data>"),
        ("a key by its value", "<ds:X509Data>", "<ds:KeyValue/><ds:X509Data>"),
        ("an encrypted name", "<saml:NameID", "<saml:EncryptedID/><saml:NameID"),
        ("advice", "<saml:AuthnStatement", "<saml:Advice/><saml:AuthnStatement"),
    ):  # fmt: skip
        yield Case(name, "whole", d.changed(xml, find, put), "element")
    yield Case(
        "an encrypted attribute",
        "whole",
        d.answer(honest(said=d.attributes(more="<saml:EncryptedAttribute/>"))),
        "element",
    )
    yield Case(
        "an identifier of XML itself",
        "whole",
        d.changed(xml, "<saml:Subject>", "<saml:Subject xml:id='_x'>"),
        "attribute",
    )
    yield Case(
        "another base for addresses",
        "whole",
        d.changed(xml, "<saml:Subject>", "<saml:Subject xml:base='//evil'>"),
        "attribute",
    )
    yield Case("as many elements as may be", "whole", with_values(shape.MOST_ELEMENTS), None)
    yield Case("one element too many", "whole", with_values(shape.MOST_ELEMENTS + 1), "too-large")
    yield Case("as many attributes as may be", "whole", with_attributes(shape.MOST_ATTRIBUTES), None)
    yield Case("one attribute too many", "whole", with_attributes(shape.MOST_ATTRIBUTES + 1), "too-large")
    yield Case(
        "one identifier for two", "whole", d.changed(xml, 'ID="_assertion"', 'ID="_response"'), "same-id"
    )
    yield Case(
        "one identifier for two, in small letters",
        "shape",
        d.changed(xml, "<saml:Subject>", "<saml:Subject Id='_response'>"),
        "same-id",
    )
    yield Case(
        "two identifiers for one",
        "shape",
        d.changed(xml, "<saml:Subject>", "<saml:Subject ID='_x' Id='_y'>"),
        "same-id",
    )
    yield Case(
        "the person gave up",
        "whole",
        d.signed(
            d.response(
                "",
                state=d.status(
                    "urn:oasis:names:tc:SAML:2.0:status:Responder",
                    d.element("samlp:StatusCode", "", Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"),
                ),
            )
        ),
        "provider-refused",
    )
    yield Case(
        "refused with an assertion all the same",
        "whole",
        d.answer(state=d.status("urn:oasis:names:tc:SAML:2.0:status:Responder")),
        "provider-refused",
    )
    yield Case("no status", "whole", d.answer(state=""), "not-exactly-one")
    yield Case("two statuses", "whole", d.answer(state=d.status() * 2), "not-exactly-one")
    yield Case("no assertion", "whole", d.answer(""), "not-one-assertion")
    yield Case(
        "two assertions", "whole", d.answer(honest() + honest(identity="_second")), "not-one-assertion"
    )
    yield Case(
        "one in clear, one encrypted",
        "whole",
        d.answer(honest() + d.encrypted(honest(identity="_second"))),
        "not-one-assertion",
    )
    yield Case(
        "an assertion in a corner",
        "whole",
        d.signed(d.response(f"<saml:Attribute Name='x'>{honest()}</saml:Attribute>")),
        "misplaced-assertion",
    )


# ---- refused: signatures --------------------------------------------------------------------------------------------


def wrapped():
    """XSW 1 to 8 (Somorovsky et al., «On Breaking SAML», 2012): the signed part moved, another one in its place."""
    inner, evil = (
        honest(),
        d.assertion(identity="_evil", signature="", said=d.attributes(egovNRN=["93051822361"])),
    )
    xml = d.answer()
    message = etree.fromstring(xml)
    stolen = etree.tostring(message.find(names.SIGNATURE)).decode()
    evil_message = d.response(evil, signature="", ID="_evilmessage")
    yield (
        "XSW1",
        evil_message.replace(
            "</saml:Issuer>",
            "</saml:Issuer>"
            + stolen.replace("</ds:Signature>", f"<ds:Object>{xml}</ds:Object></ds:Signature>"),
            1,
        ),
    )
    yield "XSW2", evil_message.replace("</saml:Issuer>", f"</saml:Issuer>{stolen}{xml}", 1)
    yield "XSW3", d.answer(evil + inner)
    yield "XSW4", d.answer(evil.replace("</saml:Assertion>", f"{inner}</saml:Assertion>"))
    own = etree.fromstring(inner).find(names.SIGNATURE)
    its_signature = etree.tostring(own).decode()
    unsigned = d.assertion(signature="")
    yield (
        "XSW5",
        d.answer(
            d.assertion(identity="_evil", signature=its_signature, said=d.attributes(egovNRN=["93051822361"]))
            + unsigned
        ),
    )
    yield (
        "XSW6",
        d.answer(
            d.assertion(
                identity="_evil",
                signature=its_signature.replace("</ds:Signature>", f"{unsigned}</ds:Signature>"),
            )
        ),
    )
    yield "XSW7", d.response(evil, more=f"<samlp:Extensions>{inner}</samlp:Extensions>", signature="")
    yield (
        "XSW8",
        d.answer(
            d.assertion(
                identity="_evil",
                signature=its_signature.replace(
                    "</ds:Signature>", f"<ds:Object>{unsigned}</ds:Object></ds:Signature>"
                ),
            )
        ),
    )
    yield (
        "the signature of one assertion on another",
        d.answer(d.assertion(identity="_evil", signature=its_signature)),
    )


def signatures():
    for name, xml in wrapped():
        forbidden = "ds:Object" in xml or "samlp:Extensions" in xml
        alone = "reference" if name.startswith("the signature") else "not-one-assertion"
        yield Case(name, "whole", xml, "element" if forbidden else alone)
    xml, inner = d.answer(), honest()
    transforms = f'<ds:Transform Algorithm="{names.ENVELOPED}"/><ds:Transform Algorithm="{d.EXCLUSIVE}"/>'
    canonical = f'<ds:CanonicalizationMethod Algorithm="{d.EXCLUSIVE}"/>'
    yield Case("under nothing", "whole", d.response(d.assertion(signature=""), signature=""), "unsigned")
    yield Case("the message alone signed", "whole", d.answer(d.assertion(signature="")), "unsigned")
    yield Case(
        "the message alone signed, whatever is asked",
        "whole",
        d.answer(d.assertion(signature="")),
        "unsigned",
        message_signed=False,
    )
    yield Case("the assertion alone signed", "whole", d.answer(sign_message=False), "unsigned")
    yield Case(
        "in a corner",
        "shape",
        d.changed(xml, "<saml:Subject>", "<saml:Subject><ds:Signature/>"),
        "misplaced-signature",
    )
    yield Case("twice in one place", "whole", twice(xml), "misplaced-signature")
    for name, find, put, word in (
        ("of two parts", "</ds:Reference>", "</ds:Reference><ds:Reference URI='#_x'/>", "not-exactly-one"),
        ("of nothing", 'URI="#_response"', "", "reference"),
        ("of the whole document", 'URI="#_response"', 'URI=""', "reference"),
        ("of something else", 'URI="#_response"', 'URI="#_assertion"', "reference"),
        ("of a page elsewhere", 'URI="#_response"', 'URI="http://evil.example/"', "reference"),
        ("without transforms", transforms, "", "transform"),
        ("with one transform", transforms, f'<ds:Transform Algorithm="{names.ENVELOPED}"/>', "transform"),
        ("with a path", transforms, transforms + '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"/>', "transform"),
        ("with a style sheet", transforms, '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>' + transforms, "transform"),
        ("with base64", transforms, '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>', "transform"),
        ("that keeps comments", transforms, transforms.replace(d.EXCLUSIVE, d.EXCLUSIVE + "WithComments"), "transform"),
        ("in another form", canonical, canonical.replace(d.EXCLUSIVE, d.EXCLUSIVE + "WithComments"), "canonicalization"),
        ("in the older form", canonical, canonical.replace(d.EXCLUSIVE, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"), "canonicalization"),
        ("with a shared secret", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", "signature-method"),
        ("with MD5", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#rsa-md5", "signature-method"),
        ("with a weak digest", "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1", "digest-method"),
    ):  # fmt: skip
        yield Case(f"a signature {name}", "whole", d.changed(xml, find, put), word)
    yield Case(
        "a signature with SHA-1",
        "whole",
        d.signed(d.response(inner), method="rsa-sha1", digest="sha1"),
        "signature-method",
    )
    yield Case(
        "an assertion signed with SHA-1",
        "whole",
        d.answer(d.signed(d.assertion(), method="rsa-sha1", digest="sha1")),
        "signature-method",
    )
    yield Case(
        "a signed part without identifier",
        "shape",
        d.changed(xml, ' ID="_response"', "").replace('URI="#_response"', 'URI="#None"'),
        "reference",
    )
    yield Case(
        "by a stranger, with their certificate",
        "whole",
        d.answer(d.signed(d.assertion(), by="stranger"), by="stranger"),
        "toolkit",
    )
    yield Case(
        "an assertion by a stranger", "whole", d.answer(d.signed(d.assertion(), by="stranger")), "toolkit"
    )
    yield Case("a message by a stranger", "whole", d.answer(by="stranger", content=inner), "toolkit")
    yield Case("another number after signing", "whole", d.changed(xml, NISS, "93051822361"), "toolkit")
    yield Case("another name after signing", "whole", d.changed(xml, ">Alice<", ">Mallory<"), "toolkit")
    yield Case(
        "an empty signature",
        "whole",
        re.sub("<ds:SignatureValue>[^<]*", "<ds:SignatureValue>", xml),
        "toolkit",
    )
    yield Case(
        "a digest of nothing", "whole", re.sub("<ds:DigestValue>[^<]*", "<ds:DigestValue>", xml), "toolkit"
    )
    yield Case("an older version of SAML", "whole", d.answer(d.signed(d.assertion(version="1.1"))), "version")
    yield Case("a message of an older version", "whole", d.answer(Version="1.1"), "toolkit")
    for name, one in (("message", xml), ("message and assertion", xml)):
        yield Case(f"signed: {name}", "signed", one, None)
    yield Case(
        "signed: only what must be", "signed", d.answer(sign_message=False), None, message_signed=False
    )
    yield Case("signed: too little", "signed", d.answer(sign_message=False), "unsigned")
    yield Case("signed: the message alone", "signed", d.answer(d.assertion(signature="")), "unsigned")
    yield Case(
        "signed: the message alone, whatever is asked",
        "signed",
        d.answer(d.assertion(signature="")),
        "unsigned",
        message_signed=False,
    )


def twice(xml):
    found = re.search("<ds:Signature[ >].*?</ds:Signature>", xml, re.DOTALL)[0]
    return xml.replace(found, found * 2, 1)


def encryption():
    inner = honest()
    sealed = d.encrypted(inner)
    yield Case(
        "encrypted for somebody else",
        "whole",
        d.answer(d.encrypted(inner, for_whom="stranger")),
        "not-opened",
    )
    yield Case("encrypted with an old cipher", "whole", d.answer(d.encrypted(inner, cipher="DES3")), "cipher")
    yield Case(
        "encrypted with an old padding",
        "whole",
        d.answer(d.encrypted(inner, wrapping="RSA_PKCS1")),
        "wrapping",
    )
    yield Case(
        "encrypted by whoever: unsigned inside",
        "whole",
        d.answer(d.encrypted(d.assertion(signature=""))),
        "unsigned",
    )
    yield Case(
        "encrypted by whoever: signed by a stranger",
        "whole",
        d.answer(d.encrypted(d.signed(d.assertion(), by="stranger"))),
        "toolkit",
    )
    yield Case(
        "encrypted by whoever: a style sheet inside",
        "whole",
        d.answer(
            d.encrypted(
                d.changed(
                    inner, "</ds:Signature>", "<ds:Object><x:y xmlns:x='urn:x'/></ds:Object></ds:Signature>"
                )
            )
        ),
        "element",
    )
    yield Case(
        "encrypted by whoever: a comment inside",
        "whole",
        d.answer(d.encrypted(d.changed(inner, NISS, NISS[:5] + "<!---->" + NISS[5:]))),
        "declaration",
    )
    yield Case(
        "encrypted by whoever: two assertions inside",
        "whole",
        d.answer(
            d.encrypted(d.changed(inner, "<saml:Subject>", d.assertion(identity="_x") + "<saml:Subject>"))
        ),
        "not-one-assertion",
    )
    yield Case(
        "encrypted: a text to be fetched",
        "whole",
        d.answer(
            re.sub(
                "<xenc:CipherValue>[^<]*</xenc:CipherValue>",
                "<xenc:CipherReference URI='file:///etc/passwd'/>",
                sealed,
                count=1,
            )
        ),
        "element",
    )
    yield Case(
        "encrypted: a key to be fetched",
        "whole",
        d.answer(
            sealed.replace(
                "<xenc:EncryptedKey", "<ds:RetrievalMethod URI='http://evil.example'/><xenc:EncryptedKey", 1
            )
        ),
        "element",
    )
    yield Case(
        "encrypted: rubbish",
        "whole",
        d.answer(re.sub("(<xenc:CipherValue>)[^<]*", r"\1AAAA", sealed)),
        "not-opened",
    )
    start = sealed.index("<xenc:EncryptedData")
    twice = sealed[:start] + sealed[start : sealed.rindex("</saml:Enc")] * 2 + "</saml:EncryptedAssertion>"
    yield Case("encrypted: twice", "whole", d.answer(twice), "not-exactly-one")
    key = re.search("<xenc:EncryptedKey.*?</xenc:EncryptedKey>", sealed, re.DOTALL)[0]
    yield Case("encrypted: two keys", "whole", d.answer(sealed.replace(key, key * 2)), "not-one-key")
    yield Case("encrypted: no key", "whole", d.answer(sealed.replace(key, "")), "not-one-key")
    empty = f"<saml:EncryptedAssertion xmlns:saml='{d.SPACES['saml']}'/>"
    yield Case("encrypted: nothing", "whole", d.answer(empty), "not-exactly-one")


# ---- refused: what is said ------------------------------------------------------------------------------------------


def whole_claims():
    """Through the whole guard: what A49 and A50 are about, and what the library alone would let pass."""
    yield Case("no InResponseTo", "whole", d.answer(InResponseTo=None), "in-response-to")
    yield Case(
        "no InResponseTo in the signed part",
        "whole",
        d.answer(honest(about=d.subject(InResponseTo=None))),
        "signed-in-response-to",
    )
    for name, content in (
        ("the assertion", honest(about=d.subject(InResponseTo="_other"))),
        ("the message", None),
    ):
        yield Case(
            f"another question, says {name}",
            "whole",
            d.answer(content, **({"InResponseTo": "_other"} if content is None else {})),
            "toolkit",
        )
    yield Case(
        "no InResponseTo on a message without signature",
        "whole",
        d.answer(sign_message=False, InResponseTo=None),
        "in-response-to",
        message_signed=False,
    )
    yield Case(
        "a question put on afterwards",
        "whole",
        d.answer(honest(about=d.subject(InResponseTo="_victim")), sign_message=False),
        "toolkit",
        message_signed=False,
    )
    yield Case("no destination", "whole", d.answer(Destination=None), "destination")
    yield Case(
        "no destination on a message without signature",
        "whole",
        d.answer(sign_message=False, Destination=None),
        "destination",
        message_signed=False,
    )
    yield Case(
        "sent to another portal", "whole", d.answer(Destination="https://other.example/csam/acs"), "toolkit"
    )
    yield Case("sent to a longer address", "whole", d.answer(Destination=ACS + "/x"), "destination")
    yield Case(
        "for another recipient",
        "whole",
        d.answer(honest(about=d.subject(Recipient="https://other.example/csam/acs"))),
        "toolkit",
    )
    yield Case(
        "for a recipient that only contains ours",
        "whole",
        d.answer(honest(about=d.subject(Recipient=f"https://evil.example/?{ACS}"))),
        "recipient",
    )
    yield Case("for no recipient", "whole", d.answer(honest(about=d.subject(Recipient=None))), "recipient")
    yield Case(
        "for another audience",
        "whole",
        d.answer(honest(under=d.conditions(restrictions=d.audience("https://other.example")))),
        "toolkit",
    )
    yield Case(
        "for any audience", "whole", d.answer(honest(under=d.conditions(restrictions=""))), "not-exactly-one"
    )
    yield Case(
        "for two audiences at once",
        "whole",
        d.answer(
            honest(under=d.conditions(restrictions=d.audience(SP) + d.audience("https://other.example")))
        ),
        "not-exactly-one",
    )
    yield Case("by another provider", "whole", d.answer(honest(issuer="https://other.example")), "toolkit")
    yield Case("good for ever", "whole", d.answer(honest(about=d.subject(NotOnOrAfter=None))), "instant")
    yield Case(
        "good for a week",
        "whole",
        d.answer(honest(about=d.subject(NotOnOrAfter=d.at(NOW + timedelta(days=7))))),
        "too-long",
    )
    yield Case("over", "whole", d.answer(), "toolkit", now=NOW + 6 * MINUTE)
    yield Case("not yet", "whole", d.answer(honest(under=d.conditions(before=NOW + 6 * MINUTE))), "toolkit")
    yield Case(
        "a sign-in of yesterday",
        "whole",
        d.answer(honest(how=d.statement(when=NOW - timedelta(days=1)))),
        "stale-sign-in",
    )
    yield Case(
        "a lower level", "whole", d.answer(honest(how=d.statement(context=CITIZEN + "Level400"))), "level"
    )
    yield Case(
        "the lowest level", "whole", d.answer(honest(how=d.statement(context=CITIZEN + "Level100"))), "level"
    )
    yield Case(
        "a level of another kind",
        "whole",
        d.answer(honest(how=d.statement(context="urn:be:fedict:iam:fas:enterprise:Level500"))),
        "context",
    )
    yield Case(
        "a password, says the standard",
        "whole",
        d.answer(
            honest(
                how=d.statement(context="urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport")
            )
        ),
        "context",
    )
    yield Case("no number", "whole", d.answer(honest(said=d.attributes(egovNRN=None))), "not-one-number")
    yield Case(
        "two numbers",
        "whole",
        d.answer(honest(said=d.attributes(egovNRN=[NISS, "93051822361"]))),
        "not-one-number",
    )
    yield Case(
        "a number that is none",
        "whole",
        d.answer(honest(said=d.attributes(egovNRN=["85073099438"]))),
        "number",
    )
    yield Case(
        "numbers in two attributes",
        "whole",
        d.answer(honest(said=d.attributes(more=d.attribute("egovNRN", NISS)))),
        "attribute-twice",
    )
    yield Case("no attributes", "whole", d.answer(honest(said="")), "toolkit")
    yield Case(
        "no name of the person", "whole", d.answer(honest(about=d.subject(name_id=None))), "not-exactly-one"
    )


def claim(name, verdict, content=None, *, now=NOW, proved=None, **changes):
    """Read without the library: nothing else looks at it."""
    inner = d.assertion(signature="") if content is None else content
    return Case(name, "claims", d.response(inner, signature="", **changes), verdict, now=now, proved=proved)


def said(**parts):
    return d.assertion(signature="", **parts)


WHO = {
    "niss": NISS,
    "given_name": "Alice",  # not the other way round, as one public integration has it
    "family_name": "Dupont",
    "level": 500,
    "provider": IDP,
    "assertion_id": "_assertion",
    "until": NOW + 5 * MINUTE,
    "language": "fr",
    "email": None,
    "ending": Ending("_transient", "_session", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient", "", SP),
}


def claims_alone():
    week, hour = timedelta(days=7), timedelta(hours=1)
    yield claim("all as it should be", None, proved=WHO)
    yield claim("no destination", "destination", Destination=None)
    yield claim("another destination", "destination", Destination=ACS + "/")
    yield claim("no question", "in-response-to", InResponseTo=None)
    yield claim("another question", "in-response-to", InResponseTo="_other")
    yield claim("no issuer of the message", None, issuer=None)
    yield claim("another issuer of the message", "issuer", issuer=IDP + "/")
    yield claim("another issuer", "issuer", said(issuer="https://other.example"))
    yield claim("no issuer", "not-exactly-one", said(issuer=None))
    yield claim("an older version", "version", said(version="1.1"))
    yield claim("two assertions", "not-exactly-one", said() * 2)
    yield claim(
        "no question in the signed part", "signed-in-response-to", said(about=d.subject(InResponseTo=None))
    )
    yield claim(
        "another question in the signed part",
        "signed-in-response-to",
        said(about=d.subject(InResponseTo="_other")),
    )
    yield claim("another recipient", "recipient", said(about=d.subject(Recipient=ACS + "/")))
    yield claim("a confirmation that waits", "confirmation", said(about=d.subject(NotBefore=d.at(NOW))))
    yield claim(
        "a confirmation by key",
        "confirmation",
        said(about=d.subject(Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")),
    )
    yield claim(
        "two confirmations", "not-exactly-one", said(about=d.subject(confirmations=d.confirmation() * 2))
    )
    yield claim("no confirmation", "not-exactly-one", said(about=d.subject(confirmations="")))
    yield claim("two subjects", "not-exactly-one", said(about=d.subject() * 2))
    yield claim("the last moment", None, said(under=d.conditions(until=None)), now=NOW + 5 * MINUTE - SECOND)
    yield claim("over at this moment", "too-late", said(under=d.conditions(until=None)), now=NOW + 5 * MINUTE)
    yield claim("as long as may be", None, said(about=d.subject(NotOnOrAfter=d.at(NOW + hour))))
    yield claim("a second longer", "too-long", said(about=d.subject(NotOnOrAfter=d.at(NOW + hour + SECOND))))
    yield claim("for a week", "too-long", said(about=d.subject(NotOnOrAfter=d.at(NOW + week))))
    yield claim("no end", "instant", said(about=d.subject(NotOnOrAfter=None)))
    for wrong in (
        "yesterday",
        "2026-11-20",
        "2026-11-20T06:05:00",
        "2026-11-20T06:05:00+01:00",
        "2026-13-20T06:05:00Z",
        "2026-02-30T06:05:00Z",
        "٢٠٢٦-11-20T06:05:00Z",
        "2026-11-20T06:05:00Z ",
    ):
        bent = d.answer(honest(under=d.conditions().replace(d.at(NOW - MINUTE), wrong)))
        by_schema = wrong.endswith("00Z") and wrong.isascii()  # its form is right, and there is no such day
        yield Case(f"a beginning written {wrong!r}", "whole", bent, "toolkit" if by_schema else "instant")
        yield claim(f"an end written {wrong!r}", "instant", said(about=d.subject(NotOnOrAfter=wrong)))
    yield claim("an end with fractions", None, said(about=d.subject(NotOnOrAfter="2026-11-20T06:05:00.123Z")))
    yield claim(
        "their clock ahead by as much as may be", None, said(under=d.conditions(before=NOW + 5 * MINUTE))
    )
    yield claim(
        "their clock ahead by more", "too-early", said(under=d.conditions(before=NOW + 5 * MINUTE + SECOND))
    )
    yield claim("no beginning", None, said(under=d.conditions(before=None)))
    yield claim(
        "their clock behind by as much as may be",
        None,
        said(under=d.conditions(until=NOW - 5 * MINUTE + SECOND)),
    )
    yield claim("their clock behind by more", "too-late", said(under=d.conditions(until=NOW - 5 * MINUTE)))
    yield claim("no conditions", "not-exactly-one", said(under=""))
    yield claim("no audience", "not-exactly-one", said(under=d.conditions(restrictions="")))
    yield claim("another audience", "audience", said(under=d.conditions(restrictions=d.audience(SP + "/"))))
    yield claim("two statements", "not-exactly-one", said(how=d.statement() * 2))
    yield claim("a sign-in as old as may be", None, said(how=d.statement(when=NOW - 5 * MINUTE)))
    yield claim("an older sign-in", "stale-sign-in", said(how=d.statement(when=NOW - 5 * MINUTE - SECOND)))
    yield claim("a sign-in as far ahead as may be", None, said(how=d.statement(when=NOW + 5 * MINUTE)))
    yield claim(
        "a sign-in of the future", "stale-sign-in", said(how=d.statement(when=NOW + 5 * MINUTE + SECOND))
    )
    yield claim("no moment of the sign-in", "instant", said(how=d.statement(when=None)))
    yield claim("a session that is over", "too-late", said(how=d.statement(ends=NOW)))
    yield claim("a session that ends", None, said(how=d.statement(ends=NOW + SECOND)))
    yield claim("just the level", None, said(how=d.statement(context=CITIZEN + "Level450")))
    yield claim("a lower level", "level", said(how=d.statement(context=CITIZEN + "Level400")))
    yield claim("an unknown level", "context", said(how=d.statement(context=CITIZEN + "Level999")))
    two = d.element("saml:AuthnContextClassRef", CITIZEN + "Level100") + d.element(
        "saml:AuthnContextClassRef", CITIZEN + "Level500"
    )
    yield claim("two levels", "not-exactly-one", said(how=d.statement(contexts=two)))
    yield claim(
        "a level with something inside",
        "nested",
        said(how=d.statement(context=f"{CITIZEN}Level500<saml:X/>")),
    )
    yield claim("no number", "not-one-number", said(said=d.attributes(egovNRN=None)))
    yield claim("an attribute without a number", "not-one-number", said(said=d.attributes(egovNRN=[])))
    yield claim("two numbers", "not-one-number", said(said=d.attributes(egovNRN=[NISS, NISS])))
    yield claim("a number with dots", "number", said(said=d.attributes(egovNRN=["85.07.30-994.37"])))
    yield claim("a number that is none", "number", said(said=d.attributes(egovNRN=["85073099438"])))
    yield claim("an empty number", "number", said(said=d.attributes(egovNRN=[""])))
    yield claim(
        "the number twice", "attribute-twice", said(said=d.attributes(more=d.attribute("egovNRN", NISS)))
    )
    yield claim("two kinds of attributes", "not-exactly-one", said(said=d.attributes() * 2))
    for word in ("givenName", "surname"):
        yield claim(f"no {word}", "name", said(said=d.attributes(**{word: None})))
        yield claim(f"an empty {word}", "name", said(said=d.attributes(**{word: [" "]})))
        yield claim(f"two of {word}", "name", said(said=d.attributes(**{word: ["A", "B"]})))
        yield claim(f"a {word} as long as may be", None, said(said=d.attributes(**{word: ["x" * 100]})))
        yield claim(f"a longer {word}", "name", said(said=d.attributes(**{word: ["x" * 101]})))
        yield claim(
            f"a {word} that turns the page around", "name", said(said=d.attributes(**{word: ["A\u202eB"]}))
        )
    for values, language in ((None, None), (["NL"], "nl"), (["es"], None), (["fr", "nl"], None), ([], None)):
        yield claim(
            f"of the languages {values}",
            None,
            said(said=d.attributes(PrefLanguage=values)),
            proved={"language": language},
        )
    for values, email in ((None, None), (["a@b.be"], "a@b.be"), (["a@b.be", "c@d.be"], None), ([], None)):
        yield claim(
            f"of the addresses {values}", None, said(said=d.attributes(mail=values)), proved={"email": email}
        )
    yield claim(
        "two attributes nobody asked for",
        None,
        said(said=d.attributes(more=d.attribute("x", "1") + d.attribute("y", "2"))),
    )
    yield claim(
        "a name with many blanks",
        None,
        said(said=d.attributes(givenName=[" Anne  Marie "])),
        proved={"given_name": "Anne Marie"},
    )
    yield claim("no name of the person", "not-exactly-one", said(about=d.subject(name_id=None)))
    yield claim("an empty name of the person", "no-name-id", said(about=d.subject(name_id="")))


# ---- about a session's end ------------------------------------------------------------------------------------------


def endings():
    request, answer = d.logout(), d.logout("LogoutResponse", InResponseTo="_x")
    yield Case("ends a session", "hear", d.address(request), None)
    yield Case("says one has ended", "hear", d.address(answer, kind="SAMLResponse"), None)
    yield Case("with the next certificate", "hear", d.address(request, by="next"), None)
    yield Case("without RelayState", "hear", d.address(request, relay=None), None)
    yield Case("by a stranger", "hear", d.address(request, by="stranger"), "signature")
    yield Case(
        "an answer by a stranger", "hear", d.address(answer, kind="SAMLResponse", by="stranger"), "signature"
    )
    yield Case("another message under the signature", "hear", swapped(request), "signature")
    yield Case(
        "another RelayState under the signature",
        "hear",
        d.address(request).replace("_relay", "_other"),
        "signature",
    )
    yield Case(
        "signed with SHA-1",
        "hear",
        d.address(request, method="http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        "signature-method",
    )
    yield Case("without signature", "hear", d.address(request).partition("&Signature")[0], "unsigned")
    yield Case(
        "a signature that is no base64",
        "hear",
        d.address(request).partition("&Signature")[0] + "&Signature=%00",
        "signature",
    )
    yield Case("an answer as a question", "hear", d.address(answer), "not-a-logout")
    yield Case("a document type", "hear", d.address("<!DOCTYPE a>" + request), "declaration")
    yield Case("a bomb", "hear", d.address("<a>" + " " * 1_000_000), "not-inflated")
    yield Case("rubbish", "hear", d.address("", text="AAAA"), "not-inflated")
    for kind, expected in (
        ("LogoutRequest", names.LOGOUT_REQUEST),
        ("LogoutResponse", names.LOGOUT_RESPONSE),
    ):
        xml = d.logout(kind)
        yield Case(f"{kind} as it should be", "logout-shape", (xml, expected), None)
        yield Case(
            f"{kind} with a signature inside",
            "logout-shape",
            (xml.replace("</saml:Issuer>", "</saml:Issuer><ds:Signature/>"), expected),
            "element",
        )
    yield Case("of the other kind", "logout-shape", (request, names.LOGOUT_RESPONSE), "not-a-logout")
    yield Case(
        "a status with a word",
        "logout-shape",
        (
            d.logout(
                "LogoutResponse",
                content=d.status().replace("</samlp:Status>", "<samlp:StatusMessage/></samlp:Status>"),
            ),
            names.LOGOUT_RESPONSE,
        ),
        None,
    )

    def ends(name, verdict, now=NOW, **changes):
        return Case(name, "logout-claims", d.logout(**changes), verdict, now=now)

    yield ends("an end as it should be", None)
    yield ends("for another address", "destination", Destination=d.SLO + "/")
    yield ends("for no address", "destination", Destination=None)
    yield ends("by another provider", "issuer", issuer="https://other.example")
    yield ends("by nobody", "not-exactly-one", issuer=None)
    yield ends("as old as may be", None, now=NOW + 10 * MINUTE)
    yield ends("older", "too-old", now=NOW + 10 * MINUTE + SECOND)
    yield ends("as far ahead as may be", None, now=NOW - 10 * MINUTE)
    yield ends("further ahead", "too-old", now=NOW - 10 * MINUTE - SECOND)
    yield ends("without a moment", "instant", IssueInstant=None)
    yield ends("over at this moment", "too-old", NotOnOrAfter=d.at(NOW))
    yield ends("not yet over", None, NotOnOrAfter=d.at(NOW + SECOND))
    yield ends("without identifier", "no-id", ID=None)
    yield ends("without name", "not-exactly-one", content="")
    yield ends("with an empty name", "no-name-id", content=d.element("saml:NameID"))
    yield ends("without session number", None, content=d.element("saml:NameID", "_x"))
    yield Case("an answer to a question", "logout-claims", answer, None)
    yield Case("an answer to no question", "logout-claims", d.logout("LogoutResponse"), "in-response-to")


def swapped(xml):
    signed, other = d.address(xml), d.address(xml.replace("_transient", "_victim"))
    return other.partition("&Signature=")[0] + "&Signature=" + signed.partition("&Signature=")[2]


def parts(cases):
    """The same documents, asked of `shape` alone: the ones it refuses, and those it lets pass to the next."""
    for case in cases:
        if case.at != "whole" or isinstance(case.given, list):
            continue
        raw = case.given if isinstance(case.given, bytes) else case.given.encode()
        read = Case(case.name, "parsed", raw, None)
        verdict = judge(read)
        yield replace(read, verdict=verdict)
        if verdict is None:
            seen = Case(case.name, "shape", raw, None)
            yield replace(seen, verdict=judge(seen))


@lru_cache
def every():
    groups = (envelopes, bombs, contents, signatures, encryption, whole_claims, claims_alone, endings)
    return tuple(valid()), tuple(case for group in groups for case in group())


__all__ = ["Case", "every", "judge", "provider", "replace"]
