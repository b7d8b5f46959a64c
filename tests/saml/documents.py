"""Answers of an identity provider, made by hand: honest ones, and every way to bend them. Signed with signxml."""

import base64
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote_plus
from xml.sax.saxutils import escape, quoteattr

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import XMLSigner

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
IDP, SP = "https://idp.example/fas", "https://parvis.test/csam/metadata"
ACS, SLO = "https://parvis.test/csam/acs", "https://parvis.test/csam/logout"
REQUEST = "_question"
CITIZEN = "urn:be:fedict:iam:fas:citizen:"
NISS = "85073099437"
SPACES = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xenc": "http://www.w3.org/2001/04/xmlenc#",
}
DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items() if prefix != "xenc")
HERE = '<ds:Signature Id="placeholder"/>'  # where signxml puts the signature
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
PERSON = {"egovNRN": [NISS], "givenName": ["Alice"], "surname": ["Dupont"], "PrefLanguage": ["fr"]}


@dataclass(frozen=True)
class Pair:
    key: str
    certificate: str


@lru_cache
def pair(name):
    """A key and its certificate; one a name, for as long as the tests run."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=4000))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    return Pair(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain).decode(),
        made.public_bytes(pem).decode(),
    )


def bare(certificate):
    """As metadata writes it."""
    return "".join(certificate.split("\n")[1:-2])


def metadata(*certificates, entity=IDP, valid_until=None, slo=True):
    """Of a provider that signs with any of these."""
    keys = "".join(
        f'<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{bare(one)}'
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for one in certificates
    )
    redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
    ending = f'<md:SingleLogoutService Binding="{redirect}" Location="{entity}/slo"/>' if slo else ""
    return (
        f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="{SPACES["ds"]}"'
        f"{given(entityID=entity, validUntil=valid_until)}><md:IDPSSODescriptor "
        f'protocolSupportEnumeration="{SPACES["samlp"]}">{keys}{ending}'
        f'<md:SingleSignOnService Binding="{redirect}" Location="{entity}/sso"/>'
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


# ---- the pieces: None leaves an attribute or an element out ---------------------------------------------------------


def at(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def given(**attributes):
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if value is not None)


def element(name, content="", **attributes):
    return "" if content is None else f"<{name}{given(**attributes)}>{content}</{name}>"


def confirmation(**changes):
    values = {
        "NotOnOrAfter": at(NOW + timedelta(minutes=5)), "Recipient": ACS, "InResponseTo": REQUEST, "NotBefore": None,
        "Method": "urn:oasis:names:tc:SAML:2.0:cm:bearer",
    } | changes  # fmt: skip
    method = values.pop("Method")
    return element(
        "saml:SubjectConfirmation", element("saml:SubjectConfirmationData", **values), Method=method
    )


def subject(name_id="_transient", confirmations=None, **changes):
    qualifiers = {"Format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient", "SPNameQualifier": SP}
    inside = element("saml:NameID", name_id, **qualifiers)
    return element(
        "saml:Subject", inside + (confirmation(**changes) if confirmations is None else confirmations)
    )


def audience(*ours):
    return element("saml:AudienceRestriction", "".join(element("saml:Audience", one) for one in ours))


def conditions(*, before=NOW - timedelta(minutes=1), until=NOW + timedelta(minutes=5), restrictions=None):
    stated = {"NotBefore": before and at(before), "NotOnOrAfter": until and at(until)}
    return element("saml:Conditions", audience(SP) if restrictions is None else restrictions, **stated)


def statement(*, context=CITIZEN + "Level500", when=NOW, ends=None, index="_session", contexts=None):
    inside = element("saml:AuthnContextClassRef", context) if contexts is None else contexts
    stated = {
        "AuthnInstant": when and at(when),
        "SessionIndex": index,
        "SessionNotOnOrAfter": ends and at(ends),
    }
    return element("saml:AuthnStatement", element("saml:AuthnContext", inside), **stated)


def attribute(name, *values):
    basic = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
    inside = "".join(element("saml:AttributeValue", escape(value)) for value in values)
    return element("saml:Attribute", inside, Name=name, NameFormat=basic)


def attributes(person=None, more="", **changes):
    said = (PERSON if person is None else person) | changes
    inside = "".join(attribute(name, *values) for name, values in said.items() if values is not None)
    return element("saml:AttributeStatement", inside + more)


def assertion(
    *,
    identity="_assertion",
    issuer=IDP,
    signature=HERE,
    about=None,
    under=None,
    how=None,
    said=None,
    version="2.0",
    more="",
):
    inside = (
        element("saml:Issuer", issuer)
        + signature
        + (subject() if about is None else about)
        + (conditions() if under is None else under)
        + (statement() if how is None else how)
        + (attributes() if said is None else said)
        + more
    )
    stated = given(ID=identity, IssueInstant=at(NOW), Version=version)
    return f"<saml:Assertion {DECLARED}{stated}>{inside}</saml:Assertion>"


def status(code=SUCCESS, inner=""):
    return element("samlp:Status", element("samlp:StatusCode", inner, Value=code))


def response(content, *, signature=HERE, issuer=IDP, state=None, more="", **changes):
    stated = {
        "ID": "_response", "Version": "2.0", "IssueInstant": at(NOW), "Destination": ACS, "InResponseTo": REQUEST,
    } | changes  # fmt: skip
    inside = (
        element("saml:Issuer", issuer) + signature + more + (status() if state is None else state) + content
    )
    return f"<samlp:Response {DECLARED}{given(**stated)}>{inside}</samlp:Response>"


# ---- signed, encrypted, sent ----------------------------------------------------------------------------------------


class Signer(XMLSigner):
    """Also with what nobody should sign with any more."""

    def check_deprecated_methods(self):
        return None


def signed(xml, *, by="provider", method="rsa-sha256", digest="sha256", canonical=EXCLUSIVE, identity=None):
    root = etree.fromstring(xml)
    keys = pair(by)
    signer = Signer(signature_algorithm=method, digest_algorithm=digest, c14n_algorithm=canonical)
    done = signer.sign(
        root,
        key=keys.key,
        cert=keys.certificate,
        reference_uri="#" + (identity or root.get("ID")),
        id_attribute="ID",
    )
    return etree.tostring(done).decode()


def answer(
    content=None, *, sign_message=True, by="provider", method="rsa-sha256", digest="sha256", **changes
):
    """Signed twice, unless told otherwise."""
    inner = signed(assertion(), by=by) if content is None else content
    whole = response(inner, **({} if sign_message else {"signature": ""}), **changes)
    return signed(whole, by=by, method=method, digest=digest) if sign_message else whole


def encrypted(inner, *, for_whom="portal", cipher="AES128", wrapping="RSA_OAEP"):
    """An assertion for whoever has the key of `for_whom`: anybody can make one."""
    root = etree.fromstring(f"<saml:EncryptedAssertion {DECLARED}>{inner}</saml:EncryptedAssertion>")
    sealed = xmlsec.template.encrypted_data_create(
        root, getattr(xmlsec.Transform, cipher), type=xmlsec.EncryptionType.ELEMENT, ns="xenc"
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(sealed)
    info = xmlsec.template.encrypted_data_ensure_key_info(sealed, ns="ds")
    key = xmlsec.template.add_encrypted_key(info, getattr(xmlsec.Transform, wrapping))
    xmlsec.template.encrypted_data_ensure_cipher_value(key)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(pair(for_whom).certificate, xmlsec.KeyFormat.CERT_PEM))
    context = xmlsec.EncryptionContext(manager)
    kind, bits = cipher.split("_")[0].rstrip("0123456789"), int("".join(filter(str.isdigit, cipher)) or 192)
    context.key = xmlsec.Key.generate(
        xmlsec.KeyData.AES if kind == "AES" else xmlsec.KeyData.DES,
        bits if kind == "AES" else 192,
        xmlsec.KeyDataType.SESSION,
    )
    context.encrypt_xml(sealed, root[0])
    return etree.tostring(root).decode()


def posted(xml):
    raw = xml if isinstance(xml, bytes) else xml.encode()
    return base64.b64encode(raw).decode()


def changed(xml, find, replace):
    """After signing: what a signature is for."""
    assert find in xml, find
    return xml.replace(find, replace, 1)


# ---- about a session's end ------------------------------------------------------------------------------------------


def logout(kind="LogoutRequest", *, content=None, issuer=IDP, **changes):
    stated = {"ID": "_ending", "Version": "2.0", "IssueInstant": at(NOW), "Destination": SLO} | changes
    if content is None:
        content = (
            element("saml:NameID", "_transient") + element("samlp:SessionIndex", "_session")
            if kind == "LogoutRequest"
            else status()
        )
    return (
        f"<samlp:{kind} {DECLARED}{given(**stated)}>{element('saml:Issuer', issuer)}{content}</samlp:{kind}>"
    )


def deflated(xml):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(packer.compress(xml.encode()) + packer.flush()).decode()


RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


def address(xml, *, by="provider", kind="SAMLRequest", relay="_relay", method=RSA_SHA256, text=None):
    """What stands behind the question mark, signed as HTTP-Redirect has it."""
    words = [(kind, text or deflated(xml)), ("RelayState", relay), ("SigAlg", method)]
    query = "&".join(f"{name}={quote_plus(value)}" for name, value in words if value is not None)
    key = serialization.load_pem_private_key(pair(by).key.encode(), None)
    signature = key.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{query}&Signature={quote_plus(base64.b64encode(signature).decode())}"
