"""The agendas at the desk: what they show, what a drag answers, what is refused, what can be taken back."""

import re
from datetime import timedelta

import pytest

from app.booking import actions, queries
from app.booking.models import Appointment
from app.desk import agendas
from app.directory.models import HealthcareService
from app.factory import ROOT
from app.kernel.audit import AuditEvent
from app.kernel.clock import local
from app.kernel.db import database
from app.kernel.outbox import Outbox
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry, Patient
from app.staff.permissions import PERMISSIONS
from tests.conftest import HOST
from tests.factories import make_person
from tests.integration.desk.booked import book, offers_of, starts_of
from tests.journey import form_of, soup
from tests.people import make_member, sign_in_as

TEMPLATES = ROOT / "templates"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def day_of(minute):
    return local(minute, "Europe/Brussels").date().isoformat()


def card_of(page, appointment):
    return page.select_one(f"#visit-{appointment.id}")


def token(client):
    return soup(client.get("/desk/day-sheet")).select_one("[name=csrf_token]")["value"]


def drag(client, appointment, *, what="place", **fields):
    """As static/js/agenda.js sends it, from the page of that day."""
    sent = {"csrf_token": token(client), "version": appointment.version, "view": "day"}
    sent |= {"date": day_of(appointment.starts), **fields}
    return client.post(f"/desk/appointments/{appointment.id}/{what}", data=sent, headers=PARTIAL)


def breakable(answer):
    """The boxes of the rules that a drag would break, ticked."""
    boxes = soup(answer).select("#warnings [type=checkbox]")
    assert boxes
    return {box["name"]: "y" for box in boxes}


def test_a_day_has_a_column_an_agenda_and_a_card_a_visit(desk, practice, booked, clock):
    page = soup(desk.get(f"/desk/day?date={day_of(booked.starts)}"))
    card = card_of(page, booked)
    assert "Alice Dupont" in card.get_text() and "Réservé" in card.get_text()
    assert len(page.select("[data-column]")) == len(page.select(".agenda")) > 1
    assert card.find_parent(attrs={"data-column": True})["data-column"] == booked.schedule_id.hex
    assert page.select("a.free") and page.select("a.shut")
    assert page.select("[data-said]") == []  # nothing was done, so nothing is said


@only_sqlite
def test_a_week_has_the_days_of_one_practitioner(desk, booked):
    page = soup(desk.get(f"/desk/week?date={day_of(booked.starts)}&practitioner={booked.practitioner_id}"))
    assert card_of(page, booked) and 5 <= len(page.select("[data-column]")) <= 7
    assert page.select_one("#practitioner option[selected]")["value"] == str(booked.practitioner_id)


@only_sqlite
def test_a_filter_leaves_one_agenda_and_a_stranger_filters_nothing(desk, neighbour, booked):
    address = f"/desk/day?date={day_of(booked.starts)}&practitioner="
    assert len(soup(desk.get(f"{address}{booked.practitioner_id}")).select("[data-column]")) == 1
    assert len(soup(desk.get(f"{address}{neighbour.id}")).select("[data-column]")) > 1


def test_the_agendas_answer_304_until_something_changes(desk, practice, booked, offer, starts, clock):
    address = f"/desk/day/agendas?date={day_of(booked.starts)}"
    first = desk.get(address, headers=PARTIAL)
    same = {**PARTIAL, "If-None-Match": first.headers["ETag"]}
    looks = AuditEvent.select().where(AuditEvent.verb == "day.read").count()
    assert desk.get(address, headers=same).status_code == 304
    actions.note(booked, "arrived", by="operator", now=clock.now())
    answer = desk.get(address, headers=same)
    assert answer.status_code == 200 and "visit-arrived" in answer.text
    assert len(soup(answer).find_all(recursive=False)) == 1
    book(practice, offer, starts[8], clock, person=make_person(family_name="Later"))
    assert desk.get(address, headers={**PARTIAL, "If-None-Match": answer.headers["ETag"]}).status_code == 200
    # who is seen again within ten minutes is seen once; whoever is new on the page is seen
    assert AuditEvent.select().where(AuditEvent.verb == "day.read").count() == looks + 1
    assert AccessEntry.select().where(AccessEntry.what == "day").count() == 2


def test_a_drag_moves_and_answers_one_fragment(desk, booked, starts):
    answer = drag(desk, booked, start=starts[8], schedule=booked.schedule_id)
    found = soup(answer)
    assert answer.status_code == 200 and [one.get("id") for one in found.find_all(recursive=False)] == [
        "agendas"
    ]
    moved = queries.appointment(booked.id)
    assert moved.starts == starts[8] and moved.version == booked.version + 1
    assert form_of(found, holding="version")[0].endswith("/place/undo")
    mail = Outbox.get(Outbox.event == "appointment-moved")
    assert mail.due_at > mail.created_at  # time to undo


def test_a_drag_to_a_colleague(desk, practice, booked, clock):
    other = offers_of(practice, clock)[1]
    at = starts_of(other, clock)[0]
    assert drag(desk, booked, start=at, schedule=other.schedule.id).status_code == 200
    assert queries.appointment(booked.id).practitioner_id == other.practitioner.id


def test_a_clash_is_refused_with_a_sentence_and_the_card_stays(desk, practice, booked, offer, starts, clock):
    book(practice, offer, starts[8], clock, person=make_person(family_name="Quicker"))
    answer = drag(desk, booked, start=starts[8])
    assert answer.status_code == 409
    assert "vient d’être pris" in soup(answer).select_one("[role=alert]").get_text()
    assert queries.appointment(booked.id).starts == booked.starts
    assert card_of(soup(answer), booked)["class"] != []


def test_a_rule_is_broken_only_knowingly(desk, booked):
    night = booked.starts + 12 * 60
    asked = drag(desk, booked, start=night)
    assert asked.status_code == 422 and soup(asked).select_one("#panel form[data-place]")
    boxes = breakable(asked)
    assert drag(desk, booked, start=night, **boxes).status_code == 422  # without a reason
    assert queries.appointment(booked.id).starts == booked.starts
    assert drag(desk, booked, start=night, **boxes, because="À sa demande").status_code == 200
    assert AuditEvent.get(AuditEvent.verb == "appointment.move").detail["because"] == "À sa demande"


def test_a_card_is_pulled_longer_and_keeps_its_length_when_it_moves(desk, booked, starts):
    longer = booked.ends - booked.starts + 30
    assert drag(desk, booked, minutes=longer).status_code == 200
    now = queries.appointment(booked.id)
    assert now.ends - now.starts == longer and now.starts == booked.starts
    assert not Outbox.select().where(Outbox.event == "appointment-moved").count()  # the confirmation says it
    assert drag(desk, now, start=starts[4]).status_code == 200
    moved = queries.appointment(booked.id)
    assert moved.ends - moved.starts == longer
    # and keeps it on the page that moves without dragging
    address = f"/desk/appointments/{booked.id}/move"
    fields = form_of(soup(desk.get(f"{address}/confirm?start={starts[0]}")), holding="version")[1]
    assert desk.post(address, data=fields).status_code == 303
    back = queries.appointment(booked.id)
    assert (back.starts, back.ends - back.starts) == (starts[0], longer)
    history = soup(desk.get(f"/desk/appointments/{booked.id}")).select_one(".history").get_text(" ")
    assert "Dure" in history


def test_nothing_is_pulled_over_somebody_else(desk, practice, booked, offer, starts, clock):
    after = next(start for start in starts if start >= booked.ends)
    book(practice, offer, after, clock, person=make_person(family_name="After"))
    assert drag(desk, booked, minutes=after - booked.starts + 15).status_code == 409
    assert queries.appointment(booked.id).ends == booked.ends


def test_the_database_refuses_what_a_race_let_through(practice, booked, offer, starts, clock, monkeypatch):
    after = next(start for start in starts if start >= booked.ends)
    book(practice, offer, after, clock, person=make_person(family_name="After"))
    monkeypatch.setattr("app.booking.actions.place.reasons", lambda *_, **__: set())
    monkeypatch.setattr("app.booking.actions.place.check", lambda *_, **__: actions.place.Seats())
    with pytest.raises(actions.dragging.SlotTaken):
        actions.resize(booked, offer, 720, by="operator", now=clock.now())


def test_a_drag_on_an_old_page_changes_nothing(desk, booked, starts, clock):
    actions.note(booked, "arrived", by="operator", now=clock.now())
    assert drag(desk, booked, start=starts[8]).status_code == 409
    assert queries.appointment(booked.id).starts == booked.starts


@only_sqlite
@pytest.mark.parametrize(
    "fields",
    [{"minutes": "99999"}, {"minutes": "1"}, {"schedule": "x", "start": "3"}, {"schedule": "0" * 32}],
)
def test_what_no_drag_says_is_refused(desk, booked, fields):
    assert drag(desk, booked, **fields).status_code in (409, 422)
    now = queries.appointment(booked.id)
    assert (now.starts, now.ends, now.schedule_id) == (booked.starts, booked.ends, booked.schedule_id)


def test_a_move_is_taken_back_and_its_mail_never_leaves(desk, booked, starts):
    drag(desk, booked, start=starts[8])
    moved = queries.appointment(booked.id)
    assert drag(desk, moved, what="place/undo").status_code == 200
    back = queries.appointment(booked.id)
    assert back.starts == booked.starts
    states = {mail.state for mail in Outbox.select().where(Outbox.event == "appointment-moved")}
    assert states == {"dropped"}
    # what was taken back is itself a change, but of the same hand: it can be taken back too
    assert drag(desk, moved, what="place/undo").status_code == 409  # not from an old page


def test_only_who_moved_it_takes_it_back_and_only_at_once(desk, booked, starts, clock):
    drag(desk, booked, start=starts[8])
    moved = queries.appointment(booked.id)
    clock.move(minutes=11)
    assert drag(desk, moved, what="place/undo").status_code == 409
    actions.move(moved, offers_of_same(moved, clock), starts[12], by="operator", now=clock.now(), staff=True)
    assert drag(desk, queries.appointment(booked.id), what="place/undo").status_code == 409
    assert queries.appointment(booked.id).starts == starts[12]


def offers_of_same(appointment, clock):
    return next(
        one for one in offers_of(appointment.practice, clock) if one.schedule.id == appointment.schedule_id
    )


@only_sqlite
def test_without_a_script_the_length_is_a_form(desk, booked):
    address = f"/desk/appointments/{booked.id}/length"
    fields = form_of(soup(desk.get(address)), holding="minutes")[1]
    assert desk.post(address, data={**fields, "minutes": "x"}).status_code == 422
    assert desk.post(address, data={**fields, "minutes": "721"}).status_code == 422
    asked = desk.post(address, data={**fields, "minutes": "700"})
    assert asked.status_code == 422 and queries.appointment(booked.id).ends == booked.ends
    boxes = breakable(asked)
    sent = {**fields, "minutes": "700", **boxes, "because": "Longue journée"}
    assert desk.post(address, data=sent).status_code == 303
    assert queries.appointment(booked.id).ends == booked.starts + 700


@only_sqlite
def test_the_panel_notes_a_step_and_says_that_the_agendas_changed(desk, booked):
    panel = desk.get(f"/desk/appointments/{booked.id}/panel", headers=PARTIAL)
    action, fields = form_of(soup(panel), holding="status")
    answer = desk.post(action, data=fields, headers=PARTIAL)
    assert answer.status_code == 200 and answer.headers["HX-Trigger"] == "agenda-changed"
    assert "Arrivé" in answer.text and queries.appointment(booked.id).status == "arrived"
    assert desk.post(action, data=fields, headers=PARTIAL).status_code == 409  # the older page
    assert desk.get(f"/desk/appointments/{booked.id}/panel").status_code == 303  # a browser without a script
    assert AccessEntry.select().where(AccessEntry.what == "appointment").count() == 1


@only_sqlite
def test_a_time_of_an_agenda_says_what_can_be_given_and_why_not_the_rest(desk, booked, starts):
    address = f"/desk/day/at?schedule={booked.schedule_id.hex}&start="
    free = soup(desk.get(f"{address}{starts[8]}"))
    assert free.select(".possible-free a[href*='/who?schedule=']")
    assert soup(desk.get(f"{address}{booked.starts}")).select(".possible-shut .possible-whys li")
    assert soup(desk.get(f"{address}{starts[8] + 12 * 60}", headers=PARTIAL)).select(
        "#panel .possible-warn li"
    )
    for wrong in ("", "x", "-1"):
        assert desk.get(f"{address}{wrong}").status_code == 404
    assert desk.get(f"/desk/day/at?schedule=x&start={starts[8]}").status_code == 404


@only_sqlite
def test_a_day_seen_a_moment_ago_is_read_with_four_statements(desk, practice, booked):
    address = f"/desk/day/agendas?date={day_of(booked.starts)}"
    desk.get(address, headers=PARTIAL)
    desk.get("/desk/shortcuts")
    before = database.obj.statements
    desk.get("/desk/shortcuts", headers=PARTIAL)
    frame = database.obj.statements - before
    before = database.obj.statements
    desk.get(f"/desk/day?date={day_of(booked.starts)}")
    # the state, the visits, their rooms, and whom the member has seen: the rest is who is signed in and the counts
    assert database.obj.statements - before - frame <= 4


@only_sqlite
def test_a_service_has_its_colour_and_shape_in_the_agendas_and_its_name_beside_it(desk, practice, booked):
    page = soup(desk.get(f"/desk/day?date={day_of(booked.starts)}"))
    assert card_of(page, booked).select_one(".visit-name > .swatch-violet[aria-hidden]")
    assert page.select_one(".legend .swatch-violet").parent.get_text() == booked.service.name["fr"]
    with practice_context(practice):
        HealthcareService.update(color="").execute()
        Practice.update(catalogue_version=Practice.catalogue_version + 1).execute()
    plain = soup(desk.get(f"/desk/day?date={day_of(booked.starts)}"))
    assert not plain.select(".visit .swatch") and not plain.select(".legend")


@only_sqlite
def test_the_day_on_paper_is_a_table_an_agenda_with_names_or_initials(
    desk, practice, booked, offer, starts, clock
):
    gone = book(
        practice, offer, starts[4], clock, person=make_person(email="g@example.be", family_name="Parti")
    )
    actions.cancel_at_desk(gone, by="operator", now=clock.now(), for_patient=True)
    address = f"/desk/day/print?date={day_of(booked.starts)}"
    whole = soup(desk.get(address))
    row = next(one for one in whole.select(".sheet tbody tr") if "Dupont" in one.get_text())
    begins = local(booked.starts, "Europe/Brussels").strftime("%H:%M")
    assert row.td.get_text().startswith(f"{begins}–") and booked.service.name["fr"] in row.get_text()
    assert len(whole.select(".sheet")) > 1 and "Parti" not in whole.get_text()
    initials = soup(desk.get(f"{address}&names=initials&form=list"))
    assert "Dupont" not in initials.get_text() and "A.D." in initials.get_text()
    assert initials.select_one(".printed-list")
    assert (
        AccessEntry.select()
        .where(AccessEntry.patient == booked.patient_id, AccessEntry.what == "day")
        .exists()
    )


@only_sqlite
def test_the_shortcuts_are_a_page(desk):
    page = soup(desk.get("/desk/shortcuts"))
    assert len(page.select("kbd")) > 10


@only_sqlite
def test_every_agenda_has_a_place_in_the_cards_for_a_long_evil_name(desk, practice, offer, starts, clock):
    evil = "<b>{0}</b>&\"'" + "x" * 80
    with practice_context(practice):
        book(practice, offer, starts[0], clock, person=make_person(family_name=evil))
    page = desk.get(f"/desk/day?date={day_of(starts[0])}").text
    assert "<b>{0}" not in page and re.search(r"&lt;b&gt;\{0\}&lt;/b&gt;", page)


@only_sqlite
@pytest.mark.parametrize("date", ["", "x", "2026-02-31", "1999-01-01", "９９９９-01-01"])
def test_what_is_no_day_is_today(desk, clock, date):
    today = clock.now().date()
    page = soup(desk.get(f"/desk/day?date={date}"))
    assert page.select_one("#date")["value"] in (str(today), str(today + timedelta(days=1)))


# ---- what a process remembers of them


def fragment(client, booked):
    return client.get(f"/desk/day/agendas?date={day_of(booked.starts)}", headers=PARTIAL).get_data(
        as_text=True
    )


def drawn():
    return agendas._shown.cache_info().misses


def test_what_two_colleagues_look_at_is_drawn_once_and_each_look_is_journaled(
    desk, practice, booked, clock, app
):
    first, made = fragment(desk, booked), drawn()
    other = app.test_client()
    sign_in_as(other, make_member(practice, email="marc@lavande.example"), clock=clock, staff=True)
    assert fragment(other, booked) == first and drawn() == made
    with practice_context(practice):
        whose = [one.account_id for one in AccessEntry.select().where(AccessEntry.what == "day")]
        looks = AuditEvent.select().where(AuditEvent.verb == "day.read").count()
    assert len(set(whose)) == len(whose) == looks == 2
    clock.move(minutes=11)  # another look
    fragment(other, booked)
    with practice_context(practice):
        assert AccessEntry.select().where(AccessEntry.what == "day").count() == 3


def test_a_change_of_a_name_or_an_appointment_shows_at_once(desk, practice, booked):
    assert "Alice Dupont" in fragment(desk, booked)
    with practice_context(practice):
        Patient.update(family_name="Lambrecht").where(Patient.id == booked.patient_id).execute()
    assert "Alice Lambrecht" in (page := fragment(desk, booked)) and "Dupont" not in page
    assert "visit-arrived" not in page
    with practice_context(practice):
        Appointment.update(status="arrived", version=booked.version + 1).where(
            Appointment.id == booked.id
        ).execute()
    assert "visit-arrived" in fragment(desk, booked)


def test_another_language_and_fewer_permissions_see_their_own(desk, practice, booked, monkeypatch):
    assert "Réservé" in fragment(desk, booked) and "agenda-away" in fragment(desk, booked)
    assert "Gebucht" in (page := fragment_in(desk, booked, "de")) and "Réservé" not in page
    monkeypatch.setitem(PERMISSIONS, "absences:manage", frozenset({"owner"}))
    assert "agenda-away" not in fragment(desk, booked)


def test_all_that_the_template_asks_of_a_member_is_part_of_the_picture():
    asked = set(re.findall(r'staff\.may\("([^"]+)"\)', (TEMPLATES / "desk/_agendas.html").read_text()))
    assert asked <= set(agendas.DECIDING) and "absences:manage" in asked


def fragment_in(client, booked, code):
    path = f"/desk/day/agendas?date={day_of(booked.starts)}"
    return client.get(path, headers=PARTIAL | {"Accept-Language": code}).get_data(as_text=True)


def test_the_neighbours_day_is_never_ours(desk, practice, neighbour, booked, clock, app):
    assert "Alice Dupont" in fragment(desk, booked)
    there = app.test_client()
    account = make_member(neighbour, email="eva@voisin.example")
    sign_in_as(there, account, clock=clock, staff=True, host=f"voisin.{HOST}")
    path = f"/desk/day/agendas?date={day_of(booked.starts)}"
    page = there.get(path, headers=PARTIAL, base_url=f"http://voisin.{HOST}")
    assert page.status_code == 200 and "agendas-part" in page.get_data(as_text=True)
    assert "Dupont" not in page.get_data(as_text=True)
