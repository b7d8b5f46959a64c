"""The names of XML that the guard knows: everything else is refused."""

import re

SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
XENC = "{http://www.w3.org/2001/04/xmlenc#}"
EC = "{http://www.w3.org/2001/10/xml-exc-c14n#}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

RESPONSE, ASSERTION, ENCRYPTED = f"{SAMLP}Response", f"{SAML}Assertion", f"{SAML}EncryptedAssertion"
LOGOUT_REQUEST, LOGOUT_RESPONSE = f"{SAMLP}LogoutRequest", f"{SAMLP}LogoutResponse"
STATUS_CODE, SUCCESS = f"{SAMLP}StatusCode", "urn:oasis:names:tc:SAML:2.0:status:Success"
ISSUER, NAME_ID, SESSION_INDEX = f"{SAML}Issuer", f"{SAML}NameID", f"{SAMLP}SessionIndex"
SIGNATURE, REFERENCE = f"{DS}Signature", f"{DS}Reference"

ALLOWED = frozenset(
    {
        *(SAMLP + name for name in ("Response", "Status", "StatusCode", "StatusMessage")),
        *(
            SAML + name
            for name in (
                "Issuer", "Assertion", "EncryptedAssertion", "Subject", "NameID", "SubjectConfirmation",
                "SubjectConfirmationData", "Conditions", "AudienceRestriction", "Audience", "OneTimeUse",
                "AuthnStatement", "SubjectLocality", "AuthnContext", "AuthnContextClassRef",
                "AuthenticatingAuthority", "AttributeStatement", "Attribute", "AttributeValue",
            )
        ),
        *(
            DS + name
            for name in (
                "Signature", "SignedInfo", "CanonicalizationMethod", "SignatureMethod", "Reference", "Transforms",
                "Transform", "DigestMethod", "DigestValue", "SignatureValue", "KeyInfo", "X509Data",
                "X509Certificate",
            )
        ),
        *(
            XENC + name
            for name in ("EncryptedData", "EncryptionMethod", "EncryptedKey", "CipherData", "CipherValue")
        ),
        EC + "InclusiveNamespaces",
    }
)  # fmt: skip
LOGOUT_ALLOWED = {
    LOGOUT_REQUEST: frozenset({LOGOUT_REQUEST, ISSUER, NAME_ID, SESSION_INDEX}),
    LOGOUT_RESPONSE: frozenset(
        {LOGOUT_RESPONSE, ISSUER, f"{SAMLP}Status", STATUS_CODE, f"{SAMLP}StatusMessage"}
    ),
}

MOMENTS = ("NotBefore", "NotOnOrAfter", "IssueInstant", "AuthnInstant", "SessionNotOnOrAfter")
INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z", re.ASCII)  # saml-core 1.3.3: in UTC

ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SIGNING = frozenset(f"http://www.w3.org/2001/04/xmldsig-more#rsa-sha{size}" for size in (256, 384, 512))
DIGESTS = frozenset(
    {
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2001/04/xmldsig-more#sha384",
        "http://www.w3.org/2001/04/xmlenc#sha512",
    }
)
CIPHERS = frozenset(
    {
        "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
        "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
        "http://www.w3.org/2009/xmlenc11#aes128-gcm",
        "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    }
)
WRAPPING = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"
