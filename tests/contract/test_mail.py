"""Every mailer keeps the port's promise: the real ones against a real server and a real folder."""

import inspect
import socket
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from app.adapters.mail.fake import FakeMailer
from app.adapters.mail.folder import FolderMailer
from app.adapters.mail.smtp import SmtpMailer
from app.kernel.errors import Unavailable
from app.kernel.ports import Attachment, Letter, Mailer

LETTER = Letter(
    to="an@example.be",
    subject="Votre rendez-vous, mardi à 14 h 30",
    text="Bonjour,\nà mardi.",
    html="<p>Bonjour,<br>à mardi.</p>",
    message_id="<0190@parvis.test>",
    sender_name="Cabinet Lavande, «kiné»",
    reply_to="accueil@lavande.example",
    attachments=(Attachment("rendez-vous.ics", "text/calendar; method=PUBLISH", b"BEGIN:VCALENDAR\r\n"),),
)


class Sink:
    """What a mail server would say; keeps what it accepted."""

    def __init__(self):
        self.answer, self.mails = "250 OK", []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the library's name
        if self.answer.startswith("250"):
            self.mails.append(envelope)
        return self.answer


@pytest.fixture
def sink():
    return Sink()


@pytest.fixture
def smtp(sink):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    yield SmtpMailer(
        host="127.0.0.1", port=port, user="", password="", tls="none", sender="no-reply@parvis.test"
    )
    server.stop()


@pytest.mark.parametrize("mailer", [FakeMailer, FolderMailer, SmtpMailer])
def test_every_mailer_has_the_ports_shape(mailer):
    assert inspect.signature(mailer.send) == inspect.signature(Mailer.send)


def test_a_server_gets_both_texts_and_the_calendar(smtp, sink):
    smtp.send(LETTER)
    (envelope,) = sink.mails
    assert envelope.rcpt_tos == ["an@example.be"]
    check(envelope.content)


def test_a_folder_gets_the_same_mail(tmp_path):
    FolderMailer(str(tmp_path), sender="no-reply@parvis.test").send(LETTER)
    (file,) = tmp_path.glob("*.eml")
    check(file.read_bytes())


def check(content):
    message = message_from_bytes(content, policy=policy.default)
    assert message["Subject"] == LETTER.subject
    assert message["Message-ID"] == LETTER.message_id
    assert message["Reply-To"] == LETTER.reply_to
    assert message.get_body(("plain",)).get_content().split() == LETTER.text.split()
    assert "<p>Bonjour" in message.get_body(("html",)).get_content()
    (calendar,) = message.iter_attachments()
    assert calendar.get_content_type() == "text/calendar" and calendar.get_param("method") == "PUBLISH"


@pytest.mark.parametrize(("answer", "retry"), [("451 later", True), ("550 never", False)])
def test_a_refusal_says_whether_to_try_again(smtp, sink, answer, retry):
    sink.answer = answer
    with pytest.raises(Unavailable) as refused:
        smtp.send(LETTER)
    assert refused.value.retry is retry


def test_nobody_at_home_is_tried_again():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mailer = SmtpMailer(host="127.0.0.1", port=port, user="", password="", tls="none", sender="a@b.test")
    with pytest.raises(Unavailable) as down:
        mailer.send(LETTER)
    assert down.value.retry is True


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "x\r\nBcc: eve@example.be"},
        {"sender_name": "x\nBcc: eve@example.be"},
        {"reply_to": "a\r\nX: y"},
    ],
)
def test_no_line_break_makes_a_header(smtp, sink, change):
    with pytest.raises(Unavailable) as refused:
        smtp.send(replace(LETTER, **change))
    assert refused.value.retry is False
    assert sink.mails == []
