"""The portal as `make run` starts it, on a free port and a new database, for tests that look at it from outside."""

import base64
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from tests.browser.concierge import Concierge
from tools.virtual_card.kept import trust_folder

ROOT = Path(__file__).resolve().parents[2]
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
GRANIAN = [
    sys.executable,
    "-m",
    "granian",
    "--interface",
    "wsgi",
    "--workers",
    "2",
    "--blocking-threads",
    "4",
]
PASSWORD = "parvis-demo-2026"
ANSWERS_WITHIN, STOPS_WITHIN = 60, 10


@dataclass(frozen=True)
class Portal:
    """Where it answers and where it writes."""

    port: int
    folder: Path
    concierge: Concierge
    google: list = field(
        default_factory=list
    )  # the simulator that answers for Google Health, where there is one

    @property
    def url(self):
        return f"http://localhost:{self.port}"

    def site(self, slug):
        return f"http://{slug}.localhost:{self.port}"

    def statuses(self, email):
        """The states of every appointment made with this address: what the database holds, whatever a page says."""
        with closing(sqlite3.connect(f"file:{self.folder / 'parvis.db'}?mode=ro", uri=True)) as base:
            rows = base.execute("SELECT status FROM appointment WHERE contact_email = ?", (email,))
            return sorted(status for (status,) in rows)

    def mails_to(self, email):
        return [
            path for path in self.mail.glob("*.eml") if f"To: {email}" in path.read_text(errors="replace")
        ]

    def link(self, email, path, *, known=()):
        """The address in the newest mail that leads to this part of the portal, once it has arrived."""
        return self._told(email, rf"http://\S*{re.escape(path)}[\w.\-]+", known).group()

    def code(self, email, *, known=()):
        """The eight digits of the newest mail that brings some; they stand on a line of their own."""
        return "".join(self._told(email, r"(?m)^\s*(\d{4})\s?(\d{4})\s*$", known).groups())

    def _told(self, email, pattern, known):
        """Where the newest mail says it; mails that are `known` do not count."""

        def newest():
            found = [path for path in self.mails_to(email) if path not in known]
            found.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
            return next(filter(None, (re.search(pattern, plain_text(path)) for path in found)), None)

        return until(newest)

    @property
    def mail(self):
        return self.folder / "mail"


def plain_text(path):
    """What a mail says to whoever reads no HTML."""
    mail = message_from_bytes(path.read_bytes(), policy=default)
    return mail.get_body(("plain",)).get_content()


@contextmanager
def running(folder, *, port=None, more=None):
    """A furnished portal with its worker, and with `more` settings; every process is gone at the end."""
    port = port or free_port()
    environment = {**os.environ, **settings(folder, port), **(more or {})}
    log = folder / "log.txt"
    started = []
    with log.open("w") as output:
        streams = {"cwd": ROOT, "env": environment, "stdout": output, "stderr": subprocess.STDOUT}
        concierge = Concierge(environment, ROOT, output)
        try:
            for words in (["db", "upgrade"], ["demo"]):
                if subprocess.run([*FLASK, *words], **streams).returncode:
                    raise AssertionError(f"flask {words[0]} failed:\n{log.read_text()[-4000:]}")
            web = [*GRANIAN, "--host", "127.0.0.1", "--port", str(port), "--no-ws", "--log-level", "warning"]
            for command in ([*web, "wsgi:app"], [*FLASK, "work"]):
                started.append(subprocess.Popen(command, start_new_session=True, **streams))
            portal = Portal(port, folder, concierge)
            wait_until_ready(portal, started, log)
            yield portal
        finally:
            concierge.leave()
            stop(started)
    complaints = [line for line in log.read_text().splitlines() if "Traceback" in line or "broken " in line]
    assert not complaints, f"the server complained:\n{log.read_text()[-6000:]}"


def settings(folder, port):
    return {
        "PARVIS_DATABASE_URL": f"sqlite:///{folder / 'parvis.db'}",
        "PARVIS_SECRET_KEY": "s" * 40,
        "PARVIS_DATA_KEY": base64.b64encode(b"k" * 32).decode(),
        "PARVIS_APP_HOST": f"localhost:{port}",
        "PARVIS_SCHEME": "http",
        "PARVIS_MAILER": "folder",
        "PARVIS_MAIL_FOLDER": str(folder / "mail"),
        "PARVIS_FILES_FOLDER": str(folder / "files"),
        "PARVIS_DEV_MAILBOX": "1",
        "PARVIS_SMS": "folder",
        "PARVIS_CONFIRMATION_DELAY_SECONDS": "0",
        "PARVIS_CHECK_SQL": "1",
        "PARVIS_EID_TRUST_FOLDER": str(trust_folder()),
        "PARVIS_EID_REVOCATION": "fake",
    }


def free_port():
    """Below the range from which the system gives ports to whoever asks for any."""
    for port in range(20000 + os.getpid() % 8000, 32768):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


def wait_until_ready(portal, started, log):
    deadline = time.monotonic() + ANSWERS_WITHIN
    while True:
        if any(process.poll() is not None for process in started):
            raise AssertionError(f"the portal ended by itself:\n{log.read_text()[-4000:]}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{portal.port}/readyz", timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"no answer within {ANSWERS_WITHIN} s:\n{log.read_text()[-4000:]}"
                ) from None
            time.sleep(0.1)


def stop(started):
    for process in started:
        process.send_signal(signal.SIGINT)
    for process in started:
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def until(ask, *, seconds=20):
    """The first true answer; for what another process does, which no page announces."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"nothing within {seconds} s"
        time.sleep(0.1)
    return answer
