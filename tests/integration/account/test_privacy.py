"""Leaving a practice and coming back, choosing what one is told, and reading what happened to one's account."""

from uuid import uuid4

import pytest

from app.booking import letters
from app.booking.models import Appointment
from app.identity.details import wants
from app.identity.models import AccountConsent, Dependant, PersonalDetails, Representation
from app.kernel import audit
from app.kernel.audit import AccountEvent
from app.kernel.db import connection
from app.kernel.tenancy import account_context, practice_context
from app.patients.actions import connect
from app.patients.models import Connection
from tests.conftest import HOST
from tests.factories import make_appointment, make_patient
from tests.journey import form_of, soup
from tests.people import NOW, make_account, make_member, sign_in_as

HERE = "/account/privacy"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def alice(app):
    return make_account()


@pytest.fixture
def signed_in(client, clock, alice):
    sign_in_as(client, alice, clock=clock)
    return client


def tie(account, practice, *, dependant=None, **more):
    with practice_context(practice):
        patient = make_patient(**more)
        connect(account, patient.id, now=NOW, dependant=dependant)
        return Connection.get(Connection.patient == patient.id)


def text(response):
    return soup(response).get_text(" ", strip=True)


def token(client):
    return {"csrf_token": form_of(soup(client.get(HERE)), holding="before")[1]["csrf_token"]}


def left_at(practice, tied):
    with practice_context(practice):
        return Connection.get_by_id(tied.id).left_at


# ---- connections ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [f"http://lavande.{HOST}", f"http://{HOST}"])
def test_practices_are_listed_on_every_host(client, clock, alice, practice, neighbour, base):
    tie(alice, practice)
    tie(alice, neighbour)
    sign_in_as(client, alice, clock=clock, host=base.removeprefix("http://"))
    page = client.get(HERE, base_url=base).get_data(as_text=True)
    assert practice.name in page and "Cabinet Voisin" in page


def test_leaving_says_what_goes_and_what_stays_then_hides_and_can_be_taken_back(
    signed_in, alice, practice, neighbour
):
    tied = tie(alice, practice)
    tie(alice, neighbour)
    page = soup(signed_in.get(HERE))
    ask = page.select_one(f'a[href="/account/connections/{tied.id}/leave"]')["href"]
    question = signed_in.get(ask, headers=ENGLISH)
    assert "What disappears here" in text(question) and "What stays at the practice" in text(question)
    assert left_at(practice, tied) is None  # looking changes nothing
    action, fields = next(
        (form["action"], {"csrf_token": form.find("input")["value"]})
        for form in soup(question).select('form[action^="/account/connections"]')
    )
    assert signed_in.post(action, data=fields).headers["Location"] == f"{HERE}?done=left"
    assert left_at(practice, tied) is not None
    active = soup(signed_in.get(HERE)).select_one("#connections").get_text()
    assert practice.name not in active and "Cabinet Voisin" in active
    everything = soup(signed_in.get(f"{HERE}?show=all")).select_one("#connections")
    assert practice.name in everything.get_text()
    back = everything.select_one("form")
    assert signed_in.post(back["action"], data=fields).headers["Location"] == f"{HERE}?done=rejoined"
    assert left_at(practice, tied) is None
    with connection():
        verbs = [event.verb for event in AccountEvent.select().order_by(AccountEvent.seq)]
    assert verbs[-2:] == ["connection.leave", "connection.rejoin"]


def test_leaving_for_a_child_leaves_the_parents_own_connection(signed_in, alice, practice):
    with account_context(alice):
        leo = Dependant.create(
            given_name="Léo",
            family_name="Dupont",
            birth_date=NOW.date(),
            language="fr",
            created_at=NOW,
        )
        Representation.create(basis="parent", dependant=leo, starts_on=NOW.date(), created_at=NOW)
    own, childs = tie(alice, practice), tie(alice, practice, dependant=leo.id, given_name="Léo")
    assert "Léo Dupont" in text(signed_in.get(HERE))
    signed_in.post(f"/account/connections/{childs.id}/leave", data=token(signed_in))
    assert left_at(practice, childs) is not None and left_at(practice, own) is None


def test_connections_of_others_do_not_exist(signed_in, practice, alice):
    bob = make_account(email="bob@example.be", given_name="Bob")
    theirs, mine = tie(bob, practice, given_name="Bob"), tie(alice, practice)
    key = token(signed_in)
    for other in (theirs.id, uuid4()):
        assert signed_in.get(f"/account/connections/{other}/leave").status_code == 404
        for verb in ("leave", "rejoin"):
            assert signed_in.post(f"/account/connections/{other}/{verb}", data=key).status_code == 404
    assert left_at(practice, theirs) is None
    assert signed_in.post(f"/account/connections/{mine.id}/leave", data=key).status_code == 303  # the control


# ---- messages ---------------------------------------------------------------------------------------------------


def test_the_three_messages_are_on_until_switched_off(signed_in, alice):
    action, fields = form_of(soup(signed_in.get(HERE)), holding="before")
    assert {"changes", "lists", "reminders"} <= set(fields)
    fields.pop("lists")
    assert signed_in.post(action, data=fields).headers["Location"].startswith(f"{HERE}?done=messages")
    with connection():
        assert [wants(alice.id, kind) for kind in ("changes", "lists", "reminders")] == [True, False, True]
    _, again = form_of(soup(signed_in.get(HERE)), holding="before")
    assert "lists" not in again and "reminders" in again


def test_a_switch_set_in_another_tab_is_not_set_back(signed_in, alice):
    action, fields = form_of(soup(signed_in.get(HERE)), holding="before")
    one, other = dict(fields), dict(fields)
    one.pop("reminders")
    other.pop("changes")
    assert signed_in.post(action, data=one).status_code == 303
    late = signed_in.post(action, data=other)
    assert late.status_code == 409
    with connection():
        assert wants(alice.id, "changes") and not wants(alice.id, "reminders")
    _, again = form_of(soup(late), holding="before")
    again.pop("changes")
    assert signed_in.post(action, data=again).status_code == 303
    with connection():
        assert not wants(alice.id, "changes") and not wants(alice.id, "reminders")


@pytest.mark.parametrize("before", ["", "1", "xxxx", "1" * 400])
def test_invented_former_switches_change_nothing(signed_in, alice, before):
    action, fields = form_of(soup(signed_in.get(HERE)), holding="before")
    fields.pop("lists")
    answer = signed_in.post(action, data={**fields, "before": before})
    with connection():
        assert wants(alice.id, "lists") is (answer.status_code == 409)


def test_an_account_without_details_wants_everything(inside, alice):
    with account_context(alice):
        PersonalDetails.delete().execute()
    assert all(wants(alice.id, kind) for kind in ("changes", "lists", "reminders"))


@pytest.mark.parametrize(
    "who, wanted, sent",
    [
        ("practice", True, True),
        ("practice", False, False),
        ("herself", False, True),
        ("guest", False, True),
    ],
)
def test_mails_of_what_the_practice_cancels_go_to_whoever_wants_them(
    app, inside, clock, practice, alice, who, wanted, sent
):
    """`booked` is asked too: the confirmation of one's own booking always goes."""
    sylvie = make_member(practice)
    with account_context(alice):
        PersonalDetails.update(wants_changes=wanted).execute()
    by = {"practice": f"account:{sylvie.id}", "herself": f"account:{alice.id}", "guest": "guest"}[who]
    with practice_context(practice):
        appointment = make_appointment(contact_email="Alice@Example.be")
        connect(alice, appointment.patient_id, now=NOW)
        payload = {"appointment": appointment.id.hex}
        assert letters.booked(payload, "<1@parvis.test>") is not None
        kind = "practice" if who == "practice" else "patient"
        ended = {"cancelled_at": clock.now(), "cancelled_by": by, "cancel_kind": kind}
        Appointment.update(status="cancelled", version=2, **ended).execute()
        letter = letters.cancelled(payload, "<2@parvis.test>")
    assert (letter is not None) is sent


def test_another_address_is_told_whatever_the_account_wants(app, inside, clock, practice, alice):
    sylvie = make_member(practice)
    with account_context(alice):
        PersonalDetails.update(wants_changes=False).execute()
    with practice_context(practice):
        appointment = make_appointment(contact_email="mother@example.be")
        connect(alice, appointment.patient_id, now=NOW)
        Appointment.update(
            status="cancelled",
            cancelled_at=clock.now(),
            cancelled_by=f"account:{sylvie.id}",
            cancel_kind="practice",
        ).execute()
        assert letters.cancelled({"appointment": appointment.id.hex}, "<2@parvis.test>") is not None


# ---- what happened, and what was accepted -----------------------------------------------------------------------


def test_the_security_log_is_ones_own_newest_first_and_paged(signed_in, alice, clock):
    bob = make_account(email="bob@example.be", given_name="Bob")
    with connection():
        audit.record_account(bob.id, verb="password.change", at=clock.now())
        for _ in range(30):
            audit.record_account(alice.id, verb="sign-in", at=clock.now())
        clock.move(minutes=1)
        audit.record_account(alice.id, verb="factor.add", at=clock.now())
        clock.move(minutes=1)
        audit.record_account(alice.id, verb="verb.of.tomorrow", at=clock.now())
    log = "/account/security-log"
    first = soup(signed_in.get(log, headers=ENGLISH))
    rows = [row.get_text(" ", strip=True) for row in first.select(".journal-row")]
    assert len(rows) == 25
    assert (
        "Something was changed" in rows[0]
        and "A second factor was added" in rows[1]
        and "Signed in" in rows[2]
    )
    assert "password" not in " ".join(rows)
    after = first.select_one('a[rel="next"]')["href"]
    assert len(soup(signed_in.get(log + after)).select(".journal-row")) == 7
    for odd in ("?page=-1", "?page=x", "?page=99999999999", "?page=٣"):
        assert signed_in.get(log + odd).status_code == 200
    assert len(soup(signed_in.get(HERE)).select("#security .journal-row")) == 5


def test_the_texts_one_accepted_are_listed(signed_in, alice):
    with connection(), account_context(alice):
        AccountConsent.create(
            kind="privacy", text_version=3, language="fr", sha256="x" * 64, at=NOW, host=HOST
        )
    page = soup(signed_in.get(HERE, headers=ENGLISH))
    assert "Version 3" in page.select_one("#texts").get_text()
    assert page.select_one('#texts a[href="/account/texts/privacy"]')


def test_export_and_deletion_are_one_press_away(signed_in):
    page = soup(signed_in.get(HERE))
    assert page.select_one('a[href="/account/export"]') and page.select_one('a[href="/account/delete"]')


def test_strangers_are_sent_to_the_sign_in(client):
    for path in (HERE, "/account/security-log", "/account/journal", "/account/details"):
        assert client.get(path).headers["Location"].startswith("/sign-in")
