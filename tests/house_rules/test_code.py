"""What was said twice in review is written here and never said again."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = sorted((ROOT / "app").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def calls(name):
    """{file: how often} of the calls of a function in app/."""
    found = {}
    for path in APP:
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) == name
            ):
                found[str(path.relative_to(ROOT))] = found.get(str(path.relative_to(ROOT)), 0) + 1
    return found


def test_the_escapes_over_the_wall_are_these():
    assert calls("across_practices") == {
        "app/account/farewell.py": 2,  # somebody who leaves, and waits for nothing any more
        "app/billing/queries.py": 2,  # one person's own invoices
        "app/booking/queries/ahead.py": 1,  # one person's own appointments
        "app/booking/queries/mine.py": 1,  # one person's own appointments
        "app/booking/upkeep.py": 4,
        "app/desk/upkeep.py": 1,  # which practices want a day sheet
        "app/directory/photos.py": 1,  # faces that practices show in public
        "app/directory/search.py": 1,
        "app/messaging/boxes.py": 1,  # one person's own messages
        "app/messaging/feeds.py": 1,  # one person's own appointments
        "app/messaging/queries.py": 4,  # one person's own messages
        "app/messaging/threads/addresses.py": 1,  # one person's own practices
        "app/messaging/upkeep.py": 1,  # whom a list of the week is for
        "app/exercises/queries.py": 2,  # one person's own programmes
        "app/migrations/0003_booking.py": 1,  # rows that move to a new schema
        "app/patients/files.py": 1,  # one person's own files
        "app/patients/queries.py": 2,  # one person's own practices, and who looked at them
        "app/patients/upkeep.py": 2,  # looks that are two years old
        "app/questionnaires/queries.py": 2,  # one person's own questionnaires
        "app/record/queries.py": 2,  # what one person's own practices ask of them
        "app/staff/everywhere.py": 1,  # whether somebody works anywhere
        "app/walkins/upkeep.py": 1,  # numbers of other days
        "app/waiting/queries.py": 2,  # one person's own wishes; the lists that are due
    }
    assert calls("across_accounts") == {
        "app/record/wearables/journeys.py": 2,  # whose a state is, and ways that are over
        "app/record/wearables/queueing.py": 2,  # whose devices are due, and of whom a service speaks
        "app/record/imports/jobs.py": 1,  # files of everybody that are over
        "app/account/export/jobs.py": 1,  # copies that are over
        "app/account/farewell.py": 2,  # somebody who leaves, for themselves and for whoever they act for
        "app/account/upkeep.py": 1,  # what is over
        "app/identity/government.py": 2,  # whose a proved number is
        "app/eid/queries.py": 1,  # whether a number is proved elsewhere
        "app/identity/links.py": 1,  # whose a link is
        "app/messaging/feeds.py": 1,  # whose a calendar's address is
        "app/identity/mandates.py": 3,  # two people have a part in a mandate
        "app/identity/provider_sessions.py": 1,  # which session the provider has ended
        "app/identity/representation.py": 1,  # birthdays
        "app/identity/sessions.py": 1,  # whose a cookie is
    }


def test_nobody_swallows_every_exception_but_these():
    found = set()
    for path in APP:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None or getattr(node.type, "id", "") == "Exception"
            ):
                found.add(str(path.relative_to(ROOT)))
    assert found <= {"app/profile/page.py", "app/worker.py", "app/web/health.py"}


def test_the_floors_hold_and_would_be_seen_to_break(tmp_path):
    lint = [str(Path(sys.executable).parent / "lint-imports")]
    assert subprocess.run(lint, cwd=ROOT, capture_output=True).returncode == 0
    copy = tmp_path / "house"
    parts = [str(ROOT / name) for name in ("app", "card_agent", "pyproject.toml")]
    subprocess.run(["cp", "-r", *parts, str(tmp_path)], check=True)
    for name, planted in (
        ("app/kernel/ids.py", "app.booking.actions"),
        ("card_agent/message.py", "app.eid.message"),
        ("app/eid/photo.py", "smartcard.scard"),
    ):
        copy = tmp_path / name
        copy.write_text(copy.read_text() + f"\nimport {planted}\n")
    broken = subprocess.run(lint, cwd=tmp_path, capture_output=True, text=True)
    assert broken.returncode != 0
    for contract in ("Floors", "The card agent is another house", "Only the card agent knows a card reader"):
        assert any(contract in line and "BROKEN" in line for line in broken.stdout.splitlines()), contract


def test_files_stay_small():
    long = {str(p.relative_to(ROOT)): n for p in APP if (n := len(p.read_text().splitlines())) > 300}
    assert long == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_templates_hold_no_script_style_or_handler(path):
    text = path.read_text()
    if path.name == "email.html":
        return  # mail programs read no style sheet
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:|\|safe", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_every_template_is_used_and_every_used_one_exists():
    names = {str(p.relative_to(ROOT / "templates")) for p in (ROOT / "templates").rglob("*") if p.is_file()}
    sources = "\n".join(p.read_text() for p in [*APP, *(ROOT / "templates").rglob("*.*")])
    used = set(re.findall(r"[\"']([a-z_/]+\.(?:html|txt))[\"']", sources))
    # named by a variable: web/errors.py, booking/letters, profile/widgets
    patterns = ("errors/", "emails/", "profile/widgets/")
    assert {name for name in names - used if not name.startswith(patterns)} == set()
    assert {
        name for name in used if "/" in name and name.split("/")[0] in ("booking", "home", "desk", "staff")
    } <= names


def test_modules_open_with_a_sentence():
    silent = [str(p.relative_to(ROOT)) for p in APP if not ast.get_docstring(ast.parse(p.read_text()))]
    assert silent == []


def test_nothing_speaks_of_a_machine_or_a_registry():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    if not tracked:
        raise AssertionError("this test reads the files git tracks")
    hosts = re.compile(
        "|".join(
            (
                "pypi" + r"\.org",
                "registry\\.npm" + "js",
                "deb\\.debian" + r"\.org",
                "/" + "work/",
                "\\.\\./" + "shared",
            )
        )
    )
    guilty = []
    for name in tracked:
        path = ROOT / name
        readable = path.suffix not in (".png", ".ico") and path.is_file() and not name.startswith(".ci/")
        if readable and hosts.search(path.read_text(errors="ignore")):
            guilty.append(name)
    assert guilty == []
