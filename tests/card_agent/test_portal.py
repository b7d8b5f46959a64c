"""The agent's way to a portal: one origin, typed by a person, over TLS, and never anywhere else."""

import datetime as dt
import http.server
import ssl
import threading
from contextlib import contextmanager

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from card_agent.portal import Portal, is_this_computer, origin_of, tidy_code
from card_agent.problems import Problem
from card_agent.settings import Settings

PAIRING = "01a21a26-3355-7245-8599-1e5a1b44c1f2"


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://lavande.example", "https://lavande.example"),
        ("lavande.example/", "https://lavande.example"),
        (" HTTPS://Lavande.Example:8443 ", "https://lavande.example:8443"),
        ("https://lavande.example:443", "https://lavande.example"),
        ("http://lavande.localhost:8000", "http://lavande.localhost:8000"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_an_address_as_people_type_it_is_an_origin(typed, origin):
    assert origin_of(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "http://lavande.example",
        "http://localhost.evil.example",
        "http://10.0.0.1",
        "ftp://lavande.example",
        "file:///etc/passwd",
        "https://lavande.example/path",
        "https://lavande.example?x",
        "https://user@lavande.example",
        "https://",
        "https://lav ande",
        "https://lavande.example:99999",
        "https://-x",
        "",
    ],
)
def test_an_address_that_is_not_safe_is_refused(typed):
    with pytest.raises(Problem, match="not-secure"):
        origin_of(typed)


def test_only_names_of_this_computer_are_this_computer():
    assert is_this_computer("x.localhost") and is_this_computer("::1")
    assert not is_this_computer("localhost.example") and not is_this_computer("192.168.1.1")


def test_a_code_is_typed_with_or_without_its_dash_and_nothing_else():
    assert tidy_code("bcdf-ghjk") == tidy_code(" BCDF GHJK ") == "BCDFGHJK"
    for wrong in ("", "BCDF", "ABCDFGHJ", "BCDFGHJKL", "https://x/BCDFGHJK"):
        with pytest.raises(Problem, match="code-unknown"):
            tidy_code(wrong)


# ---- a server of the test's own -----------------------------------------------------------------------------------


class Answers(http.server.BaseHTTPRequestHandler):
    reply, asked = (200, {}, b"{}"), []

    def do_GET(self):
        self._answer()

    def do_POST(self):
        self._answer()

    def _answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        type(self).asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        status, headers, body = self.reply
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        return


@contextmanager
def server(reply, *, context=None):
    handler = type("Handler", (Answers,), {"reply": reply, "asked": []})
    found = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if context:
        found.socket = context.wrap_socket(found.socket, server_side=True)
    threading.Thread(target=found.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield found.server_address[1], handler.asked
    finally:
        found.shutdown()
        found.server_close()


def state_at(port, **more):
    return Portal(f"http://lavande.localhost:{port}", **more).state(PAIRING, "t" * 43)


def test_what_it_sends_is_a_programs_request_and_no_browsers():
    with server((200, {}, b'{"state": "redeemed"}')) as (port, asked):
        assert state_at(port) == ("redeemed", None, "")
    ((method, path, headers, body),) = asked
    assert (method, path, body) == ("GET", f"/agent/v1/pairings/{PAIRING}", b"")
    assert headers["Authorization"] == "Bearer " + "t" * 43 and headers["Host"] == f"lavande.localhost:{port}"
    assert not {"Origin", "Cookie", "Referer", "Sec-Fetch-Site"} & set(headers)


def test_a_redirect_is_not_followed_and_a_flood_not_read(monkeypatch):
    with server((200, {}, b'{"state": "redeemed"}')) as (elsewhere, asked):
        away = (307, {"Location": f"http://127.0.0.1:{elsewhere}/"}, b"")
        with server(away) as (port, _), pytest.raises(Problem, match="not-a-portal"):
            state_at(port)
        assert asked == []
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{elsewhere}")
        with server((200, {}, b'{"state": "redeemed"}')) as (port, _):
            assert state_at(port)[0] == "redeemed"  # the control; and no proxy was asked
        assert asked == []
    with server((200, {}, b"[" * 70_000)) as (port, _), pytest.raises(Problem, match="not-a-portal"):
        state_at(port)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ((404, {}, b""), "over"),
        ((403, {}, b""), "not-a-portal"),
        ((429, {}, b""), "too-many"),
        ((500, {}, b""), "unreachable"),
        ((200, {}, b"<html>"), "not-a-portal"),
        ((200, {}, b'{"state": "confirmed"}'), "not-a-portal"),
        ((200, {}, b'{"state": "sesame"}'), "not-a-portal"),
        ((200, {}, b"[]"), "not-a-portal"),
    ],
)
def test_each_answer_that_is_none_has_its_code(reply, code):
    with server(reply) as (port, _), pytest.raises(Problem, match=code):
        state_at(port)


def test_nobody_at_home_is_told():
    with server((200, {}, b"")) as (port, _):
        pass
    with pytest.raises(Problem, match="unreachable"):
        state_at(port)


def certified(tmp_path, name):
    """(context of a server, context of a client that trusts it) with a certificate for this name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=9000))
        .not_valid_after(now + dt.timedelta(days=9000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / f"{name}.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    serves = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serves.load_cert_chain(pem)
    return serves, lambda: ssl.create_default_context(
        cadata=made.public_bytes(serialization.Encoding.PEM).decode()
    )


def test_over_https_the_certificate_must_be_trusted_and_of_this_name(tmp_path):
    serves, trusts = certified(tmp_path, "lavande.localhost")
    other, trusts_other = certified(tmp_path, "evil.localhost")
    good = (200, {}, b'{"state": "redeemed"}')
    with server(good, context=serves) as (port, asked):
        right = Portal(f"https://lavande.localhost:{port}", trust=trusts)
        assert right.state(PAIRING, "t" * 43)[0] == "redeemed"  # the control
        seen = len(asked)
        with pytest.raises(Problem, match="not-secure"):
            Portal(f"https://lavande.localhost:{port}").state(PAIRING, "t" * 43)
        assert len(asked) == seen
    with server(good, context=other) as (port, asked):
        with pytest.raises(Problem, match="not-secure"):
            Portal(f"https://lavande.localhost:{port}", trust=trusts_other).state(PAIRING, "t" * 43)
        assert asked == []  # the token never left


def test_the_list_of_sites_is_the_persons_own(tmp_path, monkeypatch):
    monkeypatch.setenv("PARVIS_CARD_AGENT_FOLDER", str(tmp_path / "own"))
    settings = Settings.load()
    assert settings.sites == []
    settings.add("lavande.example")
    settings.add("https://linde.example")
    assert Settings.load().sites == ["https://linde.example", "https://lavande.example"]
    kept = tmp_path / "own" / "card-agent.json"
    assert kept.stat().st_mode & 0o077 == 0
    for broken in ("", "{}", '{"sites": ["http://evil.example"], "language": "fr"}', "[1]"):
        kept.write_text(broken)
        assert Settings.load().sites == []
