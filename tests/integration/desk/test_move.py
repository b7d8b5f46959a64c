"""An appointment moves at the desk: by hand of staff, with its rooms, its history and the warnings of any booking."""

import pytest

from app.booking import actions, queries
from app.booking.models import Appointment
from app.kernel.audit import AuditEvent
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from tests.factories import make_patient, make_person
from tests.integration.desk.booked import book, offers_of, rule, starts_of
from tests.journey import form_of, soup

DESK = "/desk/appointments"


def confirm(client, appointment, start, **query):
    page = soup(client.get(f"{DESK}/{appointment.id}/move/confirm", query_string={"start": start, **query}))
    return form_of(page, holding="version")[1], page


def send(client, appointment, fields, **changes):
    return client.post(f"{DESK}/{appointment.id}/move", data={**fields, **changes})


def test_from_its_page_to_another_time(desk, booked, starts):
    page = soup(desk.get(f"{DESK}/{booked.id}"))
    link = page.find("a", href=f"{DESK}/{booked.id}/move")
    grid = soup(desk.get(link["href"]))
    own = [a for a in grid.select("a.cell-free") if f"start={booked.starts}" in a["href"]]
    assert own  # its own time does not stand in its way
    target = next(a for a in grid.select("a.cell-free") if f"start={booked.starts}" not in a["href"])
    fields = form_of(soup(desk.get(target["href"])), holding="version")[1]
    assert send(desk, booked, fields).status_code == 303
    moved = queries.appointment(booked.id)
    assert moved.starts == int(fields["start"]) and moved.version == booked.version + 1
    assert Outbox.select().where(Outbox.event == "appointment-moved").count() == 1
    history = soup(desk.get(f"{DESK}/{booked.id}")).select_one(".history").get_text(" ")
    assert "Déplacé du" in history


def test_to_a_colleague(desk, practice, booked, clock):
    other = offers_of(practice, clock)[1]
    at = starts_of(other, clock)[0]
    fields, _page = confirm(desk, booked, at, schedule=other.schedule.id)
    assert send(desk, booked, fields).status_code == 303
    assert queries.appointment(booked.id).practitioner_id == other.practitioner.id


def test_a_rule_is_broken_only_knowingly(desk, practice, booked, clock):
    offer = offers_of(practice, clock)[0]
    night = booked.starts + 12 * 60
    night -= night % offer.rules.grid
    fields, page = confirm(desk, booked, night)
    boxes = {box["name"]: "y" for box in page.select("#warnings [type=checkbox]")}
    assert boxes
    assert send(desk, booked, fields).status_code == 422
    assert send(desk, booked, fields, **boxes).status_code == 422
    assert queries.appointment(booked.id).starts == booked.starts
    assert send(desk, booked, fields, **boxes, because="À sa demande").status_code == 303
    event = AuditEvent.get(AuditEvent.verb == "appointment.move")
    assert event.detail["because"] == "À sa demande" and event.detail["broken"]


def test_a_rule_that_binds_the_person_is_a_warning(desk, practice, clock):
    with practice_context(practice):
        offer = offers_of(practice, clock)[0]
        rule(practice, service=offer.service.id, min_notice_minutes=20 * 1440, level=0)
        offer, patient = offers_of(practice, clock)[0], make_patient()
        at = starts_of(offer, clock)
        made = book(
            practice, offer, at[0], clock, origin="phone", file=patient.id, person=make_person(niss=None)
        )
        _fields, page = confirm(desk, made, at[8])
        assert page.select_one("#ack_too_soon")


def test_a_taken_time_is_refused_with_three_others(desk, practice, booked, offer, starts, clock):
    taken = starts[12]
    fields, _page = confirm(desk, booked, taken)
    book(practice, offer, taken, clock, person=make_person(family_name="Quicker"))
    answer = send(desk, booked, fields, ack_busy="y", because="Quand même")
    others = [one["value"] for one in soup(answer).select("input[type=radio][name=start]")]
    assert answer.status_code == 409 and len(others) == 3
    assert queries.appointment(booked.id).starts == booked.starts
    again = form_of(soup(answer), holding="version")[1]
    assert send(desk, booked, {**again, "start": others[1]}).status_code == 303


def test_what_changed_meanwhile_is_not_moved(desk, booked, starts, clock):
    fields, _page = confirm(desk, booked, starts[12])
    actions.note(booked, "arrived", by="operator", now=clock.now())
    assert send(desk, booked, fields).status_code == 409
    actions.cancel_at_desk(queries.appointment(booked.id), by="operator", now=clock.now(), for_patient=False)
    assert send(desk, booked, fields).status_code == 409
    for path in ("/move", f"/move/confirm?start={starts[12]}"):
        assert desk.get(f"{DESK}/{booked.id}{path}").status_code == 409
    assert Appointment.get_by_id(booked.id).starts == booked.starts


@pytest.mark.parametrize("start", ["", "x", "-1", "999999999"])
def test_no_time_is_no_page(desk, booked, start):
    assert desk.get(f"{DESK}/{booked.id}/move/confirm", query_string={"start": start}).status_code == 404
