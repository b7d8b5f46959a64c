"""OCSP (RFC 6960) at the Belgian State's responders, and no other; an answer counts when its signature holds."""

import http.client
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import Certificate, ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from app.kernel.errors import Unavailable

# scheme and host, exactly: a prefix would let ocsp.eid.belgium.be.evil.example pass
RESPONDERS = frozenset(("http://ocsp.eidpki.belgium.be", "http://ocsp.eid.belgium.be"))
TIMEOUT = 4
LARGEST = 20 * 1024
SKEW = timedelta(minutes=10)  # of the two clocks
OLDEST = timedelta(days=2)  # of an answer that names no end
Fetch = Callable[[str, bytes], bytes]


class OcspRevocation:
    def __init__(self, *, responders: frozenset[str] = RESPONDERS, fetch: Fetch | None = None) -> None:
        self._responders = responders
        self._fetch = fetch or post

    def is_revoked(self, certificate: Certificate, issuer: Certificate, *, now: datetime) -> bool:
        """The chain has been verified: the address stands in a certificate we believe, and is checked all the same."""
        url = self._responder(certificate)
        if url is None:
            return False  # the certificates of the register name none; they are revoked by a new root list
        builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())
        asked = builder.build()
        try:
            answer = ocsp.load_der_ocsp_response(
                self._fetch(url, asked.public_bytes(serialization.Encoding.DER))
            )
            return _verdict(answer, asked, issuer, now)
        except (ValueError, x509.UnsupportedGeneralNameType) as unreadable:
            raise Unavailable("revocation", retry=True, why="unreadable answer") from unreadable

    def _responder(self, certificate: Certificate) -> str | None:
        try:
            access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
        except x509.ExtensionNotFound:
            return None
        named = [one for one in access if one.access_method == AuthorityInformationAccessOID.OCSP]
        for one in named:
            parts = urlsplit(str(one.access_location.value))
            if f"{parts.scheme}://{parts.netloc}" in self._responders:
                return parts.geturl()
        if named:
            raise Unavailable("revocation", retry=False, why="a responder that is not the State's")
        return None


def _verdict(answer: ocsp.OCSPResponse, asked: ocsp.OCSPRequest, issuer: Certificate, now: datetime) -> bool:
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise Unavailable("revocation", retry=True, why=answer.response_status.name)
    ours = (answer.serial_number, answer.issuer_key_hash) == (asked.serial_number, asked.issuer_key_hash)
    until = answer.next_update_utc or answer.this_update_utc + OLDEST
    if not ours or not answer.this_update_utc - SKEW <= now <= until + SKEW:
        raise Unavailable("revocation", retry=True, why="an answer to another question")
    _check_signature(answer, issuer, now)
    if answer.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        raise Unavailable("revocation", retry=False, why="unknown there")
    return answer.certificate_status is ocsp.OCSPCertStatus.REVOKED


def _check_signature(answer: ocsp.OCSPResponse, issuer: Certificate, now: datetime) -> None:
    """By the issuer itself, or by a responder it has certified for nothing else; the library leaves this to us."""
    hashing = answer.signature_hash_algorithm
    if hashing is None or isinstance(hashing, hashes.SHA1):
        raise Unavailable("revocation", retry=False, why="weakly signed")
    for signer in (issuer, *(one for one in answer.certificates if _may_answer(one, issuer, now))):
        key = signer.public_key()
        try:
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), hashing)
                return
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(hashing))
                return
        except InvalidSignature:
            continue
    raise Unavailable("revocation", retry=False, why="not signed by the issuer")


def _may_answer(signer: Certificate, issuer: Certificate, now: datetime) -> bool:
    try:
        signer.verify_directly_issued_by(issuer)
        purposes = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return (
        ExtendedKeyUsageOID.OCSP_SIGNING in purposes
        and signer.not_valid_before_utc <= now <= signer.not_valid_after_utc
    )


def post(url: str, content: bytes) -> bytes:
    """One request: no redirect, no proxy, a limit to time and size."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)
    try:
        connection.request("POST", parts.path or "/", content, {"Content-Type": "application/ocsp-request"})
        answer = connection.getresponse()
        found = answer.read(LARGEST + 1)
    except (OSError, http.client.HTTPException) as down:
        raise Unavailable("revocation", retry=True, why=type(down).__name__) from down
    finally:
        connection.close()
    if answer.status != 200 or len(found) > LARGEST:
        raise Unavailable("revocation", retry=True, why=f"answer {answer.status}")
    return found
