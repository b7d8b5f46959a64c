"""The page as a whole: what fails, is slow or is not one's affair never takes the others along."""

from dataclasses import replace

import pytest

from app.kernel.db import database
from app.kernel.tenancy import NoPractice
from app.profile import page
from app.profile.widget import gallery
from tests.integration.billing.test_invoices import bill
from tests.integration.messaging.world import visit
from tests.integration.profile.world import PARTIAL, acting, alice_at, child_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HOSTILE = '<img src=x onerror=alert(1)>" hx-get="/sign-out" x="'


@pytest.fixture
def alice(client, practice, clock):
    return alice_at(client, clock, practice)


@pytest.fixture
def spoil(monkeypatch):
    """Give a widget another question."""

    def change(slug, context):
        changed = {**gallery(), slug: replace(gallery()[slug], context=context)}
        monkeypatch.setattr(page, "gallery", lambda: changed)

    return change


def test_all_of_them_arrive_in_one_answer(client, alice):
    whole = client.get("/me")
    assert whole.status_code == 200 and whole.headers["Cache-Control"] == "no-store"
    for widget in gallery().values():
        assert (f'id="{widget.dom_id}"' in whole.text) is not widget.hidden
    assert "widget-failed" not in whole.text and "widget-later" not in whole.text


def test_the_query_of_one_is_killed_and_the_others_arrive(client, alice, spoil, caplog):
    spoil("my-practitioners", lambda _viewer, _now: database.execute_sql("SELECT nothing FROM nowhere"))
    whole = client.get("/me").text
    assert whole.count("widget-failed") == 1 and "Indisponible pour le moment" in whole
    assert "Alice Dupont" in whole and 'id="widget-my-appointments"' in whole
    assert "widget my_practitioners" in caplog.text
    alone = client.get("/me/widgets/my-practitioners", headers=PARTIAL)
    assert alone.status_code == 200 and "Réessayer" in alone.text


def test_a_template_that_breaks_stays_in_its_card_too(client, alice, spoil):
    spoil("my-practitioners", lambda _viewer, _now: {"cards": [object()]})
    whole = client.get("/me").text
    assert whole.count("widget-failed") == 1 and "Alice Dupont" in whole


def test_a_breach_of_tenancy_is_not_hidden(client, alice, spoil):
    def breach(_viewer, _now):
        raise NoPractice("nobody said which")

    spoil("my-practitioners", breach)
    assert client.get("/me").status_code == 500


def test_what_took_long_is_left_for_later_and_comes_by_itself(client, alice, spoil, clock):
    asked = []

    def slow(_viewer, _now):
        asked.append(1)
        clock.move(seconds=1)
        return {"cards": []}

    spoil("my-practitioners", slow)
    first = client.get("/me").text  # it learns, and what comes after the slow one is left already
    assert 'id="widget-my-data"' in first and first.count("widget-later") >= 1
    second = client.get("/me").text
    assert len(asked) == 1 and second.count("widget-later") == 1
    assert 'hx-get="/me/widgets/my-practitioners" hx-trigger="revealed"' in second
    assert 'href="/me/widgets/my-practitioners"' in second  # the way without JavaScript
    fetched = client.get("/me/widgets/my-practitioners", headers=PARTIAL).text
    assert len(asked) == 2 and "widget-later" not in fetched
    clock.move(minutes=2)
    assert (
        len(asked) == 2 and "widget-later" not in client.get("/me").text.split("widget-my-practitioners")[0]
    )


def test_no_name_becomes_markup_or_an_attribute(client, clock, practice, neighbour):
    alice = alice_at(client, clock, practice, given_name=HOSTILE[:60], family_name=HOSTILE[:60])
    practice.name = HOSTILE[:60]
    practice.catalogue_version += 1
    practice.save()
    visit(practice, "2026-11-24 14:30", patient=alice.files[practice.id])
    whole = client.get("/me").text
    assert "<img src=x" not in whole and ' hx-get="/sign-out"' not in whole
    assert "&lt;img src=x" in whole  # it is shown, as words


def test_a_widget_nobody_made_is_not_there(client, alice):
    for slug in ("nobody", "my_data", "_frame", "..%2F_frame", "my-data/"):
        assert client.get(f"/me/widgets/{slug}").status_code == 404


def test_a_widget_out_of_the_scope_of_a_mandate_is_not_there(client, alice, practice, clock, monkeypatch):
    row, _file = child_of(alice, practice)
    acting(client, alice, row, clock)
    assert client.get("/me/widgets/my-appointments").status_code == 200
    closed = {**gallery(), "my-appointments": replace(gallery()["my-appointments"], scope="nothing")}
    monkeypatch.setattr(page, "gallery", lambda: closed)
    assert client.get("/me/widgets/my-appointments").status_code == 404
    assert 'id="widget-my-appointments"' not in client.get("/me").text


def test_nobody_signed_in_is_sent_to_sign_in(client):
    assert client.get("/me").headers["Location"] == "/sign-in?next=/me"
    fragment = client.get("/me/widgets/my-data", headers=PARTIAL)
    assert fragment.status_code == 401 and "HX-Redirect" in fragment.headers


def test_however_much_there_is_the_page_asks_the_same(client, alice, practice, clock):
    def asked():
        before = database.obj.statements
        assert "widget-failed" not in client.get("/me").text
        return database.obj.statements - before

    file = alice.files[practice.id]
    visit(practice, "2026-11-24 14:30", patient=file)
    bill(practice, file)
    asked()  # what a process keeps is read
    few = asked()
    for day in range(1, 9):
        visit(practice, f"2026-12-0{day} 09:00", patient=file)
        visit(practice, f"2026-10-0{day} 09:00", patient=file)
        bill(practice, file)
    assert asked() == few <= 10
