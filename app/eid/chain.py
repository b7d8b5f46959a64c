"""Whom the portal believes: the roots of the Belgian State, and what a certificate of the register or a card must be.

Sources: eID card content 5.4 and 4.01; policies from the trust service lists of the Belgian eID. The trust of web
browsers is not used: they dropped these roots.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOTS = Path(__file__).parent / "roots"
# SHA-256 of the roots as the State publishes them (repository.eid.belgium.be); a real portal trusts no other
KNOWN = frozenset(
    {
        "9f9744463be13714754e1a3becf98c08cc205e4ab32028f4e2830c4a1b2775b8",  # CA2, to 2021
        "a8d14e945e3e5156bcae5e39737cf6a1b1f51028bbbf982f50ce5f4c05568b4d",  # CA3, to 2028
        "c3fbf37259af0954eeea4282dd1c7226a54e7150f7c29a2c495ba34dbfe09ca0",  # CA4, to 2028
        "702dd5c1a093cf0a9d71fadd9bf9a7c5857d89fb73b716e867228b3c2beb968f",  # CA4 again, to 2032
        "9c872bc979a7c09a58d4a274c199e5cb16cfa9b9618d98bc9a9988e984b8495c",  # CA6, to 2040
    }
)
REGISTER_POLICIES = frozenset(("2.16.56.9.1.1.4", "2.16.56.10.1.1.4", "2.16.56.12.1.1.4", "2.16.56.13.6.0.1"))
# citizens, then foreigners, by generation of the root
HOLDER_POLICIES = frozenset(
    (
        *(f"2.16.56.{root}.1.1.{kind}.2" for root in (9, 10, 12) for kind in (2, 7)),
        "2.16.56.13.6.1.1.1000",
        "2.16.56.13.6.2.1.1000",
    )
)
REGISTER_NAME = {("C", "BE"), ("O", "RRN"), ("CN", "RRN")}
SHORTEST_RSA, SHORTEST_LEGACY = 2048, 1024


class Untrusted(Exception):
    """`code` says which rule it broke."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Trust:
    """The roots this portal believes."""

    roots: tuple[x509.Certificate, ...]

    @classmethod
    def load(cls, folder: Path = ROOTS, *, only_known: bool = True) -> "Trust":
        """Every .pem of the folder. `only_known`: refuses (ValueError) a root the Belgian State did not publish."""
        roots = tuple(
            one
            for path in sorted(folder.glob("*.pem"))
            for one in x509.load_pem_x509_certificates(path.read_bytes())
        )
        if not roots:
            raise ValueError("holds no root certificate (.pem)")
        for root in roots:
            if only_known and fingerprint(root) not in KNOWN:
                raise ValueError("holds a root certificate that is not one of the Belgian State")
        return cls(roots)

    # ---- the register ---------------------------------------------------------------------------------------------

    def register(
        self, certificate: x509.Certificate, *, now: datetime, legacy: bool
    ) -> tuple[x509.Certificate, tuple[str, ...]]:
        """(its root, flags). It must be issued directly by a root: with a Citizen CA between, any holder of a card
        could sign identities. `legacy` takes what has expired or is weak, and says so in the flags."""
        root, weak = self._issuer(certificate, self.roots, legacy=legacy)
        names = {(_short(one), one.value) for one in certificate.subject}
        if names != REGISTER_NAME or len(list(certificate.subject)) != len(REGISTER_NAME):
            raise Untrusted("register-subject")
        _usage(certificate, has=("digital_signature", "content_commitment"), lacks=("key_cert_sign",))
        _policy(certificate, REGISTER_POLICIES)
        flags = [*weak]
        if not (_is_current(certificate, now) and _is_current(root, now)):
            flags.append("register-expired")
        if not _is_strong(certificate, SHORTEST_RSA):
            flags.append("register-weak-key")
        if flags and not legacy or not _is_strong(certificate, SHORTEST_LEGACY):
            raise Untrusted("register-expired" if "register-expired" in flags else "register-weak")
        return root, tuple(flags)

    # ---- a holder -------------------------------------------------------------------------------------------------

    def holder(self, certificate: x509.Certificate, between: x509.Certificate, *, now: datetime) -> str:
        """The national number in an authentication certificate: holder, from a Citizen or Foreigner CA, from a root."""
        self._issuer(between, self.roots, legacy=False)
        limits = _extension(between, x509.BasicConstraints)
        if limits is None or not limits.ca or not _is_current(between, now):
            raise Untrusted("holder-chain")
        _usage(between, has=("key_cert_sign",), lacks=())
        self._issuer(certificate, (between,), legacy=False)
        if not _is_current(certificate, now):
            raise Untrusted("holder-expired")
        # without non-repudiation: that is how the certificate of the legally binding signature is told apart
        _usage(certificate, has=("digital_signature",), lacks=("content_commitment", "key_cert_sign"))
        _policy(certificate, HOLDER_POLICIES)
        purposes = _extension(certificate, x509.ExtendedKeyUsage)
        if purposes is not None and ExtendedKeyUsageOID.CLIENT_AUTH not in purposes:
            raise Untrusted("holder-usage")
        if not _is_strong(certificate, SHORTEST_RSA):
            raise Untrusted("holder-weak")
        serials = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
        if len(serials) != 1 or not re.fullmatch(r"\d{11}", str(serials[0].value)):
            raise Untrusted("holder-subject")
        return str(serials[0].value)

    def _issuer(
        self, certificate: x509.Certificate, candidates: Collection[x509.Certificate], *, legacy: bool
    ) -> tuple[x509.Certificate, tuple[str, ...]]:
        """All candidates of that name are tried: some roots have two certificates for one key."""
        limits = _extension(certificate, x509.BasicConstraints)
        hashing = certificate.signature_hash_algorithm
        weak = ("register-sha1",) if isinstance(hashing, hashes.SHA1) else ()
        if weak and not legacy:
            raise Untrusted("untrusted-issuer")
        for issuer in candidates:
            if issuer.subject == certificate.issuer and _signed_by(certificate, issuer):
                if limits is not None and limits.ca and issuer not in self.roots:
                    raise Untrusted("holder-chain")
                return issuer, weak
        raise Untrusted("untrusted-issuer")


def read_certificate(content: bytes) -> x509.Certificate:
    """From a file of the card: DER, and nothing but zeros behind. Untrusted for anything else, absent ones too."""
    length = _der_length(content)
    if length is None or any(content[length:]):
        raise Untrusted("bad-certificate")
    try:
        found = x509.load_der_x509_certificate(content[:length])
        found.public_key()
        _ = found.extensions  # parsed when first looked at, and refused here
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as wrong:
        raise Untrusted("bad-certificate") from wrong
    return found


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def _der_length(content: bytes) -> int | None:
    """Of one SEQUENCE with a length of one to three bytes."""
    if len(content) < 4 or content[0] != 0x30:
        return None
    first = content[1]
    count = first & 0x7F if first & 0x80 else 0
    if count > 2:
        return None
    size = int.from_bytes(content[2 : 2 + count], "big") if count else first
    total = 2 + count + size
    return total if total <= len(content) else None


def _signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """By hand: the library refuses SHA-1, which old cards of old people carry; what it is worth is decided above."""
    key, hashing = issuer.public_key(), certificate.signature_hash_algorithm
    if hashing is None:
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(certificate.signature, certificate.tbs_certificate_bytes, padding.PKCS1v15(), hashing)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(certificate.signature, certificate.tbs_certificate_bytes, ec.ECDSA(hashing))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _short(attribute: x509.NameAttribute) -> str:
    return {NameOID.COUNTRY_NAME: "C", NameOID.ORGANIZATION_NAME: "O", NameOID.COMMON_NAME: "CN"}.get(
        attribute.oid, "?"
    )


def _extension(certificate: x509.Certificate, kind: type) -> object:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _usage(certificate: x509.Certificate, *, has: tuple[str, ...], lacks: tuple[str, ...]) -> None:
    usage, limits = _extension(certificate, x509.KeyUsage), _extension(certificate, x509.BasicConstraints)
    if (
        usage is None
        or not all(getattr(usage, one) for one in has)
        or any(getattr(usage, one) for one in lacks)
    ):
        raise Untrusted("certificate-usage")
    if "key_cert_sign" in lacks and limits is not None and limits.ca:
        raise Untrusted("certificate-usage")


def _policy(certificate: x509.Certificate, allowed: frozenset[str]) -> None:
    found = _extension(certificate, x509.CertificatePolicies)
    if found is None or not {one.policy_identifier.dotted_string for one in found} & allowed:
        raise Untrusted("certificate-policy")


def _is_current(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _is_strong(certificate: x509.Certificate, least: int) -> bool:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= least
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1)
