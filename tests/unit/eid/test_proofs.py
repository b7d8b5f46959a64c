"""What proves a card, rule by rule: each wrong thing is refused, beside the same thing done right."""

import datetime as dt
import hashlib
import os

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from app.adapters.revocation.fake import FakeRevocation
from app.eid import chain, proofs, reading
from app.eid.chain import KNOWN, ROOTS, Trust, Untrusted, fingerprint, read_certificate
from app.eid.message import LABELS, binding, message
from app.eid.proofs import Unproven, verify
from card_agent.belgian_eid import Belgian
from card_agent.message import message as of_agent
from tests.cards import Direct, new_card
from tools.virtual_card.authority import Authority, Signer, subject
from tools.virtual_card.kept import authority
from tools.virtual_card.person import KINDS, Person, make

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
TRUST = Trust(tuple(authority(kind).root.certificate for kind in ("rsa", "ec")))
MESSAGE = b"m" * 176
OLD = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def read(card, purpose, *, signs=None):
    """(files, signature) as the agent hands them over."""
    belgian = Belgian(Direct(card).transmit)
    files = {name: content for name in proofs.FILES[purpose] if (content := belgian.read(name))}
    text = signs or MESSAGE
    if purpose == "import":
        belgian.prepare_signature()
        assert belgian.verify(bytearray(b"1234")) is None
        return files, belgian.sign(text)
    return files, belgian.present(text) if purpose == "desk" else None


def check(purpose, files, signature, *, trust=TRUST, revocation=None, now=NOW):
    return verify(
        purpose, files, signature,
        message=MESSAGE, trust=trust, revocation=revocation or FakeRevocation(), now=now, today=now.date(),
    )  # fmt: skip


def why(purpose, files, signature, **more):
    with pytest.raises(Unproven) as wrong:
        check(purpose, files, signature, **more)
    return wrong.value.code


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("purpose", "levels"), [("join", (2, 2)), ("desk", (3, 2)), ("import", (4, 4))])
def test_genuine_cards_of_every_kind_reach_their_level(kind, purpose, levels):
    found = check(purpose, *read(new_card(kind), purpose))
    assert found.level == levels[kind != "v18"] and found.flags == ()
    assert reading.unpack(reading.pack(found)) == found


def test_both_houses_build_the_same_message():
    parts = {"origin": "https://portal.example", "nonce": os.urandom(32), "bind": os.urandom(32)}
    for proof in LABELS:
        text = message(proof, **parts)
        assert text == of_agent(proof, **parts) and len(text) == 176
        assert hashlib.sha384(b"https://portal.example").digest() == text[32:80]
    assert message("presence", **parts) != message("authentication", **parts)


def test_what_binds_differs_with_every_part_and_with_where_they_part():
    assert binding(("ab", "c", "d")) == binding(("ab", "c", "d"))
    assert len({binding(("ab", "c", "d")), binding(("a", "bc", "d")), binding(("ab", "c", "e"))}) == 3


def test_a_signature_over_something_else_is_refused():
    for purpose, kinds in (("import", KINDS), ("desk", ("v18",))):
        for kind in kinds:
            files, signature = read(new_card(kind), purpose, signs=b"another")
            assert why(purpose, files, signature) == "bad-proof"
    files, signature = read(new_card(), "import")
    for wrong in (None, b"", signature[:-1], signature + b"\x00", b"\x00" * 96, b"\xff" * 96, os.urandom(96)):
        assert why("import", files, wrong) == "bad-proof"


def test_nobody_asked_for_a_signature_when_joining():
    files, _ = read(new_card(), "join")
    assert why("join", files, b"x" * 96) == "bad-proof"


def test_the_key_that_shows_presence_is_the_signed_one():
    card, other = new_card(), new_card()
    files, _ = read(card, "desk")
    stolen = {**files, "basic_key": other.profile.files["basic_key"]}
    assert why("desk", stolen, Belgian(Direct(other).transmit).present(MESSAGE)) == "bad-proof"
    copied = {name: content for name, content in files.items() if name != "basic_key"}
    assert check("desk", copied, None).level == 2  # files alone can be a copy


def test_a_presence_is_no_authentication():
    files, _ = read(new_card(), "import")
    card = new_card()
    assert why("import", files, Belgian(Direct(card).transmit).present(MESSAGE)) == "bad-proof"


# ---- the register -------------------------------------------------------------------------------------------------


def with_register(card, certificate, key=None):
    """The card's files signed once more by somebody who says they are the register."""
    files = {**card.profile.files, "rrn_certificate": certificate.public_bytes(Encoding.DER)}
    if key is not None:
        signer = Signer(key, certificate)
        size = len(files["identity_signature"])
        identity = signer.sign(files["identity"])
        files["identity_signature"] = identity + b"\x00" * (size - len(identity))
        address = signer.sign(files["address"].rstrip(b"\x00") + files["identity_signature"])
        files["address_signature"] = address + b"\x00" * (size - len(address))
    return {name: files[name] for name in proofs.FILES["join"]}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("register-subject", {"name": subject(country="BE", organization="RRN", common="RRM")}),
        ("register-subject", {"name": subject(country="BE", common="RRN")}),
        ("certificate-usage", {"usage": ("digital_signature",)}),
        ("certificate-usage", {"usage": ("digital_signature", "content_commitment", "key_cert_sign")}),
        ("certificate-policy", {"policy": "2.16.56.13.6.1.1.1000"}),
        ("certificate-policy", {"policy": None}),
        ("untrusted-issuer", {"issuer": "citizen"}),
        ("holder-chain", {"path_length": 0}),
    ],
)
def test_a_register_that_is_not_quite_one_is_refused(code, changes):
    register = authority("ec")
    if changes.get("issuer") == "citizen":
        changes = {"issuer": register.citizen}
    key = register.register.key
    wrong = register.certify_register(key.public_key(), **changes)
    found = why("join", with_register(new_card(), wrong, key), None)
    assert found == code or (code == "holder-chain" and found == "certificate-usage")
    right = register.certify_register(key.public_key())
    assert check("join", with_register(new_card(), right, key), None).level == 2  # the control


def test_a_holder_cannot_sign_identities():
    card = new_card()
    files = {**card.profile.files, "rrn_certificate": card.profile.files["auth_certificate"]}
    assert why("join", {name: files[name] for name in proofs.FILES["join"]}, None) == "untrusted-issuer"


def test_an_expired_register_prefills_at_the_desk_and_proves_no_holder():
    register = authority("ec")
    key = register.register.key
    old = register.certify_register(key.public_key(), valid_to=OLD)
    files = with_register(new_card(), old, key)
    found = check("join", files, None)
    assert found.level == 1 and found.flags == ("register-expired",)
    card = new_card()
    whole, signature = read(card, "import")
    whole["rrn_certificate"] = files["rrn_certificate"]
    assert why("import", whole, signature) == "register-expired"


def test_garbage_behind_a_signature_or_a_certificate_is_refused():
    files, _ = read(new_card(), "join")
    for name in ("identity_signature", "address_signature"):
        changed = {**files, name: files[name][:-1] + b"\x01"}
        assert why("join", changed, None) in ("identity-signature", "address-signature")
    assert (
        why("join", {**files, "rrn_certificate": files["rrn_certificate"][:-1] + b"\x01"}, None)
        == "bad-certificate"
    )
    for wrong in (b"\x00" * 2500, b"\x30\x82\xff\xff", b"\x30", files["rrn_certificate"][:300]):
        assert why("join", {**files, "rrn_certificate": wrong}, None) == "bad-certificate"


def test_the_address_is_signed_with_the_whole_file_of_the_identitys_signature():
    card = new_card("v18")
    files = {name: card.profile.files[name] for name in proofs.FILES["join"]}
    trimmed = files["address"].rstrip(b"\x00") + files["identity_signature"].rstrip(b"\x00")
    signature = authority("ec").register.sign(trimmed)
    files["address_signature"] = signature + b"\x00" * (128 - len(signature))
    assert why("join", files, None) == "address-signature"


# ---- the holder ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("holder-expired", {"valid_to": OLD}),
        ("certificate-usage", {"usage": ("digital_signature", "content_commitment")}),
        ("certificate-usage", {"usage": ("content_commitment",)}),
        ("certificate-policy", {"policy": "2.16.56.13.6.0.1"}),
        ("card-mismatch", {"certificate_niss": "92030999608"}),
        ("holder-subject", {"certificate_niss": "x"}),
    ],
)
@pytest.mark.parametrize("kind", ["v18", "v17"])
def test_a_certificate_that_is_not_quite_the_holders_is_refused(kind, code, changes):
    assert why("import", *read(new_card(kind, **changes), "import")) == code
    assert check("import", *read(new_card(kind), "import")).level == 4  # the control


def test_a_whole_register_of_ones_own_is_refused():
    theirs = Authority("ec")  # the same names, other keys
    card = new_card(register=theirs)
    assert why("import", *read(card, "import")) == "untrusted-issuer"
    mixed, signature = read(card, "import")
    mixed |= {name: make().files[name] for name in ("rrn_certificate", "ca_certificate")}
    assert why("import", mixed, signature) == "identity-signature"


def test_an_expired_card_proves_no_holder():
    old = Person(valid_from="01.02.2014", valid_to="01.02.2024")
    assert why("import", *read(new_card(person=old), "import")) == "card-expired"
    assert check("desk", *read(new_card(person=old), "desk")).flags == ("card-expired",)


def test_a_child_without_certificates_is_read_at_the_desk():
    card = new_card("v17")
    card.profile.files["auth_certificate"] = b"\x00" * 1300
    assert check("desk", *read(card, "desk")).flags == ()
    assert why("import", *read(card, "import")) == "bad-certificate"


def test_revoked_or_unknown_is_refused_for_a_holder_and_a_warning_at_the_desk():
    fake, card = FakeRevocation(), new_card()
    fake.is_down = True
    assert why("import", *read(card, "import"), revocation=fake) == "revocation-unknown"
    assert set(check("desk", *read(card, "desk"), revocation=fake).flags) == {"revocation-unknown"}
    fake.is_down = False
    fake.revoked.add(read_certificate(card.profile.files["auth_certificate"]).serial_number)
    assert why("import", *read(card, "import"), revocation=fake) == "revoked"
    assert check("desk", *read(card, "desk"), revocation=fake).flags == ("certificate-revoked",)


# ---- roots --------------------------------------------------------------------------------------------------------


def test_the_roots_we_carry_are_those_of_the_belgian_state():
    found = {fingerprint(root) for root in Trust.load().roots}
    assert found == KNOWN and len(list(ROOTS.glob("*.pem"))) == 5
    # the three that new cards hang from, whole, as the State publishes them
    assert "a8d14e945e3e5156bcae5e39737cf6a1b1f51028bbbf982f50ce5f4c05568b4d" in found
    assert "702dd5c1a093cf0a9d71fadd9bf9a7c5857d89fb73b716e867228b3c2beb968f" in found
    assert "9c872bc979a7c09a58d4a274c199e5cb16cfa9b9618d98bc9a9988e984b8495c" in found


def test_a_folder_with_another_root_is_refused_where_only_known_ones_count(tmp_path):
    (tmp_path / "test.pem").write_bytes(authority("ec").root_pem)
    with pytest.raises(ValueError, match="not one of the Belgian State"):
        Trust.load(tmp_path)
    assert len(Trust.load(tmp_path, only_known=False).roots) == 1
    (tmp_path / "test.pem").unlink()
    with pytest.raises(ValueError, match="no root"):
        Trust.load(tmp_path, only_known=False)


def test_a_certificate_is_der_and_zeros():
    der = authority("ec").root.der
    assert read_certificate(der + b"\x00" * 50) == authority("ec").root.certificate
    for wrong in (der + b"\x01", der[:-1], b"", b"\x00" * 100):
        with pytest.raises(Untrusted):
            read_certificate(wrong)
    assert isinstance(read_certificate(der), x509.Certificate) and chain.SHORTEST_RSA == 2048


# ---- whose card ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "family", "agrees", "alike"),
    [
        ("Alice", "Dupont", True, True),
        ("Alice Marie", "Dupont", True, True),
        ("ALICE", "du pont", True, True),
        ("Marie", "Dupont", False, True),
        ("Alice", "Peeters", False, True),
        ("Bruno", "Peeters", False, False),
        ("", "Dupont", False, True),
    ],
)
def test_names_agree_by_the_family_and_the_first_given_name(given, family, agrees, alike):
    identity = check("join", *read(new_card(), "join")).identity
    assert reading.names_agree(identity, given_name=given, family_name=family) is agrees
    assert reading.is_nobody_alike(identity, given_name=given, family_name=family) is not alike
