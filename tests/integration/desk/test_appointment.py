"""One appointment at the desk: what its page says, the steps of the visit, its end, and who may not see it."""

from datetime import UTC, datetime

import pytest

from app.booking import actions, queries
from app.booking.models import OCCUPYING, STATUSES, Appointment, FeeProposal
from app.booking.states import BEGIN, TRANSITIONS
from app.kernel.audit import AuditEvent
from app.kernel.clock import local
from app.kernel.db import database
from app.kernel.owners import Account
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry
from tests.conftest import HOST
from tests.factories import NOW, make_appointment, make_person
from tests.integration.desk.booked import book, offers_of, rule, starts_of
from tests.journey import soup
from tests.people import make_account, make_member, sign_in_as

DESK = "/desk/appointments"


@pytest.fixture
def open_(practice):
    with practice_context(practice):
        yield


@pytest.fixture
def booked(open_, practice, clock):
    offer = offers_of(practice, clock)[0]
    return book(practice, offer, starts_of(offer, clock)[0], clock)


def send(client, appointment, status, *, version=None):
    page = soup(client.get(f"{DESK}/{appointment.id}"))
    fields = {"csrf_token": page.find("input", attrs={"name": "csrf_token"})["value"], "status": status}
    fields["version"] = str(version or appointment.version)
    return client.post(f"{DESK}/{appointment.id}/state", data=fields)


def status_of(appointment):
    return Appointment.get_by_id(appointment.id).status


# ---- the page


def test_the_page_says_who_what_when_and_what_was_told(desk, booked):
    page = soup(desk.get(f"{DESK}/{booked.id}"))
    text = page.main.get_text(" ")
    assert "Alice Dupont" in text and "85.07.**-***.**" in text and "994" not in text
    assert booked.practitioner.name in text and "Par le patient, en ligne" in text
    assert page.select_one("#policy blockquote").get_text() and len(page.select(".texts-kept li")) >= 1
    assert [one.get_text() for one in page.select(".history strong")] == ["Réservé"]
    with_looks = [(one.what, one.why) for one in AccessEntry.select()]
    assert with_looks == [("appointment", "appointment")]
    assert desk.get(f"{DESK}/{booked.id}").headers["Cache-Control"] == "no-store"


def test_the_day_leads_to_the_appointment(desk, booked):
    date = local(booked.starts, booked.location.timezone).date().isoformat()
    day = soup(desk.get("/desk/day", query_string={"date": date}))
    assert day.select_one(".visit a")["href"] == f"{DESK}/{booked.id}"


def test_names_are_words_and_never_markup(desk, open_, practice, clock):
    offer = offers_of(practice, clock)[0]
    nasty = "<b>x</b>{{7*7}}"
    made = book(practice, offer, starts_of(offer, clock)[0], clock, person=make_person(family_name=nasty))
    body = desk.get(f"{DESK}/{made.id}").get_data(as_text=True)
    assert "<b>x</b>" not in body and "{{7*7}}" in body


# ---- the steps


def test_arrived_in_treatment_done_and_one_back(desk, booked, clock):
    for status in ("arrived", "checked-in", "fulfilled", "checked-in"):
        answer = send(desk, queries.appointment(booked.id), status)
        assert answer.status_code == 303 and status_of(booked) == status
    verbs = [
        e.verb
        for e in AuditEvent.select()
        .where(AuditEvent.target == f"appointment:{booked.id}")
        .order_by(AuditEvent.seq)
    ]
    assert [v for v in verbs if not v.endswith(".read")] == [
        "appointment.book", "appointment.arrived", "appointment.checked-in", "appointment.fulfilled",
        "appointment.checked-in",
    ]  # fmt: skip


def test_a_page_that_is_older_than_the_appointment_notes_nothing(desk, booked):
    assert send(desk, booked, "arrived", version=7).status_code == 409 and status_of(booked) == "booked"
    assert send(desk, booked, "arrived").status_code == 303  # the control


def test_missing_is_offered_a_quarter_of_an_hour_after_the_start(desk, booked, clock):
    def steps():
        sign_in_again(desk, clock)
        page = soup(desk.get(f"{DESK}/{booked.id}"))
        return [one["value"] for one in page.select(".visit-steps [name=status]")]

    clock.at = datetime.fromtimestamp((booked.starts + 14) * 60, UTC)
    assert steps() == ["arrived"]
    assert send(desk, booked, "noshow").status_code == 422 and status_of(booked) == "booked"
    clock.move(minutes=1)
    assert steps() == ["arrived", "noshow"]
    assert send(desk, booked, "noshow").status_code == 303 and status_of(booked) == "noshow"


def sign_in_again(client, clock):
    sign_in_as(client, Account.get(Account.email == "sylvie@lavande.example"), clock=clock, staff=True)


NOTED = ("booked", "arrived", "checked-in", "fulfilled", "noshow", "entered-in-error")


@pytest.mark.parametrize("status", [s for s in STATUSES if s != "cancelled"])
def test_every_step_follows_the_table_and_no_other(desk, open_, practice, clock, status):
    """Through HTTP: what states.TRANSITIONS has passes, all else is refused and changes nothing."""
    for new in NOTED:
        made = make_appointment(starts=29_000_000 + NOTED.index(new) * 100, status=status, origin="import")
        answer = send(desk, made, new)
        if new in TRANSITIONS[status]:
            assert (answer.status_code, status_of(made)) == (303, new), (status, new)
        else:
            assert (answer.status_code, status_of(made)) == (409, status), (status, new)


def test_nothing_follows_what_is_cancelled(desk, open_, booked, clock):
    actions.cancel(booked, by="guest", now=clock.now())
    for new in NOTED:
        assert send(desk, queries.appointment(booked.id), new).status_code == 409
    assert status_of(booked) == "cancelled"


@pytest.mark.parametrize("words", ["", "cancelled", "proposed", "<script>", "x" * 300])
def test_what_is_no_step_is_refused(desk, booked, words):
    assert send(desk, booked, words).status_code == 409 and status_of(booked) == "booked"


@pytest.mark.parametrize("before", STATUSES)
def test_the_database_holds_the_same_table(open_, practice, before):
    """Whatever the code does: rows written by hand."""
    ended = {"cancelled_at": NOW, "cancelled_by": "guest", "cancel_kind": "patient"}
    for number, after in enumerate(STATUSES):
        starts = 29_000_000 + number * 100
        more = ended if before == "cancelled" else {}
        made = make_appointment(status=before, origin="import", starts=starts, **more)
        if after == before or after in TRANSITIONS[before]:
            write(made, before, after)
            assert status_of(made) == after
        else:
            with pytest.raises(Exception, match="appointment_transition"), database.atomic():
                write(made, before, after)
            assert status_of(made) == before


def write(made, before, after):
    values = "'x', 'patient', 1" if after == "cancelled" else "NULL, NULL, NULL"
    change = f"status = '{after}'"
    if after != before:
        by, kind, at = values.split(", ")
        change += f", cancelled_by = {by}, cancel_kind = {kind}, cancelled_at = {at}"
    database.execute_sql(f"UPDATE appointment SET {change} WHERE id = {database.param}", (made.id.hex,))


def test_a_row_begins_where_lives_begin(open_, practice):
    with pytest.raises(Exception, match="appointment_transition"):
        make_appointment(status="fulfilled")
    for number, status in enumerate(sorted(BEGIN)):
        make_appointment(status=status, starts=29_000_000 + 100 * number)


# ---- its end


def cancel(client, appointment, whose, *, reason="Malade", version=None):
    page = soup(client.get(f"{DESK}/{appointment.id}"))
    token = page.find("input", attrs={"name": "csrf_token"})["value"]
    fields = {"csrf_token": token, "version": str(version or appointment.version), "reason": reason}
    return client.post(
        f"{DESK}/{appointment.id}/cancellation", data={**fields, **({"whose": whose} if whose else {})}
    )


def late(clock, appointment):
    clock.at = datetime.fromtimestamp((appointment.starts - 30) * 60, UTC)


def test_who_cancels_must_be_said_and_the_reason_stays(desk, booked):
    answer = cancel(desk, booked, "", reason="Elle a téléphoné")
    assert answer.status_code == 422 and "Elle a téléphoné" in answer.get_data(as_text=True)
    assert status_of(booked) == "booked"


def test_a_patient_who_calls_late_is_marked_and_a_fee_proposed(desk, open_, practice, clock):
    rule(practice, late_fee_cents=2000)
    offer = offers_of(practice, clock)[0]
    made = book(practice, offer, starts_of(offer, clock)[0], clock)
    late(clock, made)
    sign_in_again(desk, clock)
    assert cancel(desk, made, "patient").status_code == 303
    row, fee = queries.appointment(made.id), FeeProposal.get()
    assert (row.status, row.cancelled_late, row.cancel_kind, row.cancel_reason) == (
        "cancelled",
        True,
        "patient",
        "Malade",
    )
    assert (fee.cents, fee.cause, fee.state) == (2000, "late", "proposed")
    assert "20,00" in soup(desk.get(f"{DESK}/{made.id}")).select_one("#fee").get_text()


def test_a_practice_that_cancels_late_asks_nothing(desk, open_, practice, clock):
    rule(practice, late_fee_cents=2000)
    offer = offers_of(practice, clock)[0]
    made = book(practice, offer, starts_of(offer, clock)[0], clock)
    late(clock, made)
    sign_in_again(desk, clock)
    assert cancel(desk, made, "practice").status_code == 303
    assert not queries.appointment(made.id).cancelled_late and FeeProposal.select().count() == 0


def test_the_desk_and_the_patient_at_the_same_moment(desk, open_, booked, clock):
    """The page is open, and the patient cancels by their link: the desk is told, and nothing changes twice."""
    page = soup(desk.get(f"{DESK}/{booked.id}"))
    token = page.find("input", attrs={"name": "csrf_token"})["value"]
    actions.cancel(booked, by="guest", now=clock.now())
    fields = {"csrf_token": token, "version": str(booked.version)}
    assert desk.post(f"{DESK}/{booked.id}/state", data={**fields, "status": "arrived"}).status_code == 409
    again = desk.post(f"{DESK}/{booked.id}/cancellation", data={**fields, "whose": "practice", "reason": ""})
    assert again.status_code == 409
    row = queries.appointment(booked.id)
    assert (row.status, row.cancelled_by, row.cancel_kind) == ("cancelled", "guest", "patient")


# ---- who may


@pytest.mark.parametrize("role", ["receptionist", "practitioner", "owner"])
def test_everybody_who_works_here_may(client, practice, booked, clock, role):
    sign_in_as(client, make_member(practice, roles=(role,)), clock=clock, staff=True)
    assert client.get(f"{DESK}/{booked.id}").status_code == 200
    assert send(client, booked, "arrived").status_code == 303


def test_a_patient_and_a_visitor_may_not(app, client, booked, clock):
    assert client.get(f"{DESK}/{booked.id}").status_code == 303
    sign_in_as(client, make_account(), clock=clock)
    assert client.get(f"{DESK}/{booked.id}").status_code == 403
    assert client.post(f"{DESK}/{booked.id}/state", data={"status": "arrived"}).status_code in (400, 403)
    assert status_of(booked) == "booked"


def test_without_the_token_nothing_happens(desk, booked):
    answer = desk.post(f"{DESK}/{booked.id}/state", data={"status": "arrived", "version": "1"})
    assert answer.status_code == 422 and status_of(booked) == "booked"


def test_the_neighbours_appointment_is_not_there(client, neighbour, booked, clock):
    sign_in_as(
        client,
        make_member(neighbour, email="n@voisin.example"),
        clock=clock,
        host=f"voisin.{HOST}",
        staff=True,
    )
    there = {"base_url": f"http://voisin.{HOST}"}
    for path in ("", "/move", "/move/confirm?start=29925480", "/proof.pdf"):
        assert client.get(f"{DESK}/{booked.id}{path}", **there).status_code == 404
    page = soup(client.get("/desk/book", **there))
    token = page.find("input", attrs={"name": "csrf_token"})
    data = {"status": "arrived", "version": "1", "csrf_token": token["value"] if token else ""}
    assert client.post(f"{DESK}/{booked.id}/state", data=data, **there).status_code in (400, 404)
    assert status_of(booked) == "booked" and booked.status in OCCUPYING
