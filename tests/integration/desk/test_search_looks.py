"""Whoever a search shows has an entry of that look: the first time, for everybody new, and again when it is over."""

from datetime import date, timedelta

import pytest
from flask import g

from app.desk import found, seen
from app.kernel.audit import AuditEvent
from app.kernel.db import write_tx
from app.kernel.i18n import date_label
from app.kernel.rate_limits import RateCount
from app.kernel.tenancy import practice_context
from app.patients import actions
from app.patients.models import AccessEntry, Patient
from app.staff.models import Member
from app.web.kept import Kept
from tests.conftest import HOST
from tests.factories import NISS, NOW, make_patient, make_person
from tests.people import SEALER, make_member, sign_in_as

PATIENTS = "/desk/patients"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
THERE = f"voisin.{HOST}"


@pytest.fixture(autouse=True)
def alice(practice):
    with practice_context(practice):
        return make_patient(family_name="Dupont")


@pytest.fixture(params=["typing", "without javascript"])
def search(request):
    """Ask as a list under the field does, or as a browser without scripts; the names that were found."""

    def ask(client, text="dupont", **more):
        headers = PARTIAL if request.param == "typing" else {}
        answer = client.get(PATIENTS, query_string={"q": text}, headers=headers, **more)
        assert answer.status_code == 200 and ("<html" in answer.text) == (not headers)
        return answer.text

    return ask


def looks(practice, **of):
    """(entries the patients read, lines of the practice's chain)."""
    with practice_context(practice):
        entries = AccessEntry.select().where(AccessEntry.what == "search")
        for name, value in of.items():
            entries = entries.where(getattr(AccessEntry, name) == value)
        return entries.count(), AuditEvent.select().where(AuditEvent.verb == "search.read").count()


def another_process(app):
    """One that remembers nothing."""
    app.extensions["parvis.seen"] = Kept(seen.MEMBERS)


def test_a_look_is_one_for_ten_minutes_and_then_another(desk, practice, clock, search):
    assert "Dupont" in search(desk) and looks(practice) == (1, 1)
    clock.move(minutes=9, seconds=59)
    for letters in ("dupont", "dup", "alice dup"):
        assert "Dupont" in search(desk, letters)
    assert looks(practice) == (1, 1)
    clock.move(seconds=1)
    search(desk)
    assert looks(practice) == (2, 2)
    clock.move(minutes=9)
    search(desk)
    assert looks(practice) == (2, 2)


def test_whoever_is_new_on_a_list_is_journaled_and_nobody_twice(desk, practice, clock, search, alice):
    search(desk)
    clock.move(minutes=5)
    with practice_context(practice):
        luc = make_patient(given_name="Luc", family_name="Dupont")
    assert "Luc" in search(desk) and looks(practice) == (2, 2)
    with practice_context(practice):
        line = (
            AuditEvent.select().where(AuditEvent.verb == "search.read").order_by(AuditEvent.seq.desc()).get()
        )
    assert line.detail == {"patients": [luc.id.hex]}
    clock.move(minutes=5)  # the look at the first is over, that at the second is not
    search(desk)
    assert looks(practice, patient=alice.id)[0] == 2 and looks(practice, patient=luc.id)[0] == 1


def test_what_another_process_journaled_is_the_same_look(desk, app, practice, clock, search):
    search(desk)
    another_process(app)
    clock.move(minutes=9)
    search(desk), search(desk)
    assert looks(practice) == (1, 1)
    clock.move(minutes=1)  # of the entry, and not of the question for it
    search(desk)
    assert looks(practice) == (2, 2)


def test_a_look_elsewhere_at_the_desk_is_another_screen(desk, practice, clock, search, alice):
    search(desk)
    desk.get(f"{PATIENTS}/{alice.id}")
    with practice_context(practice):
        assert sorted(one.what for one in AccessEntry.select()) == ["record", "search"]


def test_a_colleague_looks_for_themselves(desk, app, practice, clock, search):
    search(desk)
    other, marc = app.test_client(), make_member(practice, email="marc@lavande.example", given_name="Marc")
    sign_in_as(other, marc, clock=clock, staff=True)
    search(other, environ_overrides={"HTTP_ACCEPT_LANGUAGE": "fr"})
    assert looks(practice) == (2, 2) and looks(practice, account_id=marc.id)[0] == 1


def test_next_door_is_another_journal_even_for_somebody_who_works_at_both(
    desk, app, practice, neighbour, sylvie, clock, search
):
    with practice_context(neighbour):
        make_patient(given_name="Canary", family_name="Dupont")
        Member.create(account=sylvie, roles=["receptionist"], starts_on=NOW.date())
    there = app.test_client()
    sign_in_as(there, sylvie, clock=clock, staff=True, host=THERE)
    for _ in range(2):
        mine, theirs = search(desk), search(there, base_url=f"http://{THERE}")
        assert "Canary" not in mine and "Canary" in theirs and "Alice" not in theirs
    assert looks(practice) == looks(neighbour) == (1, 1)


def test_a_look_that_could_not_be_written_is_not_shown_and_not_remembered(
    desk, practice, monkeypatch, search, app
):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as broken:
        broken.setattr(actions.journal, "_write", _fails)
        answer = desk.get(PATIENTS, query_string={"q": "dupont"}, headers=PARTIAL)
    assert answer.status_code == 500 and "Dupont" not in answer.text and looks(practice) == (0, 0)
    search(desk)
    assert looks(practice) == (1, 1)


def _fails(*_args, **_more):
    raise OSError("disk full")


@pytest.fixture
def at_desk(app, practice, sylvie, clock):
    """The journal of lists, as a view calls it."""

    def journal(*patients):
        keys = [one.id.hex for one in patients]
        seen.journal(keys, what="search", why="search", target="patients:search", now=clock.now())

    with app.test_request_context(), practice_context(practice):
        g.practice, g.staff = practice, Member.select().get()
        yield journal


def test_what_is_undone_is_not_remembered(at_desk, practice, alice):
    with pytest.raises(ZeroDivisionError), write_tx():
        at_desk(alice)
        raise ZeroDivisionError
    assert looks(practice) == (0, 0)
    at_desk(alice), at_desk(alice)
    assert looks(practice) == (1, 1)


def test_the_control_that_remembers_before_it_stands_leaves_a_look_out(at_desk, practice, alice, monkeypatch):
    monkeypatch.setattr(seen.database.obj, "in_transaction", lambda: False)
    with pytest.raises(ZeroDivisionError):
        with monkeypatch.context() as late:
            late.setattr(seen, "journal_look", lambda fresh, **more: dict.fromkeys(
                (one.hex for one in fresh), more["now"] + actions.ONE_LOOK
            ))  # fmt: skip
            at_desk(alice)
        raise ZeroDivisionError
    at_desk(alice)
    assert looks(practice) == (0, 0)


def test_of_many_people_those_seen_last_are_remembered_and_all_are_journaled(
    at_desk, app, practice, monkeypatch, clock
):
    monkeypatch.setattr(seen, "PEOPLE", 10)
    with practice_context(practice):
        people = [make_patient(given_name=f"A{at}") for at in range(30)]
    for begin in range(0, 30, 3):
        at_desk(*people[begin : begin + 3])
        clock.move(seconds=20)
    (known,) = (one for key, one in app.extensions["parvis.seen"].found.items() if key[0] == practice.id
                and people[-1].id.hex in one)  # fmt: skip
    assert len(known) <= 10
    at_desk(*people)
    assert looks(practice) == (30, 10)


def test_a_clock_set_back_asks_the_journal(at_desk, practice, alice, clock, monkeypatch):
    at_desk(alice)
    clock.move(minutes=-20)
    asked = []
    monkeypatch.setattr(seen, "still_seen", lambda keys, **_more: asked.append(list(keys)) or {})
    at_desk(alice)
    assert asked == [[alice.id.hex]]


# ---- what is kept of a row


def test_a_row_is_drawn_once_for_what_it_shows_and_anew_when_it_shows_something_else(
    desk, practice, search, alice, monkeypatch
):
    first = search(desk)
    drawn, line_on = [], found.patient_file.line_on
    monkeypatch.setattr(
        found.patient_file, "line_on", lambda today, one: drawn.append(one) or line_on(today, one)
    )
    assert search(desk, "dup").count("Dupont") == first.count("Dupont") and drawn == []
    german = desk.get(PATIENTS, query_string={"q": "dup"}, headers=PARTIAL | {"Accept-Language": "de"})
    assert "Dupont" in german.text and len(drawn) == 1
    with practice_context(practice):
        Patient.update(phone="0470 12 34 56").where(Patient.id == alice.id).execute()
    assert "0470 12 34 56" in search(desk) and len(drawn) == 2


def test_of_a_number_only_what_is_masked_is_kept_and_the_birth_date_it_says(desk, practice, search):
    with practice_context(practice):
        person = make_person(niss=NISS, given_name="Noor", family_name="Nys", birth_date=None)
        actions.meet(actions.seal(person, sealer=SEALER), now=NOW)
    for _ in range(2):
        text = search(desk, "noor")
        assert "85.07.**-***.**" in text and "-994" not in text and NISS not in text
        assert date_label(date(1985, 7, 30), "fr") in text


def test_whoever_has_searched_too_often_reads_nobody_also_of_what_is_kept(
    desk, practice, clock, search, sylvie
):
    text = search(desk)
    assert "Dupont" in text
    RateCount.update(count=600).execute()
    app = desk.application
    app.extensions["parvis.allowance"].held.clear()  # as another process
    for headers in (PARTIAL, {}):
        answer = desk.get(PATIENTS, query_string={"q": "dupont"}, headers=headers)
        assert answer.status_code == 429 and "Dupont" not in answer.text
    clock.move(minutes=15)
    assert "Dupont" in search(desk)


def test_six_hundred_searches_pass_and_not_one_more(desk, practice, clock):
    for _ in range(600):
        assert desk.get(PATIENTS, query_string={"q": "dupont"}, headers=PARTIAL).status_code == 200
    assert desk.get(PATIENTS, query_string={"q": "dupont"}, headers=PARTIAL).status_code == 429
    assert looks(practice) == (1, 1)
    clock.move(minutes=15)
    assert desk.get(PATIENTS, query_string={"q": "dupont"}, headers=PARTIAL).status_code == 200
    assert looks(practice) == (2, 2)
    assert timedelta(minutes=15) > actions.ONE_LOOK
