"""The contract of widgets: one name on every shelf, reading only, and a fragment that is what a fresh page shows."""

import ast
import re
from pathlib import Path

import pytest

from app.kernel.db import database, is_sqlite
from app.profile.widget import GROUPS, gallery
from tests.integration.messaging.world import tie
from tests.people import make_account, sign_in_as

ROOT = Path(__file__).resolve().parents[3]
WIDGETS = gallery()
TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')
sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.mark.parametrize("slug", WIDGETS)
def test_one_name_stands_on_every_shelf(slug):
    widget = WIDGETS[slug]
    for shelf in (
        f"app/profile/widgets/{widget.name}.py",
        f"templates/profile/widgets/{widget.name}.html",
        f"tests/integration/profile/widgets/test_{widget.name}.py",
    ):
        assert (ROOT / shelf).is_file(), shelf
    assert widget.url == f"/me/widgets/{slug}" and widget.dom_id == f"widget-{slug}"
    assert widget.group in GROUPS


WRITING = {"actions", "write_tx", "record", "record_account", "create", "insert", "insert_many", "update", "delete",
           "save", "post", "publish"}  # fmt: skip


def writings(source):
    """What in a module could write: the verbs of rooms, and those of tables."""
    tree = ast.parse(source)
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    imported = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for part in [*(getattr(node, "module", None) or "").split("."), *(name.name for name in node.names)]
    }
    imported.discard("record")  # the room; the verb is seen where it is called
    return (called | imported) & WRITING


@pytest.mark.parametrize("slug", WIDGETS)
def test_a_widget_reads_and_never_writes(slug):
    assert writings((ROOT / f"app/profile/widgets/{WIDGETS[slug].name}.py").read_text()) == set()


def test_the_control_a_widget_that_writes_is_seen():
    assert writings("from app.booking import actions\n") == {"actions"}
    assert writings("Row.update(x=1).execute()") == {"update"}


@pytest.fixture
def alice(client, practice, clock):
    alice = make_account()
    alice.file = tie(alice, practice)
    sign_in_as(client, alice, clock=clock)
    return alice


def section(page, widget):
    """The element of a widget in a page; sections do not stand in one another."""
    begins = page.index(
        f'<section class="widget card{" widget-wide" if widget.wide else ""}" id="{widget.dom_id}"'
    )
    return TOKEN.sub("", page[begins : page.index("</section>", begins) + len("</section>")])


@sqlite
@pytest.mark.parametrize("slug", WIDGETS)
def test_after_a_swap_the_fragment_is_what_a_fresh_page_shows(client, alice, slug):
    widget = WIDGETS[slug]
    fragment = client.get(widget.url, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    whole, alone = client.get("/me").text, client.get(widget.url).text
    assert fragment.headers["Cache-Control"] == "no-store" and "HX-Request-Type" in str(fragment.headers)
    assert fragment.text.lstrip().startswith("<section") and fragment.text.rstrip().endswith("</section>")
    swapped = section(fragment.text, widget)
    assert swapped == section(alone, widget)
    if not widget.hidden:
        assert swapped == section(whole, widget)


@sqlite
@pytest.mark.parametrize("slug", WIDGETS)
def test_the_database_takes_no_write_from_a_widget(client, alice, slug):
    """SQLite refuses every write of this connection: what a widget asks is a question only."""
    client.get(WIDGETS[slug].url)  # the session is noted as seen, and what is kept is read
    assert is_sqlite()
    opened = database.obj.connect(reuse_if_open=True)
    try:
        database.execute_sql("PRAGMA query_only = ON")
        page = client.get(WIDGETS[slug].url).text
    finally:
        database.execute_sql("PRAGMA query_only = OFF")
        if opened:
            database.close()
    assert "widget-failed" not in page
