"""What every widget of a parameter must do, asked of each by its own test."""

from app.kernel.db import connection, database
from app.profile.viewer import Viewer
from app.profile.widget import gallery
from app.record.kinds import KINDS
from tests.integration.record.world import measurer, note
from tests.people import NOW, sign_in_as


def check(client, practice, clock, key):
    """Shown with the newest value and its form, hidden until wanted, and two statements for its question."""
    kind, widget = KINDS[key], gallery()[key]
    alice = measurer(practice)
    sign_in_as(client, alice, clock=clock)
    assert widget.hidden and widget.group == "health" and widget.scope == "health"
    assert "Rien n’est encore noté" in client.get(widget.url).text
    note(alice, key, kind.start, second=kind.second.start if kind.second else None, days_ago=1)
    page = client.get(widget.url).text
    assert "hier" in page and f'href="/me/health/{key}"' in page and f'id="add-{key}"' in page
    assert widget.dom_id not in client.get("/me").text
    with client.application.test_request_context(), connection():
        viewer = Viewer(alice, None, None, NOW)
        assert viewer.all_files  # asked once for all widgets of a page
        before = database.obj.statements
        widget.context(viewer, NOW)
        assert database.obj.statements - before <= 2
    return page
