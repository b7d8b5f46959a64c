"""The test register: a root, the signer of the National Register, and a Citizen CA, as the real ones are shaped."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT_NAME = "TEST Belgium Root CA - NOT AN EID"
FROM = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
UNTIL = dt.datetime(2036, 1, 1, tzinfo=dt.UTC)
# the real policies on purpose, so that the portal's checks are exercised; safety comes from the root
RRN_POLICY = {"rsa": "2.16.56.12.1.1.4", "ec": "2.16.56.13.6.0.1"}
AUTHENTICATION_POLICY = {"rsa": "2.16.56.12.1.1.2.2", "ec": "2.16.56.13.6.1.1.1000"}


def subject(**parts: str) -> x509.Name:
    names = {
        "country": NameOID.COUNTRY_NAME,
        "organization": NameOID.ORGANIZATION_NAME,
        "common": NameOID.COMMON_NAME,
        "surname": NameOID.SURNAME,
        "given": NameOID.GIVEN_NAME,
        "serial": NameOID.SERIAL_NUMBER,
    }
    return x509.Name([x509.NameAttribute(names[part], value) for part, value in parts.items()])


def new_key(kind: str):
    """`kind` is rsa (2048 bits) or ec (P-384)."""
    return rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP384R1())


def digest_of(key):
    return hashes.SHA256() if isinstance(key, rsa.RSAPrivateKey) else hashes.SHA384()


@dataclass
class Signer:
    """A key with its certificate."""

    key: object
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def sign(self, content: bytes) -> bytes:
        """As the register signs a file: PKCS#1 v1.5 with SHA-256, or ECDSA with SHA-384 in DER."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(content, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(content, ec.ECDSA(hashes.SHA384()))


def certify(
    name: x509.Name,
    public_key,
    *,
    issuer: Signer | None = None,
    key=None,
    usage: tuple[str, ...],
    policy: str | None = None,
    path_length: int | None = None,
    client: bool = False,
    valid_from: dt.datetime = FROM,
    valid_to: dt.datetime = UNTIL,
    ocsp: str | None = None,
) -> x509.Certificate:
    """`path_length` makes it a CA; without an issuer it signs itself with `key`."""
    signing = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_to)
        .add_extension(x509.BasicConstraints(path_length is not None, path_length), critical=True)
        .add_extension(_usage(usage), critical=True)
    )
    if policy:
        found = x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(policy), None)])
        builder = builder.add_extension(found, critical=False)
    if client:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
    if ocsp:
        access = x509.AccessDescription(
            x509.oid.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return builder.sign(signing, digest_of(signing))


def _usage(named: tuple[str, ...]) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in named for name in every})


class Authority:
    """A whole register. `kind` is that of its own keys: rsa as for applet 1.7, ec as for 1.8."""

    def __init__(self, kind: str, *, name: str = ROOT_NAME) -> None:
        self.kind = kind
        root, citizen, register = new_key(kind), new_key(kind), new_key(kind)
        ca = ("key_cert_sign", "crl_sign")
        top = subject(country="BE", common=name)
        self.root = Signer(root, certify(top, root.public_key(), key=root, usage=ca, path_length=1))
        self.citizen = Signer(
            citizen,
            certify(
                subject(country="BE", common="Citizen CA", serial="299901"),
                citizen.public_key(),
                issuer=self.root,
                usage=ca,
                path_length=0,
            ),
        )
        self.register = Signer(register, self.certify_register(register.public_key()))

    def certify_register(self, public_key, **changes) -> x509.Certificate:
        """The certificate of the register's signer, or one that is wrong on purpose."""
        values = {
            "issuer": self.root,
            "usage": ("digital_signature", "content_commitment"),
            "policy": RRN_POLICY[self.kind],
            **changes,
        }
        name = values.pop("name", subject(country="BE", organization="RRN", common="RRN"))
        return certify(name, public_key, **values)

    def certify_holder(self, person, public_key, **changes) -> x509.Certificate:
        """The authentication certificate of a card."""
        name = subject(
            country="BE",
            common=f"{person.given_names.split()[0]} {person.surname} (Authentication)"[:64],
            surname=person.surname[:40],
            given=person.given_names,
            serial=changes.pop("niss", person.niss),
        )
        values = {
            "issuer": self.citizen,
            "usage": ("digital_signature",),
            "policy": AUTHENTICATION_POLICY[self.kind],
            "client": True,
            **changes,
        }
        return certify(name, public_key, **values)

    @property
    def root_pem(self) -> bytes:
        return self.root.certificate.public_bytes(serialization.Encoding.PEM)
