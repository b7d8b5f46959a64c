"""The agent as a program: four languages, a terminal, a window under Xvfb, a real pcscd; and no open door."""

import ast
import os
import re
import shutil
import socket
import string
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps, loads
from pathlib import Path

import pytest

from card_agent.belgian_eid import Belgian
from card_agent.message import message
from card_agent.problems import CODES, Problem
from card_agent.reader import Readers
from card_agent.words import CATALOGUES, Words
from tests.agents import Agent
from tools.virtual_card.reader import Reader

pytestmark = pytest.mark.card
ROOT = Path(__file__).resolve().parents[2]
SYSTEM_PYTHON = "/usr/bin/python3"  # with Tk and pyscard of the system: how people install the agent on Linux
ASKS = {"fr": "demande à lire", "nl": "vraagt om", "de": "bittet darum", "en": "asks to read"}
PAIRING, TOKEN = "01a21a26-3355-7245-8599-1e5a1b44c1f2", "t" * 43


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    with Reader(tmp_path_factory.mktemp("reader")) as found:
        yield found


@pytest.fixture
def pcsc(reader, monkeypatch):
    reader.ask("forget")
    for name, value in reader.environment.items():
        monkeypatch.setenv(name, value)
    readers = Readers()
    while readers._holding(readers.names()):  # the service sees a moment later that a card is gone
        time.sleep(0.02)
    readers.close()
    return reader


# ---- words --------------------------------------------------------------------------------------------------------


def gaps(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_is_there_in_four_languages_with_the_same_gaps():
    reference = CATALOGUES["fr"]
    for language, sentences in CATALOGUES.items():
        assert sentences.keys() == reference.keys(), language
        for code, sentence in sentences.items():
            assert gaps(sentence) == gaps(reference[code]), (language, code)
            assert sentence or code == "line", (language, code)


def test_every_problem_has_its_sentence_and_every_sentence_is_said():
    assert set(CATALOGUES["fr"]) >= CODES
    said = "".join(path.read_text() for path in (ROOT / "card_agent").glob("*.py"))
    parts = "".join(path.read_text() for path in (ROOT / "card_agent" / "words").glob("__init__.py"))
    silent = {code for code in CATALOGUES["fr"] if f'"{code}"' not in said + parts}
    assert silent == set()
    assert Words("xx").language == "fr"


# ---- a portal of the test's own -----------------------------------------------------------------------------------


class Portal:
    """Plays the portal's part for one reading, and notes what it is told."""

    def __init__(self, purpose="import"):
        self.purpose, self.results, self.problems, self.polls = purpose, [], [], 0
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                portal.polls += 1
                self.reply(
                    {"state": "confirmed", "job": portal.job()} if portal.polls > 1 else {"state": "redeemed"}
                )

            def do_POST(self):
                said = loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path.endswith("redeem"):
                    if said["code"] != "BCDFGHJK":
                        return self.reply({"error": "unknown"}, 404)
                    path = f"/eid/confirm?t={TOKEN}"
                    self.reply(
                        {"pairing": PAIRING, "token": TOKEN, "confirm_path": path, "purpose": portal.purpose}
                    )
                elif self.path.endswith("problem"):
                    portal.problems.append(said["code"])
                    self.reply({"state": "refused"})
                else:
                    portal.results.append(said)
                    self.reply({"state": "read"})

            def reply(self, body, status=200):
                text = dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.site = f"http://portal.localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def job(self):
        files = ["identity", "identity_signature", "address", "address_signature", "rrn_certificate"]
        if self.purpose == "import":
            files += ["photo", "auth_certificate", "ca_certificate"]
        proof = {"import": "authentication", "join": "none"}[self.purpose]
        same = {"nonce": "A" * 43 + "=", "bind": "B" * 42 + "A="}
        more = {"account": "a***@example.be", "practice": "Cabinet Lavande"}
        return {"purpose": self.purpose, "proof": proof, "files": files, **same, **more}


@pytest.fixture
def portal():
    found = Portal()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def agent(tmp_path, pcsc):
    found = Agent(tmp_path / "agent", pcsc)
    yield found
    found.kill()


# ---- the terminal -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "asks", "yes"),
    [(code, ASKS[code], yes) for code, yes in (("fr", "oui"), ("nl", "ja"), ("de", "ja"), ("en", "yes"))],
)
def test_the_terminal_reads_a_card_in_every_language(agent, portal, pcsc, language, asks, yes):
    pcsc.ask("insert", name="card", kind="v18")
    agent.start(portal.site, language=language).types("bcdf-ghjk").hears(asks).types(yes)
    agent.hears("3").types("1234")
    assert agent.ends() == 0, agent.said
    (sent,) = portal.results
    assert len(sent["files"]) == 8 and len(sent["signature"]) == 128
    assert agent.opened == f"{portal.site}/eid/confirm?t={TOKEN}"
    assert "1234" not in agent.said and TOKEN not in agent.said and not pcsc.ask("verified")


def test_saying_no_leaves_the_card_alone_and_tells_the_page(agent, portal, pcsc):
    pcsc.ask("insert", name="card", kind="v18")
    agent.start(portal.site).types("BCDFGHJK").hears("(oui/non)").types("non")
    assert agent.ends() == 1 and "annulée" in agent.said
    assert portal.problems == ["cancelled"] and portal.results == [] and pcsc.ask("heard") == []


def test_a_wrong_code_is_said_and_no_browser_opens(agent, portal):
    agent.start(portal.site).types("ZZZZZZZZ")
    assert agent.ends() == 1 and "n’existe pas" in agent.said and not agent.note.exists()


def test_without_a_service_it_says_so(tmp_path, portal):
    agent = Agent(tmp_path / "agent", None, environment={"PCSCLITE_CSOCK_NAME": str(tmp_path / "nobody")})
    agent.start(portal.site).types("BCDFGHJK").hears("(oui/non)").types("oui")
    assert agent.ends() == 1 and "service des cartes à puce" in agent.said
    assert portal.problems == ["no-service"]


def test_a_card_that_is_put_in_late_is_read(agent, portal, pcsc):
    agent.start(portal.site).types("BCDFGHJK").hears("(oui/non)").types("oui").hears("Insérez votre carte")
    pcsc.ask("insert", name="card", kind="v17")
    agent.hears("essais restants : 3").types("1234")
    assert agent.ends() == 0 and len(portal.results) == 1


@pytest.mark.parametrize(("into", "problem"), [("", "removed"), ("other", None)])
def test_a_card_taken_out_or_swapped_ends_the_reading(agent, portal, pcsc, into, problem):
    """Swapped at once, an old handle may speak to the new card: whatever the driver does, nothing is sent."""
    if into:
        pcsc.ask("insert", name="other", kind="v18", person={"surname": "Peeters"})
    pcsc.ask("insert", name="card", kind="v18", gone_after=12, into=into)
    agent.start(portal.site).types("BCDFGHJK").hears("(oui/non)").types("oui")
    assert agent.ends() == 1 and portal.results == []
    assert portal.problems and portal.problems[0] in (
        (problem,) if problem else ("removed", "swapped", "unreadable")
    )


def test_a_blocked_card_is_told_before_a_pin_is_asked(agent, portal, pcsc):
    pcsc.ask("insert", name="card", kind="v18", tries=0)
    agent.start(portal.site).types("BCDFGHJK").hears("(oui/non)").types("oui")
    assert agent.ends() == 1 and "bloqué" in agent.said and portal.problems == ["pin-blocked"]


def test_the_last_try_is_asked_for_and_not_taken(agent, portal, pcsc):
    pcsc.ask("insert", name="card", kind="v17", tries=2)
    agent.start(portal.site).types("BCDFGHJK").hears("(oui/non)").types("oui")
    agent.hears("essais restants : 2").types("0000").hears("dernier essai").types("non")
    assert agent.ends() == 1 and pcsc.ask("tries") == 1 and portal.problems == ["cancelled"]


def test_told_to_stop_it_tells_the_page(agent, portal, pcsc):
    agent.start(portal.site).types("BCDFGHJK").hears("(oui/non)").types("oui").hears("Insérez")
    agent.process.terminate()
    agent.ends()
    assert portal.problems == ["cancelled"]


def listening(pid):
    """Listening sockets of a process, of any kind, by the system's own tables."""
    mine = set()
    for path in Path(f"/proc/{pid}/fd").iterdir():
        try:
            mine.add(os.readlink(path))
        except OSError:
            continue

    def rows(name):
        return [line.split() for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]]

    found = [row[9] for row in rows("tcp") + rows("tcp6") if row[3] == "0A"]
    found += [row[6] for row in rows("unix") if row[3] == "00010000"]
    return [inode for inode in found if f"socket:[{inode}]" in mine]


def test_it_listens_on_nothing(agent, portal, pcsc):
    agent.start(portal.site).hears("8 lettres")
    assert listening(agent.process.pid) == []
    agent.types("BCDFGHJK").hears("(oui/non)").types("oui").hears("Insérez")
    assert listening(agent.process.pid) == []
    with socket.create_server(("127.0.0.1", 0)):
        assert len(listening(os.getpid())) >= 1  # the control


# ---- the window ---------------------------------------------------------------------------------------------------


@pytest.fixture
def screen(tmp_path):
    """An X server of the test's own."""
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24", "-nolisten", "tcp"]
    process = subprocess.Popen(words, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    yield f":{number}"
    process.terminate()
    process.wait()


DRIVER = """
import sys, time, json
sys.path.insert(0, {root!r})
from card_agent.settings import Settings
from card_agent.window import Window
plan = json.loads(sys.argv[1])
opened, said = [], []
settings = Settings(sites=[plan["site"]], language=plan["language"])
window = Window(settings, browse=opened.append)

def texts():
    def walk(widget):
        try:
            yield str(widget.cget("text"))
        except Exception:
            pass
        for child in widget.winfo_children():
            yield from walk(child)
    return " | ".join(walk(window.page))

def find(name):
    def walk(widget):
        for child in widget.winfo_children():
            if child.winfo_name() == name:
                return child
            found = walk(child)
            if found is not None:
                return found
    return walk(window.page)

def step():
    if not plan["steps"] or time.monotonic() > end:
        window.close()
        return
    name, text = plan["steps"][0]
    widget = find(name)
    if widget is not None:
        said.append(texts())
        plan["steps"].pop(0)
        if text is None:
            widget.invoke()
        elif text:
            widget.insert(0, text)
    window.root.after(60, step)

end = time.monotonic() + 40
window.root.after(200, step)
window.run()
print(json.dumps({{"opened": opened, "said": said, "left": plan["steps"]}}))
"""


def in_window(screen, reader, site, steps, tmp_path, language="fr"):
    assert shutil.which("Xvfb") and os.path.exists(SYSTEM_PYTHON)
    plan = dumps({"site": site, "language": language, "steps": steps})
    environment = {**os.environ, **reader.environment, "DISPLAY": screen}
    environment |= {"PARVIS_CARD_AGENT_FOLDER": str(tmp_path / "own"), "PYTHONPATH": ""}
    done = subprocess.run(
        [window_python(), "-c", DRIVER.format(root=str(ROOT)), plan],
        env=environment, capture_output=True, text=True, timeout=90, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = loads(done.stdout.splitlines()[-1])
    assert found["left"] == [], (found, done.stderr)
    return found


def window_python():
    """A Python that can draw and read cards: ours, or the system's where ours was built without Tk."""
    for python in (sys.executable, SYSTEM_PYTHON):
        if subprocess.run([python, "-c", "import tkinter, smartcard"], capture_output=True).returncode == 0:
            return python
    raise AssertionError(
        "no Python here has both tkinter and pyscard: Debian's python3-tk and python3-pyscard"
    )


@pytest.mark.parametrize(("language", "asks"), ASKS.items())
def test_the_window_reads_a_card_in_every_language(screen, portal, pcsc, tmp_path, language, asks):
    pcsc.ask("insert", name="card", kind="v18")
    steps = [("code", "bcdf-ghjk"), ("start", None), ("consent", ""), ("allow", None), ("tries", "")]
    steps += [("pin", "0000"), ("ok", None), ("pin", "1234"), ("ok", None), ("outcome", ""), ("close", None)]
    found = in_window(screen, pcsc, portal.site, steps, tmp_path, language)
    assert found["opened"] == [f"{portal.site}/eid/confirm?t={TOKEN}"]
    words = Words(language)
    shown = " || ".join(found["said"])
    assert (
        asks in shown
        and portal.site in shown
        and "a***@example.be" in shown
        and words("part-number") in shown
    )
    assert words("pin-wrong", tries=2) in shown and words("done", site=portal.site) in shown
    assert "1234" not in shown and TOKEN not in shown
    (sent,) = portal.results
    assert len(sent["files"]) == 8 and sent["signature"] and not pcsc.ask("verified")


def test_the_window_says_no_and_starts_again(screen, portal, pcsc, tmp_path):
    pcsc.ask("insert", name="card", kind="v18")
    steps = [
        ("code", "bcdfghjk"),
        ("start", None),
        ("consent", ""),
        ("refuse", None),
        ("outcome", ""),
        ("again", None),
    ]
    steps += [("lang_de", None), ("code", "bcdf"), ("start", None), ("problem", ""), ("close", None)]
    shown = in_window(screen, pcsc, portal.site, steps, tmp_path)["said"]
    assert Words("fr")("cancelled") in shown[4] and Words("de")("code-unknown") in shown[-1]
    assert portal.problems == ["cancelled"] and pcsc.ask("heard") == []


def test_the_window_refuses_a_site_that_is_not_safe(screen, portal, pcsc, tmp_path):
    steps = [
        ("code", "bcdfghjk"),
        ("site", "http://evil.example/"),
        ("start", None),
        ("problem", ""),
        ("close", None),
    ]
    shown = in_window(screen, pcsc, "", steps, tmp_path)["said"]
    assert Words("fr")("not-secure") in shown[-1]


# ---- the reader itself --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["v18", "v17", "v17-rekeyed"])
def test_a_real_pcscd_gives_every_byte(pcsc, kind):
    pcsc.ask("insert", name="card", kind=kind)
    readers = Readers()
    name = readers.wait_for_card(tell=lambda _code: None)
    readers.looks_right(name)
    with readers.connected(name) as connection, connection.alone():
        card = Belgian(connection.transmit)
        assert card.is_new is (kind == "v18")
        assert len(card.read("photo")) > 2500 and card.read("identity")[:3] == b"\x00\x01\x02"
        shown = card.present(message("presence", origin="https://x", nonce=b"n" * 32, bind=b"b" * 32))
        assert (shown is not None) is (kind == "v18")
    readers.close()


def test_a_card_left_in_is_not_the_next_persons(pcsc):
    pcsc.ask("insert", name="first", kind="v18")
    told, found, readers = [], [], Readers()
    readers.wait_for_card(tell=lambda _code: None)
    waiting = threading.Thread(
        target=lambda: found.append(readers.wait_for_card(tell=told.append, fresh=True, seconds=20))
    )
    waiting.start()
    deadline = time.monotonic() + 10
    while "take-out" not in told and time.monotonic() < deadline:
        time.sleep(0.02)
    assert told == ["take-out"] and not found
    pcsc.ask("remove")
    while "no-card" not in told and time.monotonic() < deadline:
        time.sleep(0.02)
    pcsc.ask("insert", name="second", kind="v17")
    waiting.join(20)
    readers.close()
    assert len(found) == 1 and told == ["take-out", "no-card"]


def test_nobody_puts_a_card_in(pcsc):
    readers = Readers()
    with pytest.raises(Problem, match="no-card"):
        readers.wait_for_card(tell=lambda _code: None, seconds=1)
    stopped = Readers(lambda: True)
    with pytest.raises(Problem, match="cancelled"):
        stopped.wait_for_card(tell=lambda _code: None)
    for one in (readers, stopped):
        one.close()


def test_after_the_reading_no_other_program_can_sign(pcsc):
    """The danger, and its end: a second connection signs with the right the first one has opened."""
    pcsc.ask("insert", name="card", kind="v18")
    readers = Readers()
    name = readers.wait_for_card(tell=lambda _code: None)
    with readers.connected(name) as connection, readers.connected(name) as other:
        card, spy = Belgian(connection.transmit), Belgian(other.transmit)
        card.prepare_signature()
        assert card.verify(bytearray(b"1234")) is None
        spy.prepare_signature()
        assert len(spy.sign(b"stolen")) == 96  # the control: the danger is real
        card.log_off()
        spy.prepare_signature()
        with pytest.raises(Problem):
            spy.sign(b"stolen")
    readers.close()


def test_every_module_says_what_it_is_for_and_stays_small():
    for path in (ROOT / "card_agent").rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text())), path
        assert len(path.read_text().splitlines()) <= 300, path
    assert re.fullmatch(r"\d+\.\d+", __import__("card_agent").VERSION)
