"""Every way to ask about revocation keeps the port's promise; the real one against a responder of the test's own."""

import datetime as dt
import inspect

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from app.adapters.revocation.fake import FakeRevocation
from app.adapters.revocation.ocsp import RESPONDERS, OcspRevocation
from app.eid.ports import Revocation
from app.kernel.errors import Unavailable
from tools.virtual_card.authority import Authority, new_key, subject
from tools.virtual_card.kept import authority
from tools.virtual_card.person import Person

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
URL = "http://ocsp.eidpki.belgium.be/eid/0"


@pytest.mark.parametrize("way", [FakeRevocation, OcspRevocation])
def test_every_way_is_called_as_the_port_says(way):
    assert inspect.signature(way.is_revoked) == inspect.signature(Revocation.is_revoked).replace()


def holder(url=URL):
    return authority("ec").certify_holder(Person(), new_key("ec").public_key(), ocsp=url)


def responder(
    certificate, *, status=ocsp.OCSPCertStatus.GOOD, signer=None, at=NOW, other=None, delegate=None
):
    """A function that answers as a responder does."""
    ca = authority("ec").citizen
    signer = signer or ca
    revoked = status is ocsp.OCSPCertStatus.REVOKED

    def fetch(_url, _request):
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=other or certificate, issuer=ca.certificate, algorithm=hashes.SHA1(), cert_status=status,
            this_update=at - dt.timedelta(hours=1), next_update=at + dt.timedelta(hours=1),
            revocation_time=at if revoked else None, revocation_reason=None,
        ).responder_id(ocsp.OCSPResponderEncoding.HASH, delegate or signer.certificate)  # fmt: skip
        if delegate:
            builder = builder.certificates([delegate])
        return builder.sign(signer.key, hashes.SHA384()).public_bytes(serialization.Encoding.DER)

    return fetch


def ask(certificate, fetch):
    way = OcspRevocation(fetch=fetch)
    return way.is_revoked(certificate, authority("ec").citizen.certificate, now=NOW)


def test_good_and_revoked_are_told_apart():
    one = holder()
    assert ask(one, responder(one)) is False
    assert ask(one, responder(one, status=ocsp.OCSPCertStatus.REVOKED)) is True


def test_an_answer_that_proves_nothing_is_no_answer():
    one, stranger = holder(), Authority("ec").citizen
    for fetch in (
        responder(one, signer=stranger),
        responder(one, at=NOW - dt.timedelta(days=3)),
        responder(one, at=NOW + dt.timedelta(days=3)),
        responder(one, other=holder()),
        responder(one, status=ocsp.OCSPCertStatus.UNKNOWN),
        lambda _url, _request: b"not an answer",
        lambda _url, _request: ocsp.OCSPResponseBuilder.build_unsuccessful(
            ocsp.OCSPResponseStatus.TRY_LATER
        ).public_bytes(serialization.Encoding.DER),
    ):
        with pytest.raises(Unavailable):
            ask(one, fetch)


def test_a_responder_must_be_certified_for_it():
    one, ca = holder(), authority("ec").citizen

    def delegate(*purposes):
        key = new_key("ec")
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject(country="BE", common="OCSP"))
            .issuer_name(ca.certificate.subject)
            .public_key(key.public_key())
            .serial_number(7)
            .not_valid_before(NOW - dt.timedelta(days=1))
            .not_valid_after(NOW + dt.timedelta(days=1))
        )
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        from tools.virtual_card.authority import Signer

        return Signer(key, builder.sign(ca.key, hashes.SHA384()))

    right = delegate(ExtendedKeyUsageOID.OCSP_SIGNING)
    assert ask(one, responder(one, signer=right, delegate=right.certificate)) is False
    for wrong in (delegate(), delegate(ExtendedKeyUsageOID.CLIENT_AUTH)):
        with pytest.raises(Unavailable):
            ask(one, responder(one, signer=wrong, delegate=wrong.certificate))


def test_only_the_states_responders_are_asked():
    asked = []

    def fetch(url, _request):
        asked.append(url)
        raise Unavailable("revocation", retry=True)

    for url in (
        "http://ocsp.eidpki.belgium.be.evil.example/eid/0",
        "http://evil.example/ocsp.eidpki.belgium.be",
        "http://ocsp.eidpki.belgium.be:8080/eid/0",
        "http://ocsp.eidpki.belgium.be@evil.example/",
        "file:///etc/passwd",
        "http://127.0.0.1/",
    ):
        with pytest.raises(Unavailable):
            ask(holder(url), fetch)
    assert asked == []
    with pytest.raises(Unavailable):
        ask(holder(), fetch)
    assert asked == [URL] and len(RESPONDERS) == 2  # the control


def test_a_certificate_that_names_no_responder_has_not_been_revoked():
    assert ask(authority("ec").register.certificate, None) is False
