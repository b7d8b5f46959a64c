"""Arranging one's page without JavaScript: every press is a form, and only «Save» keeps it."""

import re
import threading
from contextlib import suppress

from app.kernel.audit import AccountEvent
from app.kernel.db import connection
from app.kernel.tenancy import account_context
from app.profile import actions
from app.profile.layout import Layout
from app.profile.models import ProfileLayout
from tests.integration.profile.world import PORTAL, alice_at
from tests.people import NOW, make_account, sign_in_as

HERE = "/me/arrangement"


def order_of(page):
    return re.findall(r'<section class="widget[^"]*" id="widget-([a-z-]+)"', page)


def press(client, what, shown=None, *, base_url=None):
    """As a browser without JavaScript does: with all that stands in the form."""
    more = {"base_url": base_url} if base_url else {}
    page = client.get(HERE, **more).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    kept = re.search(r'name="shown" value="([^"]*)"', page)[1]
    return client.post(HERE, data={"csrf_token": token, "shown": shown or kept, "press": what}, **more)


def drafted(answer):
    return re.search(r'name="shown" value="([^"]*)"', answer.text)[1]


def test_a_press_moves_a_line_and_only_saving_keeps_it(client, clock, practice):
    alice = alice_at(client, clock, practice)
    before = order_of(client.get("/me").text)
    answer = press(client, f"down:{before[0]}")
    assert answer.status_code == 200 and drafted(answer).split(",")[:2] == [before[1], before[0]]
    assert f'value="down:{before[0]}" autofocus' in answer.text
    assert order_of(client.get("/me").text) == before
    saved = press(client, "save", drafted(answer))
    assert saved.status_code == 303 and saved.headers["Location"] == "/me?done=arranged"
    after = order_of(client.get("/me").text)
    assert after == [before[1], before[0], *before[2:]]
    assert order_of(client.get("/me", base_url=PORTAL).text)[:2] == after[:2]
    with connection(), account_context(alice):
        assert AccountEvent.select().where(AccountEvent.verb == "profile.arrange").count() == 1


def test_what_is_hidden_comes_back_by_its_plus(client, clock, practice):
    alice_at(client, clock, practice)
    press(client, "save", drafted(press(client, "hide:my-data")))
    assert "my-data" not in order_of(client.get("/me").text)
    assert client.get("/me/widgets/my-data").status_code == 200  # hidden, and not gone
    press(client, "save", drafted(press(client, "show:my-data")))
    assert order_of(client.get("/me").text)[-1] == "my-data"


def test_as_at_first(client, clock, practice):
    alice = alice_at(client, clock, practice)
    before = order_of(client.get("/me").text)
    press(client, "save", "my-data")
    assert order_of(client.get("/me").text) == ["my-data"]
    press(client, "reset")
    assert order_of(client.get("/me").text) == before
    with connection(), account_context(alice):
        assert ProfileLayout.select().count() == 0


def test_nonsense_is_left_out_and_too_much_refused(client, clock, practice):
    alice_at(client, clock, practice)
    assert drafted(press(client, "fly:nobody", "my-data,<b>,my-data,../x")) == "my-data"
    assert press(client, "save", "x," * 1500).status_code == 422
    assert order_of(client.get("/me").text) != ["my-data"]


def test_one_persons_page_is_nobody_elses(client, app, clock, practice):
    alice_at(client, clock, practice)
    press(client, "save", "my-data")
    bob = app.test_client()
    sign_in_as(bob, make_account(email="bob@example.be"), clock=clock)
    assert len(order_of(bob.get("/me").text)) > 1


def test_a_practice_says_which_widgets_its_site_has_and_in_which_order(client, clock, practice):
    alice_at(client, clock, practice)
    practice.profile = {**practice.profile, "widgets": ["my-data", "my-appointments"]}
    practice.catalogue_version += 1
    practice.save()
    assert order_of(client.get("/me").text) == ["my-data", "my-appointments"]
    assert client.get("/me/widgets/my-practitioners").status_code == 404
    press(client, "save", "my-appointments,my-data")
    everywhere = order_of(client.get("/me", base_url=PORTAL).text)
    assert everywhere[:2] == ["my-appointments", "my-data"] and "my-practitioners" in everywhere


def test_two_tabs_that_save_for_the_first_time_at_once_both_succeed(app, practice, monkeypatch):
    """They wait for each other behind the look at what was kept before; in line, the second never gets there."""
    alice, together, saved_of = make_account(), threading.Barrier(2), actions.queries.saved_of
    wrong = []

    def after_the_look(account_id):
        found = saved_of(account_id)
        with suppress(threading.BrokenBarrierError):
            together.wait(timeout=1)
        return found

    monkeypatch.setattr(actions.queries, "saved_of", after_the_look)

    def save():
        with app.app_context(), connection():
            try:
                actions.arrange(alice.id, Layout(("my-data",), ()), now=NOW)
            except Exception as error:  # whatever it is, it would be a page that says «broken»
                wrong.append(error)

    tabs = [threading.Thread(target=save) for _ in range(2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(timeout=60)
    assert not wrong
    with connection(), account_context(alice):
        assert ProfileLayout.select().count() == 1
