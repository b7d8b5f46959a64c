"""A guest books, page by page, and everything that can be typed wrong on the way."""

import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from app.booking.models import Appointment, Hold
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.patients.models import Patient
from app.worker import deliver_due as deliver_now
from tests.journey import GUEST, book, choose, details_form, first_service, form_of, soup, times_page


@pytest.fixture
def deliver_due(clock, inside):
    """Past the three minutes in which a booking can be undone."""

    def deliver():
        clock.move(minutes=4)
        return deliver_now()

    return deliver


@pytest.fixture
def appointments(inside, practice):
    """How many there are; the neighbour is looked at too."""

    def count():
        with practice_context(practice):
            return Appointment.select().count()

    return count


def test_a_guest_books_in_five_pages(client, appointments):
    response = book(client)
    assert response.status_code == 200
    assert re.match(r"/appointments/[\w.-]+$", response.request.path)
    page = soup(response).get_text(" ")
    assert "Dupont" not in page  # the link shows the appointment, not the person's record
    assert appointments() == 1


def test_the_mail_leaves_with_calendar_file_and_a_link_that_acts_on_post_only(
    client, services, deliver_due, practice
):
    book(client, day="2026-11-26")
    assert deliver_due() == 1
    (letter,) = services.mailer.letters
    assert letter.to == "alice@example.be"
    assert "BEGIN:VCALENDAR" in letter.attachments[0].content.decode()
    link = re.search(r"http://lavande\.parvis\.test(/action/[\w-]{22})", letter.text)[1]
    for _ in range(3):  # mail scanners look as often as they like
        assert client.get(link).status_code == 200
    with practice_context(practice):
        assert Appointment.get().status == "booked"
    action, fields = form_of(soup(client.get(link)), holding="csrf_token")
    assert client.post(action or link, data=fields, follow_redirects=True).status_code == 200
    with practice_context(practice):
        assert Appointment.get().status == "cancelled"
    assert client.get(link).status_code == 200  # a replay says it is done
    assert client.post(link, data=fields).status_code == 422
    assert deliver_due() == 1
    assert "METHOD:CANCEL" in services.mailer.letters[1].attachments[0].content.decode()


def test_the_number_is_in_no_address_and_no_mail(client, services, deliver_due):
    response = book(client)
    deliver_due()
    letter = services.mailer.letters[0]
    for place in (response.request.url, letter.text, letter.html, letter.subject, str(response.headers)):
        assert "85073099437" not in re.sub(r"\D", "", place)
    assert "994.37" not in response.get_data(as_text=True)


def test_undo_takes_it_back_and_no_mail_leaves(client, deliver_due, practice):
    page = soup(book(client))
    action, fields = form_of(page, holding="csrf_token")
    undo = next(form for form in page.find_all("form") if form.get("action", "").endswith("/undo"))
    assert client.post(undo["action"], data=fields, follow_redirects=True).status_code == 200
    with practice_context(practice):
        assert Appointment.get().status == "cancelled"
    assert deliver_due() == 0


def test_the_page_of_an_appointment_lives_until_a_week_after_it(client, services):
    url = book(client, day="2026-12-18").request.path
    services.clock.move(days=30)
    assert client.get(url).status_code == 200
    services.clock.move(days=10)
    assert client.get(url).status_code == 404


def test_the_page_of_an_appointment_cancels_it_too(client, practice):
    page = soup(book(client, day="2026-11-26"))
    _, fields = form_of(page, holding="csrf_token")
    cancel = next(form for form in page.find_all("form") if form.get("action", "").endswith("/cancellation"))
    assert client.post(cancel["action"], data=fields, follow_redirects=True).status_code == 200
    with practice_context(practice):
        assert Appointment.get().status == "cancelled"


def test_the_link_of_the_mail_says_done_when_the_page_cancelled(client, services, deliver_due):
    page = soup(book(client, day="2026-11-26"))
    deliver_due()
    link = re.search(r"http://lavande\.parvis\.test(/action/[\w-]{22})", services.mailer.letters[0].text)[1]
    assert soup(client.get(link)).select("form[action^='/action/']")  # the control: before, it asks
    _, fields = form_of(page, holding="csrf_token")
    cancel = next(form for form in page.find_all("form") if form.get("action", "").endswith("/cancellation"))
    client.post(cancel["action"], data=fields)
    after = client.get(link)
    assert after.status_code == 200 and not soup(after).select("form[action^='/action/']")


def test_a_form_sent_back_says_the_time_is_kept_only_while_it_is(client, clock):
    action, fields = details_form(client)
    wrong = {**fields, **GUEST, "niss": "wrong"}
    kept = soup(client.post(action, data=wrong)).select(".notice-ok")
    clock.move(minutes=30)
    lapsed = soup(client.post(action, data=wrong)).select(".notice-ok")
    assert kept and not lapsed


def test_a_person_without_a_belgian_number_books(client, appointments, practice):
    response = book(client, number="none", niss="", birth_date="30/7/1985", country="FR")
    assert response.status_code == 200 and appointments() == 1
    with practice_context(practice):
        assert str(Patient.get().birth_date) == "1985-07-30"


WRONG = {
    "no first name": {"given_name": "  "},
    "10 kB name": {"family_name": "x" * 10_000},
    "null byte": {"given_name": "A\x00b"},
    "lone surrogate": {"given_name": "A\udce9"},
    "line break in the mail": {"email": "a@b.be\r\nBcc: c@d.be"},
    "two mails": {"email": "a@b.be, c@d.be"},
    "no mail": {"email": "nobody"},
    "number with a wrong checksum": {"niss": "85.07.30-994.38"},
    "serial 000": {"niss": "85.07.30-000.61"},
    "impossible date": {"niss": "85.13.41-994.00"},
    "letters": {"niss": "abc"},
    "no number": {"niss": ""},
    "number of 10 kB": {"niss": "8" * 10_000},
    "arabic digits": {"niss": "٨٥٠٧٣٠٩٩٤٣٧"},
    "no birth date": {"number": "none", "birth_date": "", "country": "FR"},
    "birth date tomorrow": {"number": "none", "birth_date": "1/1/2999", "country": "FR"},
    "no country": {"number": "none", "birth_date": "1/1/1990", "country": ""},
    "country of nowhere": {"number": "none", "birth_date": "1/1/1990", "country": "ZZ"},
    "neither": {"number": "maybe"},
    "conditions not accepted": {"accept": ""},
}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_what_is_typed_wrong_is_said_beside_the_field_and_nothing_is_lost(client, appointments, change):
    action, fields = details_form(client)
    sent = {**fields, **GUEST, **change}
    sent = {name: value for name, value in sent.items() if not (name == "accept" and not value)}
    body = urlencode(sent, errors="surrogatepass")
    response = client.post(action, data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    page = soup(response)
    assert page.select(".error-summary a[href^='#']")
    assert page.find("input", attrs={"name": "email"})["value"] or "email" in change
    if "family_name" not in change:
        assert page.find("input", attrs={"name": "family_name"})["value"] == "Dupont"
    assert appointments() == 0
    # the control: the same form, corrected
    _, again = form_of(page, holding="given_name")
    assert client.post(action, data={**again, **GUEST}).status_code == 303
    assert appointments() == 1


HOSTILE_FIELDS = {
    "past time": ({"start": "1"}, {422}),
    "never on the grid": ({"start": "29925001"}, {422}),
    "beyond the horizon": ({"start": "39925000"}, {422}),
    "id of 2^63": ({"start": str(2**63)}, {400}),
    "negative": ({"start": "-5"}, {400}),
    "no number": ({"start": "abc"}, {400}),
    "empty": ({"start": ""}, {400}),
    "attempt not an id": ({"attempt": "x" * 5000}, {400}),
    "agenda of nobody": ({"schedule": str(uuid4())}, {404}),
    "agenda not an id": ({"schedule": "\x00"}, {404}),
}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("change", "answers"), HOSTILE_FIELDS.values(), ids=HOSTILE_FIELDS.keys())
def test_what_no_page_sends_is_refused_and_nothing_is_written(client, appointments, change, answers):
    action, fields = details_form(client)
    response = client.post(action, data={**fields, **GUEST, **change})
    assert response.status_code in answers
    assert 'lang="fr"' in response.get_data(as_text=True)
    assert appointments() == 0


def test_repeated_fields_and_other_content_are_no_form(client, appointments):
    action, fields = details_form(client)
    twice = [*{**fields, **GUEST}.items(), ("email", "other@example.be")]
    body = "&".join(f"{name}={value}" for name, value in twice)
    kind = "application/x-www-form-urlencoded"
    assert client.post(action, data=body, content_type=kind).status_code == 400
    assert client.post(action, json={**fields, **GUEST}).status_code in (400, 415)
    assert client.post(action, data=b"\xff\xfe", content_type=kind).status_code in (400, 422)
    assert client.post(action, data={**fields, "given_name": "x" * 400_000}).status_code == 413
    assert appointments() == 0


def test_without_a_token_nothing_happens_but_what_was_typed_stays(client, appointments):
    action, fields = details_form(client)
    response = client.post(action, data={**fields, **GUEST, "csrf_token": "forged"})
    assert response.status_code == 422 and appointments() == 0
    _, again = form_of(soup(response), holding="given_name")
    assert again["family_name"] == "Dupont"
    assert client.post(action, data={**again, "accept": "y"}).status_code == 303


def test_holding_without_a_token_is_refused(client, practice):
    _, page = times_page(client)
    action, fields = form_of(page, holding="start")
    start = page.find("input", attrs={"name": "start"})["value"]
    assert client.post(action, data={**fields, "start": start, "csrf_token": ""}).status_code == 400
    with practice_context(practice):
        assert Hold.select().count() == 0


def test_the_same_form_sent_twice_is_one_appointment(client, appointments):
    action, fields = details_form(client)
    first = client.post(action, data={**fields, **GUEST})
    second = client.post(action, data={**fields, **GUEST})
    assert (first.status_code, second.status_code) == (303, 303)
    assert appointments() == 1


def test_a_lost_race_offers_three_times_and_keeps_what_was_typed(app, client, appointments):
    action, fields = details_form(client)
    fields["attempt"] = str(uuid4())  # somebody whose hold ran out
    other = app.test_client()
    other.environ_base |= client.environ_base
    book(other, which=1, given_name="Bob", email="bob@example.be")
    with_lost = {**fields, **GUEST, "start": _start_of_bob(appointments)}
    response = client.post(action, data=with_lost)
    assert response.status_code == 409
    page = soup(response)
    action, again = form_of(page, holding="start")
    offered = [field["value"] for field in page.find_all(attrs={"name": "start"}) if field.get("value")]
    assert len(offered) >= 3 and with_lost["start"] not in offered
    assert again["family_name"] == "Dupont"
    assert client.post(action, data={**again, "start": offered[0]}, follow_redirects=True).status_code == 200
    assert appointments() == 2


def _start_of_bob(_count):
    from app.kernel.owners import Practice

    with practice_context(Practice.get(Practice.slug == "lavande")):
        return str(Appointment.get(Appointment.contact_email == "bob@example.be").starts)


def test_a_held_time_is_not_shown_to_others(app, client):
    response, page = times_page(client)
    start = page.find("input", attrs={"name": "start"})["value"]
    choose(client, page)
    other = app.test_client()
    other.environ_base |= client.environ_base
    seen = other.get(response.request.path, query_string=response.request.query_string).get_data(as_text=True)
    assert f'value="{start}"' not in seen


def test_the_neighbours_services_are_not_found_here(client):
    url = first_service(client)
    assert client.get(url, follow_redirects=True).status_code == 200
    assert client.get(url, base_url="http://voisin.parvis.test").status_code == 404


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "query",
    [
        "day=0000-00-00",
        "day=9999-12-31",
        "day=%00",
        "day=1'",
        "span=year",
        "schedule=any",
        "day=2026-11-24&day=2026-11-25",
    ],
)
def test_a_strange_query_is_answered(client, query):
    url = times_page(client)[0].request.path
    assert client.get(f"{url}?{query}").status_code in (200, 400)


def test_the_language_switch_on_a_form_sent_back_stays_at_its_step(client):
    action, fields = details_form(client)
    page = soup(client.post(action, data={**fields, **GUEST, "niss": "wrong"}))
    switch = page.select_one("#languages a[hreflang=nl]")["href"]
    shown = client.get(switch)
    assert shown.status_code == 200 and '<html lang="nl"' in shown.get_data(as_text=True)
    _, again = form_of(soup(shown), holding="given_name")
    assert (again["start"], again["attempt"]) == (fields["start"], fields["attempt"])


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_full_disk_says_try_again_and_leaves_nothing_half_written(client, appointments, practice):
    from app.kernel.db import database

    action, fields = details_form(client)
    (pages,) = database.execute_sql("PRAGMA page_count").fetchone()
    database.execute_sql(f"PRAGMA max_page_count = {pages}")
    days = (
        soup(client.get(f"{action.rsplit('/', 1)[0]}?span=day&day=2026-11-{day}")) for day in range(23, 31)
    )
    starts = [field["value"] for page in days for field in page.find_all("input", attrs={"name": "start"})]
    outcomes = []
    for number, start in enumerate(starts):  # there is room in half-full pages for a few
        fields |= {"attempt": str(uuid4()), "start": start}
        person = {"family_name": f"Full {number} {'x' * 80}"}
        outcomes.append(client.post(action, data={**fields, **GUEST, **person}).status_code)
        if outcomes[-1] == 503:
            break
    assert outcomes[-1] == 503 and set(outcomes) <= {303, 409, 422, 503}
    with practice_context(practice):
        assert appointments() == outcomes.count(303) == Outbox.select().count()
    assert client.get("/").status_code == 200  # reading goes on
    database.execute_sql("PRAGMA max_page_count = 1000000")
    assert (
        client.post(action, data={**fields, **GUEST, **person}).status_code != 503
    )  # and it heals by itself


def test_an_unknown_host_gets_a_plain_page_without_cookie(client):
    response = client.get("/", base_url="http://evil.example")
    assert response.status_code == 404 and "Set-Cookie" not in response.headers
    assert "Lavande" not in response.get_data(as_text=True)


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_language_goes_the_whole_way(client, services, language, deliver_due):
    client.set_cookie("lang", language, domain="lavande.parvis.test")
    response = book(client)
    assert f'<html lang="{language}"' in response.get_data(as_text=True)
    deliver_due()
    assert services.mailer.letters[0].language == language


def test_free_times_cost_three_statements_and_no_cookie(app, client):
    from app.kernel.db import database

    path = times_page(client)[0].request.path
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    for query in ("span=day&day=2026-11-24", "span=week&day=2026-11-24", "span=month&day=2026-11-24"):
        client.get(f"{path}?{query}", headers=partial)
        before = database.obj.statements
        response = client.get(f"{path}?{query}", headers=partial)
        assert database.obj.statements - before <= 3
        assert "Set-Cookie" not in response.headers


def test_the_fragment_is_cached_until_something_changes(app, client):
    path = times_page(client)[0].request.path
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    first = client.get(path, headers=partial)
    assert "Set-Cookie" not in first.headers
    tag = first.headers["ETag"]
    assert client.get(path, headers={**partial, "If-None-Match": tag}).status_code == 304
    book(client)
    assert client.get(path, headers={**partial, "If-None-Match": tag}).status_code == 200


def test_outbox_rows_hold_ids_only(client, inside):
    book(client)
    assert set(Outbox.get().payload) == {"appointment"}
