"""A fee for a visit given up late or missed: proposed where it was told, decided by a person, never sent by itself."""

from datetime import UTC, datetime

import pytest

from app.booking import actions, queries
from app.booking.models import FeeProposal
from app.booking.refusals import AlreadyDecided
from app.kernel.audit import AuditEvent
from app.kernel.outbox import Outbox
from app.kernel.owners import Account
from app.kernel.tenancy import practice_context
from tests.conftest import HOST
from tests.factories import make_appointment, make_person
from tests.integration.desk.booked import book, offers_of, rule, starts_of
from tests.journey import soup
from tests.people import make_member, sign_in_as


@pytest.fixture
def open_(practice):
    with practice_context(practice):
        yield


@pytest.fixture
def offer(open_, practice, clock):
    rule(practice, late_fee_cents=2500)
    return offers_of(practice, clock)[0]


@pytest.fixture
def booked(practice, offer, clock):
    return book(practice, offer, starts_of(offer, clock)[0], clock)


def miss(appointment, clock):
    clock.at = datetime.fromtimestamp((appointment.starts + 20) * 60, UTC)
    actions.miss(queries.appointment(appointment.id), by="operator", now=clock.now())


def again(client, clock):
    sign_in_as(client, Account.get(Account.email == "sylvie@lavande.example"), clock=clock, staff=True)


def decide(client, fee, **fields):
    page = soup(client.get("/desk/fees"))
    token = page.find("input", attrs={"name": "csrf_token"})["value"]
    return client.post(f"/desk/fees/{fee.id}", data={"csrf_token": token, **fields})


def test_somebody_who_did_not_come_is_proposed_a_fee_and_nobody_is_written_to(desk, booked, clock):
    waiting = Outbox.select().count()
    miss(booked, clock)
    fee = FeeProposal.get()
    assert (fee.appointment_id, fee.cents, fee.cause, fee.state) == (booked.id, 2500, "noshow", "proposed")
    assert Outbox.select().count() == waiting
    again(desk, clock)
    assert "Alice Dupont" in soup(desk.get("/desk/fees")).select_one(".fees").get_text()


@pytest.mark.parametrize("state", ["kept", "waived"])
def test_it_is_kept_or_waived_with_a_reason_that_stays(desk, booked, clock, state):
    miss(booked, clock)
    again(desk, clock)
    fee, waiting = FeeProposal.get(), Outbox.select().count()
    assert decide(desk, fee, decision=state).status_code == 422
    bare = decide(desk, fee, reason="Première fois")
    assert bare.status_code == 422 and "Première fois" in bare.get_data(as_text=True)
    assert decide(desk, fee, decision="proposed", reason="x").status_code == 422
    assert FeeProposal.get().state == "proposed"
    assert decide(desk, fee, decision=state, reason="Première fois").status_code == 303
    decided = FeeProposal.get()
    assert (decided.state, decided.reason) == (state, "Première fois") and decided.decided_by.startswith(
        "account:"
    )
    assert Outbox.select().count() == waiting
    page = soup(desk.get(f"/desk/appointments/{booked.id}"))
    assert "Première fois" in page.select_one(".history").get_text()
    assert not soup(desk.get("/desk/fees")).select(".fees") and soup(desk.get("/desk/fees")).select(
        ".fees-decided"
    )


def test_two_colleagues_decide_once(booked, clock):
    miss(booked, clock)
    fee = FeeProposal.get()
    actions.decide(fee, "waived", reason="one", by="account:a", now=clock.now())
    with pytest.raises(AlreadyDecided):
        actions.decide(fee, "kept", reason="two", by="account:b", now=clock.now())
    assert FeeProposal.get().reason == "one"


@pytest.mark.parametrize(
    ("how", "proposed"),
    [
        ({"origin": "web"}, True),
        ({"origin": "web", "accepted": False}, True),  # the sentence stood above the button
        ({"origin": "phone", "accepted": True}, True),
        ({"origin": "desk", "accepted": True}, True),
        ({"origin": "phone", "accepted": False}, False),  # neither read out nor sent
    ],
)
def test_who_was_not_told_beforehand_owes_nothing(practice, offer, clock, how, proposed):
    person = make_person(email=None if how["origin"] != "web" else "a@example.be")
    made = book(practice, offer, starts_of(offer, clock)[0], clock, person=person, **how)
    miss(made, clock)
    assert FeeProposal.select().exists() == proposed


def test_a_mail_with_the_conditions_has_told_them(practice, offer, clock):
    made = book(practice, offer, starts_of(offer, clock)[0], clock, origin="phone", accepted=False)
    miss(made, clock)
    assert FeeProposal.select().exists()


def test_without_a_snapshot_or_without_a_fee_nothing_is_proposed(open_, practice, clock):
    free = offers_of(practice, clock)[0]
    rule(practice, service=free.service.id, late_fee_cents=0)
    free = offers_of(practice, clock)[0]
    miss(book(practice, free, starts_of(free, clock)[0], clock), clock)
    miss(make_appointment(starts=29_000_000, late_fee_cents=2500), clock)
    assert not FeeProposal.select().exists()


def test_the_fee_is_the_one_that_was_told_whatever_the_rules_say_since(practice, booked, clock):
    rule(practice, late_fee_cents=9900)
    miss(booked, clock)
    assert FeeProposal.get().cents == 2500


def test_who_came_after_all_owes_nothing_and_missing_again_asks_again(booked, clock):
    miss(booked, clock)
    actions.note(queries.appointment(booked.id), "arrived", by="operator", now=clock.now())
    assert FeeProposal.get().state == "waived"
    actions.note(queries.appointment(booked.id), "booked", by="operator", now=clock.now())
    miss(booked, clock)
    assert FeeProposal.get().state == "proposed" and FeeProposal.select().count() == 1
    verbs = [
        event.verb for event in AuditEvent.select().order_by(AuditEvent.seq) if event.verb.startswith("fee.")
    ]
    assert verbs == ["fee.propose", "fee.waive", "fee.propose"]


def test_in_time_costs_nothing(booked, clock):
    actions.cancel_at_desk(booked, by="operator", now=clock.now(), for_patient=True)
    assert not FeeProposal.select().exists()


def test_the_neighbours_fee_is_not_there(client, neighbour, booked, clock):
    miss(booked, clock)
    fee = FeeProposal.get()
    there = {"base_url": f"http://voisin.{HOST}"}
    boss = make_member(neighbour, email="n@voisin.example")
    sign_in_as(client, boss, clock=clock, host=f"voisin.{HOST}", staff=True)
    page = soup(client.get("/desk/fees", **there))
    assert "Dupont" not in page.get_text()
    token = soup(client.get("/desk/patients", **there)).find("input", attrs={"name": "csrf_token"})
    data = {"csrf_token": token["value"] if token else "", "decision": "waived", "reason": "x"}
    assert client.post(f"/desk/fees/{fee.id}", data=data, **there).status_code == 404
    assert FeeProposal.get().state == "proposed"
