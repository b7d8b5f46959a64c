"""Verifying what an agent sent: nothing is believed because it says so, everything is computed again from the files.

The order is a rule: no file is read before its signature held, and the challenge is looked at last.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509 import Certificate

from app.eid import card_files, photo
from app.eid.card_files import Address, Identity, Malformed
from app.eid.chain import Trust, Untrusted, read_certificate
from app.eid.ports import Revocation
from app.kernel.errors import Unavailable

LEGACY, SIGNED, PRESENT, HOLDER = 1, 2, 3, 4
# what each purpose reads, and what proves that the card is there
FILES = {
    "import": (
        "identity", "identity_signature", "address", "address_signature", "photo", "rrn_certificate",
        "auth_certificate", "ca_certificate",
    ),
    "join": ("identity", "identity_signature", "address", "address_signature", "rrn_certificate"),
    "desk": (
        "identity", "identity_signature", "address", "address_signature", "photo", "rrn_certificate",
        "auth_certificate", "ca_certificate", "basic_key",
    ),
}  # fmt: skip
PROOF = {"import": "authentication", "join": "none", "desk": "presence"}
OLD_CARDS_LACK = frozenset({"basic_key"})  # before applet 1.8


class Unproven(Exception):
    """`code` is one of labels.REFUSED; it never carries what was read."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class CardRead:
    """What a card proved. `level`: LEGACY, SIGNED, PRESENT or HOLDER (docs/adr/0021); `flags` say what was weak."""

    identity: Identity
    address: Address
    photo: bytes | None
    level: int
    flags: tuple[str, ...] = ()


def verify(
    purpose: str,
    files: Mapping[str, bytes],
    signature: bytes | None,
    *,
    message: bytes,
    trust: Trust,
    revocation: Revocation,
    now: datetime,
    today: date,
) -> CardRead:
    """Raises Unproven. `message` is what the card must have signed for this purpose."""
    needs_holder = PROOF[purpose] == "authentication"
    _check_shape(purpose, files)
    try:
        register = read_certificate(files["rrn_certificate"])
        root, flags = trust.register(register, now=now, legacy=not needs_holder)
        _check_revoked(register, root, revocation, now=now, strict=needs_holder, flags=(found := list(flags)))
    except Untrusted as wrong:
        raise Unproven(wrong.code) from wrong
    identity = _identity(files, register, today)
    address = _address(files, register)
    picture = _photo(files, identity)
    level = LEGACY if flags else SIGNED
    if identity.valid_until < today or identity.valid_from > today:
        found.append("card-expired")
        if needs_holder:
            raise Unproven("card-expired")
    if needs_holder:
        _check_holder(files, signature, identity, message, trust, revocation, now)
        level = HOLDER
    elif PROOF[purpose] == "presence":
        if _check_presence(files, signature, identity, message) and level == SIGNED:
            level = PRESENT
        found += _warnings(files, identity, trust, revocation, now)
    elif signature is not None:
        raise Unproven("bad-proof")
    return CardRead(identity, address, picture, level, tuple(found))


def _check_shape(purpose: str, files: Mapping[str, bytes]) -> None:
    wanted = set(FILES[purpose])
    if not files.keys() <= wanted:
        raise Unproven("unknown-file")
    if not files.keys() >= wanted - OLD_CARDS_LACK:
        raise Unproven("missing-file")
    if any(not 0 < len(content) <= card_files.SIZES[name] for name, content in files.items()):
        raise Unproven("wrong-size")


def _identity(files: Mapping[str, bytes], register: Certificate, today: date) -> Identity:
    if not _signed(register, files["identity_signature"], files["identity"]):
        raise Unproven("identity-signature")
    try:
        return card_files.identity(files["identity"], today=today)
    except Malformed as wrong:
        raise Unproven("malformed") from wrong


def _address(files: Mapping[str, bytes], register: Certificate) -> Address:
    """The register signs the address without its zeros, then the whole file of the identity's signature."""
    signed = files["address"].rstrip(b"\x00") + files["identity_signature"]
    if not _signed(register, files["address_signature"], signed):
        raise Unproven("address-signature")
    try:
        return card_files.address(files["address"])
    except Malformed as wrong:
        raise Unproven("malformed") from wrong


def _photo(files: Mapping[str, bytes], identity: Identity) -> bytes | None:
    picture = files.get("photo")
    if picture is None:
        return None
    if (
        hashlib.new(card_files.PHOTO_HASHES[len(identity.photo_hash)], picture).digest()
        != identity.photo_hash
    ):
        raise Unproven("photo-mismatch")
    if not photo.is_plain_jpeg(picture):
        raise Unproven("malformed")
    return picture


def _check_holder(
    files: Mapping[str, bytes],
    signature: bytes | None,
    identity: Identity,
    message: bytes,
    trust: Trust,
    revocation: Revocation,
    now: datetime,
) -> None:
    """Somebody who knows the PIN of this very card was there a moment ago."""
    try:
        certificate, between = (
            read_certificate(files[name]) for name in ("auth_certificate", "ca_certificate")
        )
        number = trust.holder(certificate, between, now=now)
    except Untrusted as wrong:
        raise Unproven(wrong.code) from wrong
    if number != identity.niss:
        raise Unproven("card-mismatch")
    if signature is None or not _signed_by_holder(certificate, signature, message):
        raise Unproven("bad-proof")
    _check_revoked(certificate, between, revocation, now=now, strict=True, flags=[])


def _check_presence(
    files: Mapping[str, bytes], signature: bytes | None, identity: Identity, message: bytes
) -> bool:
    """Whether the card itself was there; False from a card that cannot show it. A wrong answer is refused."""
    if signature is None:
        return False
    content = files.get("basic_key")
    if content is None or hashlib.sha384(content).digest() != identity.basic_key_hash:
        raise Unproven("bad-proof")
    try:
        key = serialization.load_der_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as wrong:
        raise Unproven("bad-proof") from wrong
    if not _is_p384(key) or not _ecdsa(key, signature, message):
        raise Unproven("bad-proof")
    return True


def _warnings(
    files: Mapping[str, bytes], identity: Identity, trust: Trust, revocation: Revocation, now: datetime
) -> list[str]:
    """At the desk: never a reason to send somebody away, for the certificates of a long-lived card expire first, and a
    holder may have chosen to have them revoked."""
    try:
        certificate, between = (
            read_certificate(files[name]) for name in ("auth_certificate", "ca_certificate")
        )
        if trust.holder(certificate, between, now=now) != identity.niss:
            raise Unproven("card-mismatch")
    except Untrusted as wrong:
        return [] if wrong.code == "bad-certificate" else ["certificate-expired"]  # children have none
    try:
        return ["certificate-revoked"] if revocation.is_revoked(certificate, between, now=now) else []
    except Unavailable:
        return ["revocation-unknown"]


def _check_revoked(
    certificate: Certificate,
    issuer: Certificate,
    revocation: Revocation,
    *,
    now: datetime,
    strict: bool,
    flags: list[str],
) -> None:
    try:
        if revocation.is_revoked(certificate, issuer, now=now):
            raise Unproven("revoked")
    except Unavailable as nobody:
        if strict:
            raise Unproven("revocation-unknown") from nobody
        flags.append("revocation-unknown")


# ---- signatures ---------------------------------------------------------------------------------------------------


def _signed(register: Certificate, signature: bytes, content: bytes) -> bool:
    """By the register. RSA hashes as the register's own certificate was signed (SHA-1 on old cards, SHA-256 since);
    elliptic curves with SHA-384, in DER, padded with zeros."""
    key = register.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            hashing = register.signature_hash_algorithm
            if hashing is None or len(signature) != key.key_size // 8:
                return False
            key.verify(signature, content, padding.PKCS1v15(), hashing)
            return True
        size = 2 + signature[1] if signature[:1] == b"\x30" and signature[1] < 0x80 else 0
        if not size or any(signature[size:]) or not _is_p384(key):
            return False
        key.verify(signature[:size], content, ec.ECDSA(hashes.SHA384()))  # type: ignore[union-attr,call-arg,arg-type]
    except InvalidSignature:
        return False
    return True


def _signed_by_holder(certificate: Certificate, signature: bytes, message: bytes) -> bool:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        try:
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True
    return _is_p384(key) and _ecdsa(key, signature, message)


def _ecdsa(key: object, signature: bytes, message: bytes) -> bool:
    """As it leaves a card: r and s, 48 bytes each."""
    if len(signature) != 96 or not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    r, s = (int.from_bytes(half, "big") for half in (signature[:48], signature[48:]))
    try:
        key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA384()))
    except InvalidSignature:
        return False
    return True


def _is_p384(key: object) -> bool:
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP384R1)
