"""Saying somebody's number opens nothing of theirs; and who is signed in books with what the account knows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from app.booking.models import Appointment
from app.identity import representation
from app.identity.models import Representation, Session
from app.identity.representation import Child
from app.kernel.audit import AuditEvent
from app.kernel.db import connection, database, write_tx
from app.kernel.tenancy import account_context, practice_context
from app.patients import actions, queries
from app.patients.models import Connection, Patient
from app.patients.refusals import AlreadyConnected
from app.worker import deliver_due
from tests.conftest import HOST
from tests.factories import NISS, NOW, make_patient, make_person
from tests.journey import GUEST, book, choose, form_of, soup, times_page
from tests.people import SEALER, make_account, sign_in_as

CHILD_NISS = "14112199239"


@pytest.fixture
def alice(inside):
    return make_account(niss=NISS, phone="+32 470 12 34 56")


@pytest.fixture
def mallory(inside):
    """Registered with the victim's number and names, from another mailbox."""
    return make_account(email="mallory@example.be", niss=NISS)


def details_of(client, **query):
    page = soup(choose(client, times_page(client, **query)[1]))
    return page, form_of(page, holding="attempt")


def book_signed_in(client, **changes):
    _page, (action, fields) = details_of(client)
    return client.post(action, data={**fields, "accept": "y", **changes}, follow_redirects=True)


def files(practice):
    with practice_context(practice):
        return list(Patient.select().order_by(Patient.created_at, Patient.id))


def appointments(practice):
    with practice_context(practice):
        return list(Appointment.select(Appointment, Patient).join(Patient).order_by(Appointment.created_at))


# ---- the account's own data


def test_whoever_is_signed_in_types_nothing_twice_and_the_first_booking_connects(
    client, practice, alice, clock
):
    sign_in_as(client, alice, clock=clock)
    page, (_action, fields) = details_of(client)
    words = page.get_text(" ")
    assert "Alice Dupont" in words and "alice@example.be" in words and "85.07." in words
    assert "994" not in words and NISS not in str(page)  # masked, and nowhere in the source either
    assert not {"given_name", "family_name", "email", "niss", "number"} & set(fields)
    assert book_signed_in(client).status_code == 200
    (file,), (made,) = files(practice), appointments(practice)
    with practice_context(practice):
        assert actions.niss_of(file, sealer=SEALER) == NISS
        assert (file.name, file.email, file.phone) == ("Alice Dupont", "alice@example.be", "+32 470 12 34 56")
        tie = Connection.get()
        event = AuditEvent.get(AuditEvent.verb == "appointment.book")
    assert (tie.account_id, tie.patient_id, made.patient_id) == (alice.id, file.id, file.id)
    assert made.contact_email == "alice@example.be"
    assert event.actor == f"account:{alice.id}" and event.detail == {}


def test_the_second_booking_falls_into_the_same_file(client, practice, alice, clock):
    sign_in_as(client, alice, clock=clock)
    book_signed_in(client), book_signed_in(client)
    assert len(files(practice)) == 1 and len(appointments(practice)) == 2
    with practice_context(practice):
        assert Connection.select().count() == 1
        assert AuditEvent.select().where(AuditEvent.verb == "patient.connect").count() == 1


def test_booking_again_after_leaving_connects_again(client, practice, alice, clock):
    sign_in_as(client, alice, clock=clock)
    book_signed_in(client)
    with practice_context(practice):
        actions.leave(alice, now=NOW)
    assert queries.connections_of(alice) == []
    book_signed_in(client)
    (one,) = queries.connections_of(alice)
    assert one.patient == files(practice)[0]


def test_a_double_click_is_one_appointment(client, practice, alice, clock):
    sign_in_as(client, alice, clock=clock)
    _page, (action, fields) = details_of(client)
    places = {client.post(action, data={**fields, "accept": "y"}).headers["Location"] for _ in range(3)}
    assert len(places) == 1 and len(appointments(practice)) == 1 and len(files(practice)) == 1


def test_what_the_form_claims_about_the_person_is_not_read(client, practice, alice, clock):
    sign_in_as(client, alice, clock=clock)
    book_signed_in(
        client, given_name="Eve", family_name="Sly", email="eve@example.be", number="niss", niss=CHILD_NISS
    )
    (file,), (made,) = files(practice), appointments(practice)
    assert file.name == "Alice Dupont" and made.contact_email == "alice@example.be"
    with practice_context(practice):
        assert actions.niss_of(file, sealer=SEALER) == NISS


def test_an_account_without_a_number_is_asked_for_it_once(client, practice, clock, inside):
    sign_in_as(client, make_account(), clock=clock)
    _page, (_action, fields) = details_of(client)
    assert "niss" in fields and "given_name" not in fields
    assert book_signed_in(client).status_code == 422
    assert book_signed_in(client, number="niss", niss="85.07.30-994.37").status_code == 200
    _page, (_action, fields) = details_of(client)
    assert "niss" not in fields
    with practice_context(practice):
        assert actions.niss_of(files(practice)[0], sealer=SEALER) == NISS


def test_a_session_that_ended_or_speaks_for_somebody_else_books_nothing_unseen(
    client, practice, alice, clock
):
    session = sign_in_as(client, alice, clock=clock)
    _page, (action, fields) = details_of(client)
    bob = make_account(email="bob@example.be", given_name="Bob", family_name="Maes", niss="85073099338")
    sign_in_as(client, bob, clock=clock)
    answer = client.post(action, data={**fields, "accept": "y"})
    assert answer.status_code == 409 and "Bob Maes" in soup(answer).get_text(" ")
    with account_context(bob):
        Session.delete().execute()
    answer = client.post(action, data={**fields, "accept": "y"})
    assert answer.status_code == 409 and soup(answer).find(attrs={"name": "given_name"})
    assert appointments(practice) == [] and session


def test_whoever_is_signed_in_may_book_as_a_guest_for_a_friend(client, practice, alice, clock):
    sign_in_as(client, alice, clock=clock)
    page, _form = details_of(client)
    link = next(a["href"] for a in page.find_all("a", href=True) if "as=guest" in a["href"])
    action, fields = form_of(soup(client.get(link)), holding="given_name")
    assert client.post(action, data={**fields, **GUEST, "given_name": "Friend"}).status_code == 303
    with practice_context(practice):
        assert not Connection.select().exists()
        assert AuditEvent.get(AuditEvent.verb == "appointment.book").actor == "guest"


# ---- claiming somebody's number


def test_claiming_a_number_leads_to_nobodys_file(client, practice, alice, mallory, clock):
    """The victim is a guest's file, then a connected patient; the attacker gets a file of their own each time."""
    book(client)  # Alice, as a guest
    (of_guest,) = files(practice)
    sign_in_as(client, mallory, clock=clock)
    assert book_signed_in(client).status_code == 200
    mine = [one for one in files(practice) if one.id != of_guest.id]
    assert len(mine) == 1
    assert [one.patient.id for one in queries.connections_of(mallory)] == [mine[0].id]
    with practice_context(practice):
        assert [one.id for one in queries.possible_duplicates(mine[0])] == [of_guest.id]
        assert [one.id for one in queries.possible_duplicates(of_guest)] == [mine[0].id]
        of_mine = Appointment.select().where(Appointment.patient == mine[0].id)
        assert of_mine.count() == 1 and Appointment.select().count() == 2
    sign_in_as(client, alice, clock=clock)
    book_signed_in(client)
    assert len(files(practice)) == 3
    assert [one.patient.id for one in queries.connections_of(alice)] not in ([mine[0].id], [of_guest.id])
    assert [one.patient.id for one in queries.connections_of(mallory)] == [mine[0].id]


def test_the_victims_mails_go_to_the_victim_alone(client, practice, services, alice, mallory, clock):
    sign_in_as(client, alice, clock=clock)
    book_signed_in(client)
    client.delete_cookie("session", domain=f"lavande.{HOST}")
    sign_in_as(client, mallory, clock=clock)
    book_signed_in(client)
    clock.move(minutes=4)
    deliver_due()
    assert sorted(letter.to for letter in services.mailer.letters) == [
        "alice@example.be",
        "mallory@example.be",
    ]
    assert [one.name for one in files(practice)] == ["Alice Dupont"] * 2


def test_a_real_connected_patient_sees_their_own(client, practice, alice, mallory, clock):
    """The control of the tests above."""
    sign_in_as(client, alice, clock=clock)
    book_signed_in(client)
    (one,) = queries.connections_of(alice)
    with practice_context(practice):
        assert Appointment.get(Appointment.patient == one.patient.id)
        actions.journal_look([one.patient], member=_somebody(), what="record", why="record", now=NOW)
    assert len(queries.looks_at(alice)) == 1 and queries.looks_at(mallory) == []


def _somebody():
    class Somebody:
        account_id, name, roles = (
            make_account(email="s@lavande.example").id,
            "Sylvie Renard",
            ["receptionist"],
        )

    return Somebody()


def test_a_guest_never_falls_into_an_accounts_file(client, practice, alice, clock):
    sign_in_as(client, alice, clock=clock)
    book_signed_in(client)
    client.delete_cookie("session", domain=f"lavande.{HOST}")
    assert book(client).status_code == 200  # same names, number and mail
    (own,) = queries.connections_of(alice)
    with practice_context(practice):
        assert Appointment.select().where(Appointment.patient == own.patient.id).count() == 1
    assert len(files(practice)) == 2
    assert (
        book(client).status_code == 200 and len(files(practice)) == 2
    )  # the control: guests still meet themselves


def test_a_file_given_by_invitation_takes_no_guest_any_more(client, practice, alice):
    book(client)
    (file,) = files(practice)
    with practice_context(practice):
        made = actions.invite(file, by="account:x", sealer=SEALER, now=NOW)
        actions.accept_invitation(made, alice, now=NOW)
    book(client)
    with practice_context(practice):
        assert Appointment.select().where(Appointment.patient == file.id).count() == 1
        assert Patient.select().count() == 2


def test_an_invited_patient_books_into_the_file_they_were_invited_to(client, practice, alice, clock):
    book(client)
    (file,) = files(practice)
    with practice_context(practice):
        made = actions.invite(file, by="account:x", sealer=SEALER, now=NOW)
        actions.accept_invitation(made, alice, now=NOW)
    sign_in_as(client, alice, clock=clock)
    book_signed_in(client)
    assert {one.patient_id for one in appointments(practice)} == {file.id}


def test_a_file_next_door_is_another(client, practice, neighbour, alice, clock):
    with practice_context(neighbour):
        there = make_patient()
        actions.connect(alice, there.id, now=NOW)
    sign_in_as(client, alice, clock=clock)
    book_signed_in(client)
    assert {one.practice.slug for one in queries.connections_of(alice)} == {"lavande", "voisin"}
    assert there.id not in {one.id for one in files(practice)}


# ---- on behalf of somebody


def act_for_child(account, session, **more):
    child = Child("Léa", "Dupont", date(2014, 11, 21), "female", "fr", niss=CHILD_NISS, **more)
    row = representation.add_child(account, child, basis="parent", sealer=SEALER, now=NOW)
    with account_context(account):
        Session.update(acting_for=row.id).where(Session.id == session.id).execute()
    return row


def test_a_parent_books_for_a_child_into_the_childs_own_file(client, practice, alice, clock):
    session = sign_in_as(client, alice, clock=clock)
    book_signed_in(client)
    row = act_for_child(alice, session)
    page, _form = details_of(client)
    assert "Léa Dupont" in page.get_text(" ")
    book_signed_in(client)
    book_signed_in(client)
    own, of_child = files(practice)
    assert (own.name, of_child.name, of_child.birth_date) == (
        "Alice Dupont",
        "Léa Dupont",
        date(2014, 11, 21),
    )
    with practice_context(practice):
        assert actions.niss_of(of_child, sealer=SEALER) == CHILD_NISS
        assert Connection.get(Connection.patient == of_child.id).dependant == row.dependant_id
        last = (
            AuditEvent.select()
            .where(AuditEvent.verb == "appointment.book")
            .order_by(AuditEvent.seq.desc())
            .get()
        )
        assert Appointment.select().where(Appointment.patient == of_child.id).count() == 2
    assert last.actor == f"account:{alice.id}" and last.detail == {
        "on_behalf_of": f"dependant:{row.dependant_id}"
    }
    assert {one.contact_email for one in appointments(practice)} == {"alice@example.be"}
    assert queries.levels(alice) == {practice.id: 1}


@pytest.mark.parametrize(("scopes", "status"), [(["book"], 200), (["invoices"], 403)])
def test_a_mandate_books_for_its_principal_when_it_covers_booking(
    client, practice, alice, clock, scopes, status
):
    bob = make_account(email="bob@example.be", given_name="Bob", family_name="Maes")
    session = sign_in_as(client, bob, clock=clock)
    with account_context(bob):
        row = Representation.create(
            basis="mandate", principal=alice.id, scopes=scopes, starts_on=NOW.date(), created_at=NOW
        )
        Session.update(acting_for=row.id).where(Session.id == session.id).execute()
    page = choose(client, times_page(client)[1])
    assert page.status_code == status
    if status == 403:
        assert appointments(practice) == []
        return
    assert "Alice Dupont" in soup(page).get_text(" ") and "85.07" not in soup(page).get_text(" ")
    action, fields = form_of(soup(page), holding="attempt")
    client.post(action, data={**fields, "accept": "y"})
    with practice_context(practice):
        event = AuditEvent.get(AuditEvent.verb == "appointment.book")
        assert Connection.get().account_id == alice.id
    assert event.actor == f"account:{bob.id}" and event.detail == {"on_behalf_of": f"account:{alice.id}"}
    assert queries.connections_of(bob) == []


# ---- what it costs


def test_a_visitor_without_a_session_is_asked_about_nowhere(client, monkeypatch, practice):
    asked = []
    run = database.obj.execute_sql
    monkeypatch.setattr(
        database.obj, "execute_sql", lambda sql, *a, **k: (asked.append(sql), run(sql, *a, **k))[1]
    )
    assert book(client).status_code == 200
    assert asked  # the control: the ear hears
    tables = ("session", "account", "connection", "personal_details", "representation")
    assert [
        sql for sql in asked if any(f'FROM "{name}"' in sql or f'INTO "{name}"' in sql for name in tables)
    ] == []


def test_first_bookings_of_one_account_at_the_same_moment_open_one_file(app, practice, alice):
    def meet(_turn):
        with app.app_context(), connection(), practice_context(practice):
            sealed = actions.seal(make_person(), sealer=SEALER, behind=actions.Behind(alice.id))
            with write_tx():
                found = actions.meet(sealed, now=NOW)
                actions.connect(alice, found, now=NOW)
            return found

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(meet, range(16)))) == 1
    with practice_context(practice):
        assert Connection.select().count() == 1
        assert AuditEvent.select().where(AuditEvent.verb == "patient.connect").count() == 1


def test_whoever_left_a_file_that_became_anothers_books_into_a_new_one(client, practice, alice, clock):
    """A mailbox shared by two people: the practice invited the wrong one first."""
    bob = make_account(email="bob@example.be", given_name="Bob", family_name="Maes", niss="85073099338")
    with practice_context(practice):
        file = make_patient(email="both@example.be")
        actions.connect(bob, file.id, now=NOW)
        with pytest.raises(AlreadyConnected):
            actions.connect(alice, file.id, now=NOW)
        actions.leave(bob, now=NOW)
        assert actions.own_file(bob.id) == file.id  # the control: until somebody else has it
        actions.connect(alice, file.id, now=NOW)
        assert actions.own_file(bob.id) is None
    sign_in_as(client, bob, clock=clock)
    assert book_signed_in(client).status_code == 200
    assert [one.patient.id for one in queries.connections_of(alice)] == [file.id]
    assert file.id not in [one.patient.id for one in queries.connections_of(bob)]
