"""What the operator was given, made ready for python3-saml: keys, the provider's metadata, and no leniency."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from lxml import etree
from onelogin.saml2.errors import OneLogin_Saml2_Error
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from app.identity import levels
from app.identity.profiles import Profile

BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


class Unusable(ValueError):
    """What the operator gave cannot be used; says why, in words for them."""


@dataclass(frozen=True)
class Given:
    """From the environment; `origin` is scheme and host of the portal, never what a request says."""

    profile: Profile
    metadata: str
    key: str
    certificate: str
    entity_id: str
    origin: str
    least: int
    message_signed: bool  # besides the assertion, which always is

    @property
    def acs(self) -> str:
        return f"{self.origin}/csam/acs"

    @property
    def slo(self) -> str:
        return f"{self.origin}/csam/logout"


def provider_of(metadata: str) -> tuple[dict[str, Any], datetime | None]:
    """(the toolkit's `idp`, until when the metadata is good)."""
    try:
        read = OneLogin_Saml2_IdPMetadataParser.parse(metadata.encode())
        root = etree.fromstring(metadata.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
        until = root.get("validUntil")
        expires = (
            datetime.fromtimestamp(OneLogin_Saml2_Utils.parse_SAML_to_time(until), UTC) if until else None
        )
    except (etree.LxmlError, OneLogin_Saml2_Error, ValueError, TypeError) as broken:
        raise Unusable("is not the metadata of an identity provider") from broken
    found = read.get("idp", {})
    if not found.get("entityId") or not found.get("singleSignOnService"):
        raise Unusable("names no sign-in by HTTP-Redirect")
    if not (found.get("x509cert") or found.get("x509certMulti", {}).get("signing")):
        raise Unusable("holds no certificate to check signatures with")
    return found, expires


def check_keys(given: Given) -> datetime:
    """Until when the certificate is good; Unusable when the key is not its own."""
    try:
        key = load_pem_private_key(given.key.encode(), None)
        certificate = x509.load_pem_x509_certificate(given.certificate.encode())
    except (ValueError, TypeError) as broken:
        raise Unusable("key and certificate must be PEM, the key without a password") from broken
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*spki) != certificate.public_key().public_bytes(*spki):
        raise Unusable("the certificate belongs to another key")
    return certificate.not_valid_after_utc


def settings(given: Given, idp: dict[str, Any], *, level: int, until: datetime, **security: Any) -> Any:
    """For one level: the toolkit takes the question from its settings."""
    try:
        return OneLogin_Saml2_Settings(
            {
                "strict": True,
                "debug": False,
                "sp": {
                    "entityId": given.entity_id,
                    "assertionConsumerService": {"url": given.acs, "binding": f"{BINDINGS}HTTP-POST"},
                    "singleLogoutService": {"url": given.slo, "binding": f"{BINDINGS}HTTP-Redirect"},
                    "NameIDFormat": TRANSIENT,
                    "x509cert": given.certificate,
                    "privateKey": given.key,
                },
                "idp": idp,
                "security": {
                    "authnRequestsSigned": True,
                    "logoutRequestSigned": True,
                    "logoutResponseSigned": True,
                    "signMetadata": True,
                    "wantMessagesSigned": given.message_signed,
                    "wantAssertionsSigned": True,
                    "wantAssertionsEncrypted": False,  # accepted either way
                    "wantNameId": True,
                    "wantAttributeStatement": True,
                    "allowRepeatAttributeName": False,
                    "rejectDeprecatedAlgorithm": True,
                    "signatureAlgorithm": RSA_SHA256,
                    "digestAlgorithm": SHA256,
                    "requestedAuthnContext": levels.asked(given.profile.contexts, least=level),
                    "requestedAuthnContextComparison": "exact",
                    "failOnAuthnContextMismatch": False,  # guard/claims.py looks at it, with words of its own
                    "metadataValidUntil": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "metadataCacheDuration": "P7D",
                    "allowSingleLabelDomains": True,
                    **security,
                },
            }
        )
    except (OneLogin_Saml2_Error, xmlsec.Error, ValueError) as broken:
        raise Unusable("is refused by the SAML toolkit") from broken
