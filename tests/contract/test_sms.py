"""Every sender of SMS keeps the port's promise: the real one against a server that answers as the provider does."""

import base64
import inspect
import json
import socket
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from app.adapters.sms.fake import FakeSms
from app.adapters.sms.folder import FolderSms
from app.adapters.sms.http import HttpSms
from app.adapters.sms.none import NoSms
from app.kernel.errors import Unavailable
from app.kernel.ports import SmsSender, TextMessage

MESSAGE = TextMessage(
    "+32470123456", "Cabinet Lavande : rendez-vous mardi à 14 h 30 & après", "<1@parvis.test>"
)
ACCEPTED = (201, json.dumps({"sid": "SM1", "status": "queued"}).encode())


class Provider(ThreadingHTTPServer):
    """Answers as told, and keeps what it was asked."""

    daemon_threads = False  # closing waits for those who are still answering

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.asked, self.silent = ACCEPTED, [], threading.Event()
        self.more = {}
        self.hold = False


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):  # noqa: N802 - the library's name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers, parse_qs(body.decode())))
        if self.server.hold:
            self.server.silent.wait(5)
            return
        status, content = self.server.answer
        self.send_response(status)
        for name, value in self.server.more.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        pass


@pytest.fixture
def provider():
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.silent.set()
    server.shutdown()
    server.server_close()
    thread.join()


def sender(provider, *, whom="+32460000000", timeout=2.0):
    url = f"http://127.0.0.1:{provider.server_port}/"
    return HttpSms(url=url, account="AC12", token="s:ecret", sender=whom, timeout=timeout)


@pytest.mark.parametrize("kind", [FakeSms, FolderSms, HttpSms, NoSms])
def test_every_sender_has_the_ports_shape(kind):
    assert inspect.signature(kind.send) == inspect.signature(SmsSender.send)
    assert isinstance(kind.offered, bool)


def test_the_provider_is_asked_as_its_manual_says(provider):
    sender(provider).send(MESSAGE)
    ((path, headers, fields),) = provider.asked
    assert path == "/2010-04-01/Accounts/AC12/Messages.json"
    assert headers["Authorization"] == "Basic " + base64.b64encode(b"AC12:s:ecret").decode()
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert fields == {"To": [MESSAGE.to], "From": ["+32460000000"], "Body": [MESSAGE.text]}


def test_a_messaging_service_stands_in_for_a_number(provider):
    sender(provider, whom="MG77").send(MESSAGE)
    ((_, _, fields),) = provider.asked
    assert fields["MessagingServiceSid"] == ["MG77"] and "From" not in fields


def refused(provider, **more):
    with pytest.raises(Unavailable) as down:
        sender(provider, **more).send(MESSAGE)
    assert MESSAGE.to not in str(down.value) and "ecret" not in str(down.value)
    return down.value


@pytest.mark.parametrize(
    ("status", "code", "retry"),
    [
        (400, 21211, False),  # no telephone number
        (400, 21610, False),  # whoever has it answered STOP
        (404, 20404, False),
        (401, 20003, True),  # our secret is wrong: the operator mends it
        (402, None, True),
        (403, None, True),
        (429, 20429, True),
        (500, None, True),
        (503, None, True),
        (302, None, False),
    ],
)
def test_a_refusal_says_whether_to_try_again_and_names_nobody(provider, status, code, retry):
    said = {"code": code, "message": f"The 'To' number {MESSAGE.to} is not valid", "status": status}
    provider.answer = (status, json.dumps(said).encode())
    found = refused(provider)
    assert found.retry is retry
    assert str(found) == f"sms: {status} {code}" if code else f"sms: {status}"


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"code": "x"}', b"\xff" * 100_000])
def test_an_answer_that_is_no_answer_is_survived(provider, content):
    provider.answer = (400, content)
    assert str(refused(provider)) == "sms: 400"


def test_it_follows_nobody_elsewhere(provider):
    provider.answer, provider.more = (
        (307, b""),
        {"Location": f"http://127.0.0.1:{provider.server_port}/stolen"},
    )
    refused(provider)
    assert len(provider.asked) == 1  # neither number nor secret went there


def test_silence_after_asking_is_not_asked_again(provider):
    """Perhaps it was sent: twice would cost money and ring twice."""
    provider.hold = True
    assert refused(provider, timeout=0.2).retry is False
    assert len(provider.asked) == 1


def test_nobody_at_home_is_tried_again():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unavailable) as down:
        HttpSms(url=f"http://127.0.0.1:{port}", account="A", token="t", sender="P").send(MESSAGE)
    assert down.value.retry is True


def test_an_installation_without_any_gives_up_what_was_queued():
    with pytest.raises(Unavailable) as down:
        NoSms().send(MESSAGE)
    assert down.value.retry is False


def test_a_developer_reads_them_beside_the_mails(tmp_path):
    FolderSms(str(tmp_path), sender="no-reply@parvis.test").send(MESSAGE)
    (file,) = tmp_path.glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail.get_body(("plain",)).get_content().strip() == MESSAGE.text and MESSAGE.to in mail["To"]
