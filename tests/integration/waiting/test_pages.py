"""The pages of the waiting list: a guest, an account, the desk; each with what is typed or pressed wrong."""

import re
from datetime import timedelta

import pytest

from app.booking import queries as bookings
from app.booking.models import Appointment, BookingPolicy
from app.kernel.audit import AuditEvent
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry
from app.waiting import actions
from app.waiting.models import WaitEntry, WaitOffer
from tests.delivery import deliver_all
from tests.journey import GUEST, book, form_of, soup, times_page
from tests.people import make_account, make_member, sign_in_as

DAYS = {f"day_{number}": "y" for number in range(7)}
BRUNO = {
    **GUEST,
    "given_name": "Bruno",
    "family_name": "Maes",
    "email": "bruno@example.be",
    "niss": "85.07.30-993.38",
}


@pytest.fixture
def here(practice):
    with practice_context(practice):
        yield practice


@pytest.fixture
def form(client):
    """(action, fields) of the page one comes to from the page of times."""

    def fill():
        _, page = times_page(client)
        link = page.select_one(".otherwise a[href*='/waiting']")["href"]
        return form_of(soup(client.get(link)), holding="day_0")

    return fill


@pytest.fixture
def wait(client, form):
    """Bruno waits for any time, though some are free; the page he comes to."""

    def join(**changes):
        action, fields = form()
        typed = {**fields, **DAYS, **BRUNO, "anyway": "y", **changes}
        return client.post(action, data=typed, follow_redirects=True)

    return join


@pytest.fixture
def deliver(clock, services):
    def run():
        clock.move(minutes=4)
        deliver_all()
        return services.mailer.letters

    return run


@pytest.fixture
def offer(client, wait, here, clock, deliver):
    """A time came free, and Bruno's mail has arrived: the path of its link."""

    def come():
        book(client, day="2026-11-26")
        deliver()
        wait(first_day="2026-11-26", last_day="2026-11-26")
        from app.booking import actions as booking

        booking.cancel(bookings.appointment(Appointment.get().id), by="guest", now=clock.now())
        letters = [one for one in deliver() if "/waiting/offers/" in one.text]
        return re.search(r"(/waiting/offers/[\w-]{22})", letters[-1].text)[1]

    return come


def press(client, path, answer):
    _, fields = form_of(soup(client.get(path)), holding="csrf_token")
    return client.post(path, data={**fields, "answer": answer}, follow_redirects=True)


def test_a_guest_joins_from_the_page_of_times_and_leaves_by_the_link(client, wait, here, deliver):
    response = wait(day_0="", after="8", before="12")
    page = soup(response)
    assert response.status_code == 200 and re.match(r"/waiting/[\w.-]+$", response.request.path)
    assert "bruno@example.be" not in page.get_text(" ")  # whoever has the link reads no address
    entry = WaitEntry.get()
    assert (entry.weekdays, entry.start_minute, entry.end_minute, entry.state) == (126, 480, 720, "waiting")
    (letter,) = deliver()
    link = re.search(r"http://lavande\.parvis\.test(/waiting/[\w.-]+)", letter.text)[1]
    assert client.get(link).status_code == 200 and WaitEntry.get().state == "waiting"
    action, fields = form_of(soup(client.get(link)), holding="csrf_token")
    for _ in range(2):
        assert client.post(action, data=fields, follow_redirects=True).status_code == 200
    assert WaitEntry.get().state == "withdrawn"


def test_times_that_are_free_and_suit_are_shown_first(client, form):
    action, fields = form()
    response = client.post(action, data={**fields, **DAYS, **BRUNO})
    page = soup(response)
    assert response.status_code == 200 and len(page.select("form[action$='/holds'] button[name=start]")) == 3
    kept = form_of(page, holding="given_name")[1]
    assert kept["email"] == "bruno@example.be" and kept["anyway"] == "y"
    assert client.post(action, data={**kept, **DAYS, "accept": "y"}).status_code == 303


WRONG = {
    "no first day": ({"first_day": ""}, "first_day"),
    "no such day": ({"first_day": "2026-13-40"}, "first_day"),
    "last before first": ({"first_day": "2026-12-20", "last_day": "2026-12-10"}, "last_day"),
    "over": ({"first_day": "2026-11-01", "last_day": "2026-11-02"}, "last_day"),
    "in ten years": ({"last_day": "2036-11-02"}, "last_day"),
    "no weekday": (dict.fromkeys(DAYS, ""), "day_0"),
    "hours the wrong way round": ({"after": "15", "before": "10"}, "before"),
    "wrong number": ({"niss": "85.07.30-993.39"}, "niss"),
    "no mail": ({"email": "bruno"}, "email"),
    "conditions not accepted": ({"accept": ""}, "accept"),
    "null byte": ({"given_name": "A\x00b"}, "given_name"),
    "10 kB": ({"first_day": "9" * 10_000}, "first_day"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_typed_wrong_is_named_and_nothing_is_lost(client, form, here, name):
    changes, field = WRONG[name]
    action, fields = form()
    response = client.post(action, data={**fields, **DAYS, **BRUNO, "anyway": "y", **changes})
    page = soup(response)
    assert response.status_code == 422 and page.select(f".error-summary a[href='#{field}']")
    assert page.find(attrs={"name": "family_name"})["value"] == "Maes"
    assert not WaitEntry.select().exists()


@pytest.mark.parametrize(
    "changes", [{"schedule": "x" * 50}, {"notice": "-5"}, {"after": "banana"}, {"swap": "1"}]
)
def test_a_choice_that_is_not_in_the_list_counts_as_none(client, wait, changes):
    assert wait(**changes).status_code == 200


def test_no_list_no_link_and_no_page(client, here):
    response, page = times_page(client)
    path = page.select_one(".otherwise a[href*='/waiting']")["href"]
    BookingPolicy.create(waiting_list=False)
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(Practice.id == here.id).execute()
    assert client.get(path).status_code == 404
    assert not times_page(client, response.request.path)[1].select(".otherwise a[href*=waiting]")


def test_the_link_shows_and_the_button_accepts_once(client, offer):
    path = offer()
    for _ in range(3):  # mail scanners look as often as they like
        page = soup(client.get(path))
        assert page.select("button[value=accept]") and page.get_text().count("bruno@") == 0
    assert WaitOffer.get().state == "open"
    done = press(client, path, "accept")
    assert done.status_code == 200 and done.request.path.startswith("/appointments/")
    again = client.get(path)
    assert again.status_code == 200 and not soup(again).select("button[value=accept]")
    token = soup(done).find(attrs={"name": "csrf_token"})["value"]
    double = client.post(path, data={"csrf_token": token, "answer": "accept"})
    assert double.status_code == 303 and "/appointments/" in double.headers["Location"]
    assert Appointment.select().where(Appointment.contact_email == "bruno@example.be").count() == 1


@pytest.mark.parametrize(
    ("answer", "state", "entry"), [("decline", "declined", "waiting"), ("leave", "withdrawn", "withdrawn")]
)
def test_no_is_an_answer_too_and_pressed_twice_it_is_kindly_told(client, offer, answer, state, entry):
    path = offer()
    token = soup(client.get(path)).find(attrs={"name": "csrf_token"})["value"]
    assert press(client, path, answer).status_code == 200
    assert (WaitOffer.get().state, WaitEntry.get().state) == (state, entry)
    for late in ("decline", "leave", "accept"):
        response = client.post(path, data={"csrf_token": token, "answer": late})
        if late == "leave" and entry == "waiting":
            assert response.status_code == 303
            entry = "withdrawn"
            continue
        assert response.status_code == 409 and soup(response).select(".notice-warning")
    assert not Appointment.select().where(Appointment.contact_email == "bruno@example.be").exists()


def test_an_expired_link_says_so(client, offer, clock):
    path = offer()
    token = soup(client.get(path)).find(attrs={"name": "csrf_token"})["value"]
    clock.move(minutes=61)
    assert not soup(client.get(path)).select("button[value=accept]")
    response = client.post(path, data={"csrf_token": token, "answer": "accept"})
    assert response.status_code == 409 and soup(response).select(".notice-warning")


def test_without_a_token_nothing_is_answered(client, offer, app):
    path = offer()
    assert client.post(path, data={"answer": "accept"}).status_code == 400
    assert WaitOffer.get().state == "open"


@pytest.mark.parametrize(
    "path", ["/waiting/nothing", "/waiting/offers/" + "x" * 22, "/waiting/offers/" + "é" * 400]
)
def test_an_invented_link_leads_nowhere(client, path):
    assert client.get(path).status_code == 404


# ---- with an account


def test_somebody_signed_in_types_no_name_and_finds_their_wish_again(client, form, here, clock):
    account = make_account(
        email="bruno@example.be", given_name="Bruno", family_name="Maes", niss="85073099338"
    )
    sign_in_as(client, account, clock=clock)
    action, fields = form()
    assert "given_name" not in fields
    done = client.post(action, data={**fields, **DAYS, "accept": "y", "anyway": "y"}, follow_redirects=True)
    assert "bruno@example.be" in soup(done).get_text(" ")
    page = soup(client.get("/account/waiting"))
    entry = WaitEntry.get()
    assert entry.account_id == account.id
    action, fields = form_of(page, holding="csrf_token") if len(page.select("main form")) == 1 else (
        f"/account/waiting/{entry.id}/withdrawal", {"csrf_token": page.find(attrs={"name": "csrf_token"})["value"]}
    )  # fmt: skip
    stranger = client.application.test_client()
    sign_in_as(stranger, make_account(email="eve@example.be"), clock=clock)
    token = soup(stranger.get("/account/people/new")).find(attrs={"name": "csrf_token"})["value"]
    url = f"/account/waiting/{entry.id}/withdrawal"
    assert stranger.post(url, data={"csrf_token": token}).status_code == 404
    assert WaitEntry.get().state == "waiting"
    for expected in ("done=withdrawn", "404"):
        answer = client.post(url, data=fields)
        assert expected in answer.headers.get("Location", str(answer.status_code))
    assert WaitEntry.get().state == "withdrawn"


def test_a_page_made_for_somebody_else_is_not_sent_in_this_ones_name(client, form, here, clock):
    account = make_account(
        email="bruno@example.be", given_name="Bruno", family_name="Maes", niss="85073099338"
    )
    sign_in_as(client, account, clock=clock)
    action, fields = form()
    other = {**fields, **DAYS, "accept": "y", "anyway": "y", "whose": "account:somebody"}
    assert client.post(action, data=other).status_code == 409
    assert not WaitEntry.select().exists()


# ---- at the desk


@pytest.fixture
def desk(client, here, clock, app):
    sylvie, staff = make_member(here), app.test_client()
    sign_in_as(staff, sylvie, clock=clock, staff=True)
    return staff


def test_the_desk_reads_the_list_and_every_look_is_written_where_the_patient_reads_it(desk, wait, here):
    wait()
    page = soup(desk.get("/desk/waiting"))
    assert "Bruno Maes" in page.get_text()
    look = AccessEntry.get()
    assert (look.what, look.patient_id) == ("waiting", WaitEntry.get().patient_id)


def test_priority_without_a_reason_is_asked_again_with_what_was_chosen(desk, wait, here):
    wait()
    url = f"/desk/waiting/{WaitEntry.get().id}/priority"
    token = soup(desk.get("/desk/waiting")).find(attrs={"name": "csrf_token"})["value"]
    wrong = desk.post(url, data={"csrf_token": token, "priority": "2", "reason": " "})
    page = soup(wrong)
    assert wrong.status_code == 422 and page.select("option[value='2'][selected]")
    assert desk.post(url, data={"csrf_token": token, "priority": "9", "reason": "abc"}).status_code == 422
    done = desk.post(url, data={"csrf_token": token, "priority": "2", "reason": "Sortie d’hôpital"})
    assert done.status_code == 303 and WaitEntry.get().priority == 2
    assert "Sortie d’hôpital" in soup(desk.get("/desk/waiting")).get_text()


def test_what_is_wrong_with_a_reason_is_said_beside_it(desk, wait, here):
    wait()
    entry = WaitEntry.get().id
    token = soup(desk.get("/desk/waiting")).find(attrs={"name": "csrf_token"})["value"]
    url, typed = f"/desk/waiting/{entry}/priority", {"priority": "2", "reason": "W" * 301}
    for given, reason, said in (
        (token, typed["reason"], "3 à 300"),
        (token, "x", "3 à 300"),
        ("of yesterday", typed["reason"], "ouverte trop longtemps"),
    ):
        typed["reason"] = reason
        page = soup(desk.post(url, data={**typed, "csrf_token": given}))
        assert said in page.select_one(".error-summary").get_text()
        assert page.select_one("[name=reason]")["value"] == typed["reason"]
    page = soup(desk.post(url, data={**typed, "csrf_token": token}))
    assert page.select_one(".error-summary a")["href"] == f"#reason-{entry}"
    assert page.select_one("[name=reason]")["aria-describedby"].split() == [
        f"reason-{entry}-hint",
        f"reason-{entry}-error",
    ]


def test_the_desk_takes_somebody_off_once(desk, wait, here):
    wait()
    token = soup(desk.get("/desk/waiting")).find(attrs={"name": "csrf_token"})["value"]
    url = f"/desk/waiting/{WaitEntry.get().id}/removal"
    assert desk.post(url, data={"csrf_token": token}).status_code == 303
    assert desk.post(url, data={"csrf_token": token}).status_code == 409
    assert WaitEntry.get().state == "removed"
    assert AuditEvent.select().where(AuditEvent.verb == "waiting.remove").count() == 1


def test_the_log_says_who_was_offered_what_and_how_it_ended(desk, client, offer):
    press(client, offer(), "decline")
    row = soup(desk.get("/desk/waiting")).select_one(".wait-log tbody tr").get_text(" ")
    assert "Bruno Maes" in row and "Refusé" in row


def test_a_neighbours_entry_is_not_there(desk, wait, here, neighbour, clock, app):
    wait()
    theirs = app.test_client()
    sign_in_as(
        theirs,
        make_member(neighbour, email="eva@voisin.example"),
        clock=clock,
        staff=True,
        host="voisin.parvis.test",
    )
    page = theirs.get("/desk/waiting", base_url="http://voisin.parvis.test")
    assert page.status_code == 200 and "Bruno" not in page.get_data(as_text=True)
    token = soup(page).find(attrs={"name": "csrf_token"})["value"]
    for act in ("priority", "removal"):
        url = f"/desk/waiting/{WaitEntry.get().id}/{act}"
        answer = theirs.post(
            url,
            data={"csrf_token": token, "priority": "1", "reason": "abc"},
            base_url="http://voisin.parvis.test",
        )
        assert answer.status_code == 404


def test_rules_hold_for_whoever_crafts_a_post(client, wait, here, clock, services):
    """No field of the form says which practice, which patient or which price: only the wish is believed."""
    wait(patient="01a21a2d-2e9d-7cf2-854b-3b0c6c69b2cc", priority="2", state="served", price="-1")
    entry = WaitEntry.get()
    assert (entry.priority, entry.state) == (0, "waiting")
    assert entry.created_at <= clock.now() < entry.created_at + timedelta(minutes=1)
    actions.withdraw(entry, by="guest", now=clock.now())
