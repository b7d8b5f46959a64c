"""«My messages»: written with the change, read by whom they concern, and by nobody else."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.booking.actions import changes
from app.booking.events import AppointmentMoved, AppointmentRequested, RequestApproved
from app.booking.models import Appointment
from app.identity.models import Dependant, Representation, Session
from app.kernel.db import connection, write_tx
from app.kernel.events import publish
from app.kernel.outbox import Outbox
from app.kernel.tenancy import account_context, practice_context
from app.messaging import plans
from app.messaging.models import Communication
from app.messaging.plans import Plan
from tests.conftest import HOST
from tests.integration.messaging.world import go, sms_of, tie, visit, wish
from tests.journey import choose, form_of, soup, times_page
from tests.people import NOW, make_account, make_member, sign_in_as

HERE = "/account/messages"
PORTAL = f"http://{HOST}"
VISIT = "2026-11-24 14:30"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def alice(app):
    return make_account(phone="0470 12 34 56")


@pytest.fixture
def signed_in(client, clock, alice):
    sign_in_as(client, alice, clock=clock)
    return client


def cancel(practice, appointment, clock, *, by="account:staff", kind="practice", reason=""):
    with connection(), practice_context(practice):
        row = Appointment.get_by_id(appointment.id)
        changes.end(row, by=by, now=clock.now(), kind=kind, reason=reason)


def rows(client, url=HERE, **more):
    page = soup(client.get(url, headers=ENGLISH, **more))
    return [" ".join(row.get_text(" ", strip=True).split()) for row in page.select(".message-row")]


def links(client, url=HERE, **more):
    return [link["href"] for link in soup(client.get(url, **more)).select(".message-row")]


def count(client, **more):
    found = soup(client.get("/account/privacy", headers=ENGLISH, **more)).select_one(".count")
    return found.get_text(" ", strip=True) if found else None


def written(practice):
    with connection(), practice_context(practice):
        return [
            (row.kind, row.read_at is not None) for row in Communication.select().order_by(Communication.id)
        ]


# ---- written -----------------------------------------------------------------------------------------------------


def test_what_the_practice_cancels_is_told_with_its_own_words(signed_in, practice, alice, clock):
    made = visit(practice, VISIT, patient=tie(alice, practice))
    cancel(practice, made, clock, reason="Nathalie est malade.\n<b hx-get='/x'>Désolés</b>")
    (row,) = rows(signed_in)
    assert "The practice cancelled an appointment" in row and "24 November" in row and "unread" in row
    (link,) = links(signed_in)
    answer = signed_in.get(link, headers=ENGLISH)
    page = soup(answer)
    assert "Nathalie est malade." in page.select_one(".said[hx-ignore]").get_text()
    assert "<b hx-get" not in answer.get_data(as_text=True)
    assert page.select_one(f'a[href="http://lavande.{HOST}/book"]')


def test_no_message_names_the_treatment(signed_in, practice, alice, clock):
    made = visit(practice, VISIT, patient=tie(alice, practice))
    cancel(practice, made, clock)
    (link,) = links(signed_in)
    words = soup(signed_in.get(link)).select_one("main").get_text()
    with connection(), practice_context(practice):
        names = {*Appointment.get_by_id(made.id).service.name.values()}
    assert not [name for name in names if name in words]


def test_what_one_does_oneself_is_noted_and_read_already(signed_in, practice, alice, clock):
    made = visit(practice, VISIT, patient=tie(alice, practice))
    cancel(practice, made, clock, by=f"account:{alice.id}", kind="patient")
    assert written(practice) == [("cancelled", True)] and count(signed_in) is None


def test_each_event_is_told_once(signed_in, practice, alice, clock):
    made = visit(practice, VISIT, patient=tie(alice, practice), origin="phone")
    whom = {"appointment_id": made.id, "practitioner_id": made.practitioner_id, "at": clock.now()}
    moved = {
        "from_practitioner_id": made.practitioner_id,
        "from_start": made.starts - 60,
        "from_end": made.ends,
    }
    with connection(), practice_context(practice), write_tx():
        publish(AppointmentRequested(**whom))
        publish(RequestApproved(**whom))
        publish(AppointmentMoved(**whom, **moved, by="account:staff"))
    assert written(practice) == [("requested", False), ("approved", False), ("moved", False)]
    newest = links(signed_in)[0]
    page = soup(signed_in.get(newest, headers=ENGLISH)).get_text(" ", strip=True)
    assert "14:30" in page and "13:30" in page


def test_a_booking_of_ones_own_is_there_from_the_first_on_and_undone_with_it(client, practice, alice, clock):
    sign_in_as(client, alice, clock=clock)
    _, page = times_page(client)
    details = soup(choose(client, page))
    action, fields = form_of(details, holding="accept")
    extra = {"number": "niss", "niss": "85.07.30-994.37"} if details.find(attrs={"name": "niss"}) else {}
    done = client.post(action, data={**fields, "accept": "y", **extra}, follow_redirects=True)
    assert done.status_code == 200
    assert written(practice) == [("booked", True)]
    undo = next(form for form in soup(done).find_all("form") if form["action"].endswith("/undo"))
    token = undo.find("input", attrs={"name": "csrf_token"})["value"]
    client.post(undo["action"], data={"csrf_token": token})
    assert written(practice) == []


def test_nobody_writes_to_a_patient_without_an_account(inside, practice, clock):
    made = visit(practice, VISIT)
    cancel(practice, made, clock)
    assert written(practice) == []


def test_a_message_lives_and_dies_with_the_change(inside, practice, alice, clock):
    made = visit(practice, VISIT, patient=tie(alice, practice))
    with pytest.raises(RuntimeError), practice_context(practice), write_tx():
        changes.end(Appointment.get_by_id(made.id), by="account:staff", now=clock.now(), kind="practice")
        raise RuntimeError
    assert written(practice) == []
    cancel(practice, made, clock)  # the control
    assert written(practice) == [("cancelled", False)]


# ---- read --------------------------------------------------------------------------------------------------------


def test_opening_reads_and_it_can_be_unread_again(signed_in, practice, alice, clock):
    made = visit(practice, VISIT, patient=tie(alice, practice))
    cancel(practice, made, clock)
    assert "1 unread message" in count(signed_in)
    (link,) = links(signed_in)
    page = soup(signed_in.get(link))
    assert count(signed_in) is None and rows(signed_in, f"{HERE}?show=unread") == []
    form = next(form for form in page.find_all("form") if form.get("action", "").endswith("/unread"))
    token = form.find("input", attrs={"name": "csrf_token"})["value"]
    assert signed_in.post(form["action"], data={"csrf_token": token}).status_code == 303
    assert "1 unread message" in count(signed_in)


def test_a_practice_shows_its_own_and_the_portal_all(client, practice, neighbour, alice, clock):
    for place in (practice, neighbour):
        cancel(place, visit(place, VISIT, patient=tie(alice, place)), clock)
    sign_in_as(client, alice, clock=clock)
    assert len(rows(client)) == 1
    sign_in_as(client, alice, clock=clock, host=HOST)
    both = rows(client, base_url=PORTAL)
    assert len(both) == 2 and "Voisin" in both[0] + both[1] and practice.name in both[0] + both[1]
    theirs = next(
        link for link, row in zip(links(client, base_url=PORTAL), both, strict=True) if "Voisin" in row
    )
    assert client.get(theirs, base_url=PORTAL).status_code == 200
    assert client.get(theirs).status_code == 404  # not at the other one's site


def test_anybody_elses_is_not_there(signed_in, client, practice, alice, clock):
    bob = make_account(email="bob@example.be", given_name="Bob")
    cancel(practice, visit(practice, VISIT, patient=tie(bob, practice, given_name="Bob")), clock)
    cancel(practice, visit(practice, "2026-11-25 10:00", patient=tie(alice, practice)), clock)
    with connection(), practice_context(practice):
        theirs, mine = (row.id for row in Communication.select().order_by(Communication.id))
    assert len(rows(signed_in)) == 1
    token = soup(signed_in.get(f"{HERE}/{mine}")).find("input", attrs={"name": "csrf_token"})["value"]
    for other in (theirs, uuid4()):
        assert signed_in.get(f"{HERE}/{other}").status_code == 404
        assert signed_in.post(f"{HERE}/{other}/unread", data={"csrf_token": token}).status_code == 404
    assert (
        signed_in.post(f"{HERE}/{mine}/unread", data={"csrf_token": token}).status_code == 303
    )  # the control
    assert written(practice)[0] == ("cancelled", False)


def test_a_practice_that_was_left_shows_nothing_more(signed_in, practice, alice, clock):
    from app.patients.actions import leave

    cancel(practice, visit(practice, VISIT, patient=tie(alice, practice)), clock)
    assert len(rows(signed_in)) == 1
    with connection(), practice_context(practice):
        leave(alice, now=clock.now())
    assert rows(signed_in) == [] and count(signed_in) is None


def child_of(account, *, born):
    with connection(), account_context(account):
        leo = Dependant.create(
            given_name="Léo", family_name="Dupont", birth_date=born, language="fr", created_at=NOW
        )
        acts = Representation.create(basis="parent", dependant=leo, starts_on=NOW.date(), created_at=NOW)
    return leo, acts


def test_a_childs_are_its_parents_until_it_is_grown_up(signed_in, practice, alice, clock):
    leo, acts = child_of(alice, born=date(2015, 5, 1))
    patient = tie(alice, practice, dependant=leo.id, given_name="Léo")
    cancel(practice, visit(practice, VISIT, patient=patient), clock)
    cancel(practice, visit(practice, "2026-11-25 10:00", patient=tie(alice, practice)), clock)
    own, childs = rows(signed_in)
    assert "For Léo" in childs and "For Léo" not in own
    with connection(), account_context(alice):
        Session.update(acting_for=acts.id).execute()
    assert len(rows(signed_in)) == 1  # acting for Léo: Léo's alone
    with connection(), account_context(alice):
        Session.update(acting_for=None).execute()
        Representation.update(ended_at=clock.now()).execute()
    assert len(rows(signed_in)) == 1  # and no longer, once that ended


def mandate(alice, principal, *scopes):
    with connection(), account_context(alice):
        row = Representation.create(
            basis="mandate", principal=principal.id, scopes=list(scopes), starts_on=NOW.date(), created_at=NOW
        )
        Session.update(acting_for=row.id).execute()


@pytest.mark.parametrize(("scopes", "seen"), [(("book", "messages"), 1), (("book",), 0)])
def test_a_mandate_shows_them_when_it_covers_messages(signed_in, practice, alice, clock, scopes, seen):
    paul = make_account(email="paul@example.be", given_name="Paul")
    cancel(practice, visit(practice, VISIT, patient=tie(paul, practice, given_name="Paul")), clock)
    assert rows(signed_in) == []  # not before one acts for him
    mandate(alice, paul, *scopes)
    assert len(rows(signed_in)) == seen


def test_an_empty_box_says_what_will_be_there_and_nonsense_is_the_first_page(signed_in):
    assert "No messages yet" in soup(signed_in.get(HERE, headers=ENGLISH)).select_one(".empty").get_text()
    for odd in ("?page=-1", "?page=x", "?page=9999999999", "?show=x", "?done=x"):
        assert signed_in.get(HERE + odd).status_code == 200
    assert signed_in.get(HERE).headers["Cache-Control"] == "no-store"


def test_strangers_are_sent_to_the_sign_in(client):
    for path in (HERE, f"{HERE}/{uuid4()}", "/account/calendar"):
        assert client.get(path).headers["Location"].startswith("/sign-in")


def test_many_are_paged_newest_first(signed_in, practice, alice, clock):
    patient = tie(alice, practice)
    for number in range(27):
        at = (clock.now() + timedelta(days=number + 1)).strftime("%Y-%m-%d 10:00")
        cancel(practice, visit(practice, at, patient=patient), clock)
        clock.move(minutes=1)
    assert len(rows(signed_in)) == 25
    older = soup(signed_in.get(HERE)).select_one("a[rel=next]")["href"]
    assert len(rows(signed_in, older)) == 2
    assert "99+" not in count(signed_in) and "27 unread messages" in count(signed_in)


# ---- SMS of what the practice changes ----------------------------------------------------------------------------


@pytest.fixture
def sending(practice, clock):
    clock.move(hours=2)  # nine in the morning: a telephone may ring
    with connection(), practice_context(practice):
        plans.save(Plan(sms_changes=True), by="account:owner", now=clock.now())


def test_whoever_wants_them_hears_by_sms_what_the_practice_cancels(
    app, services, practice, alice, clock, sending
):
    wish(alice, wants_sms=True)
    patient = tie(alice, practice)
    cancel(practice, visit(practice, VISIT, patient=patient), clock)
    (text,) = sms_of(app, services)
    assert text.to == "+32470123456" and "du mardi 24 novembre à 14 h 30 est annulé" in text.text
    cancel(practice, visit(practice, "2026-11-25 10:00", patient=patient), clock, by="guest", kind="patient")
    assert sms_of(app, services) == []  # they did it themselves


@pytest.mark.parametrize("wishes", [{"wants_sms": False}, {"wants_changes": False, "wants_sms": True}])
def test_whoever_does_not_is_left_alone(app, services, practice, alice, clock, sending, wishes):
    wish(alice, **wishes)
    cancel(practice, visit(practice, VISIT, patient=tie(alice, practice)), clock)
    assert sms_of(app, services) == []
    assert written(practice) == [("cancelled", False)]  # under «My messages» all the same


def test_a_practice_that_sends_none_sends_none(app, services, practice, alice, clock):
    wish(alice, wants_sms=True)
    cancel(practice, visit(practice, VISIT, patient=tie(alice, practice)), clock)
    assert sms_of(app, services) == []


def test_what_changes_at_night_rings_in_the_morning_and_early_visits_at_once(
    app, services, practice, alice, clock, sending
):
    wish(alice, wants_sms=True)
    patient = tie(alice, practice)
    clock.move(hours=14)  # eleven in the evening
    cancel(practice, visit(practice, "2026-11-21 08:30", patient=patient), clock)
    assert len(sms_of(app, services)) == 1
    cancel(practice, visit(practice, VISIT, patient=patient), clock)
    clock.move(hours=8, minutes=59)
    assert sms_of(app, services) == []
    clock.move(minutes=1)
    (text,) = sms_of(app, services)
    assert "24 novembre" in text.text


def test_a_move_is_told_for_the_newest_time_alone(app, services, practice, alice, clock, sending):
    wish(alice, wants_sms=True)
    made = visit(practice, VISIT, patient=tie(alice, practice), version=2)
    what = {"appointment_id": made.id, "practitioner_id": made.practitioner_id, "at": clock.now()}
    what |= {
        "from_practitioner_id": made.practitioner_id,
        "from_start": made.starts - 60,
        "from_end": made.ends,
    }
    with connection(), practice_context(practice):
        for version in (2, 3):
            with write_tx():
                Appointment.update(version=version).execute()
                publish(AppointmentMoved(**what, by="account:staff"))
        assert Outbox.select().where(Outbox.event == "moved-sms").count() == 2
    (text,) = sms_of(app, services)
    assert "déplacé au mardi 24 novembre" in text.text


def test_members_of_the_practice_read_their_own_only(client, practice, alice, clock):
    cancel(practice, visit(practice, VISIT, patient=tie(alice, practice)), clock)
    sign_in_as(client, make_member(practice, roles=("owner",)), clock=clock, staff=True)
    assert rows(client) == []
    go(clock, VISIT)
