"""Numbers taken at the door and at the desk, called, taken in and given up."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.booking import actions as booking
from app.booking.models import Appointment
from app.directory.models import Location, ScheduleService
from app.kernel.audit import AuditEvent
from app.kernel.clock import to_minutes
from app.kernel.ids import uuid7
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry, Patient
from app.walkins import actions, plans, queries
from app.walkins.models import WalkIn, WalkInPlan
from app.walkins.refusals import AlreadyCalled, NoWalkIns
from app.walkins.upkeep import close_days
from tests.factories import make_appointment, make_patient
from tests.journey import soup
from tests.people import SEALER, make_member, sign_in_as

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday, ten o'clock in Namur
HERE = "/desk/walk-ins"
NASTY = "<script>alert(1)</script>"


@pytest.fixture
def site(practice, clock):
    clock.move(days=4, hours=3)
    assert clock.now() == MORNING
    with practice_context(practice):
        return Location.select().order_by(Location.position).first()


@pytest.fixture
def desk(client, practice, clock, site):
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    return client


def form_of(answer, which="main form"):
    """The fields of a form as it would be sent untouched."""
    form = soup(answer).select_one(which)
    found = {}
    for field in form.select("input[name], select[name]"):
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            found[field["name"]] = chosen["value"]
        elif field.get("type") not in ("radio", "checkbox") or field.has_attr("checked"):
            found[field["name"]] = field.get("value", "")
    return found


def number(practice, site, first_name="Ana", *, now=MORNING, **more):
    with practice_context(practice):
        return actions.take_number(
            site, first_name=first_name, reason="care", language="fr", attempt=more.pop("attempt", None) or uuid7(),
            by="guest", now=now, **more,
        )  # fmt: skip


def again(practice, found):
    with practice_context(practice):
        return WalkIn.get_by_id(found.id)


def take_at_the_door(client, site, **typed):
    page = client.get(f"/walk-in/{site.id}")
    return client.post(
        f"/walk-in/{site.id}", data={**form_of(page), "first_name": "Ana", "reason": "care"} | typed
    )


def press(desk, page, words, number):
    """The button of one number on the list, as the page has it."""
    for form in soup(page).select("form"):
        button = form.select_one("button")
        if button and button.get_text(" ", strip=True) == f"{words} {number}":
            return desk.post(
                form["action"], data={i["name"]: i.get("value", "") for i in form.select("input")}
            )
    raise AssertionError(f"no button {words} {number}")


# ---- the phone


def test_somebody_at_the_door_takes_a_number_without_an_account(client, practice, site):
    answer = take_at_the_door(client, site)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert soup(page).select_one(".ticket-number").get_text() == "1"
    assert "Ana" in page.text and "no-store" in page.headers["Cache-Control"]
    assert soup(page).select_one("noscript meta[http-equiv=refresh]")  # without a script it renews itself too
    with practice_context(practice):
        assert WalkIn.get().day == MORNING.date()
        assert AuditEvent.select().where(AuditEvent.verb == "walk-in.take").count() == 1


def test_the_same_form_sent_twice_is_one_number(client, practice, site):
    page = client.get(f"/walk-in/{site.id}")
    data = {**form_of(page), "first_name": "Ana", "reason": "care"}
    first, second = (client.post(f"/walk-in/{site.id}", data=data) for _ in range(2))
    assert first.location == second.location
    with practice_context(practice):
        assert WalkIn.select().count() == 1


def test_numbers_count_for_each_day_and_site(practice, site):
    assert [number(practice, site).number for _ in range(3)] == [1, 2, 3]
    assert number(practice, site, now=MORNING + timedelta(days=1)).number == 1


@pytest.mark.parametrize(
    "typed", [{"first_name": ""}, {"first_name": NASTY}, {"first_name": "x" * 101}, {"reason": "gold"}]
)
def test_what_is_no_name_or_no_reason_is_said_and_kept(client, practice, site, typed):
    answer = take_at_the_door(client, site, **typed)
    assert answer.status_code == 422 and soup(answer).select_one(".error-summary")
    assert "<script>alert" not in answer.text
    with practice_context(practice):
        assert not WalkIn.select().exists()


@pytest.mark.parametrize("name", ["O’Connor", "Zoë-Łucja", "李", "عائشة", "{{7*7}}"[2:5]])
def test_names_of_the_world_are_names_and_nothing_is_computed(client, practice, site, name):
    answer = take_at_the_door(client, site, first_name=name)
    assert answer.status_code == 303
    assert name in soup(client.get(answer.location)).get_text()


def test_a_practice_that_takes_nobody_gives_no_number(client, practice, site):
    with practice_context(practice):
        WalkInPlan.update(enabled=False).execute()
        with pytest.raises(NoWalkIns):
            number(practice, site)
    assert soup(client.get(f"/walk-in/{site.id}")).select_one("main form") is None


def test_whoever_takes_number_after_number_is_stopped_and_the_desk_is_not(client, practice, site):
    answers = [take_at_the_door(client, site).status_code for _ in range(21)]
    assert answers[:20] == [303] * 20 and answers[20] == 429
    assert number(practice, site).number == 21


def test_the_phone_says_place_and_range_and_only_while_one_waits(client, practice, site):
    for _ in range(4):
        number(practice, site)
    where = take_at_the_door(client, site).location
    page = client.get(where)
    assert "4 personnes passent avant vous" in page.text
    assert re.search(r"Entre \d+ et \d+ minutes", page.text)
    assert soup(page).select_one("#place[hx-get]")
    fragment = client.get(where, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert soup(fragment).select_one("#place") and not soup(fragment).select_one("main")
    client.post(f"{where}/departure", data=form_of(page))
    gone = client.get(where)
    assert not soup(gone).select_one("[hx-get]") and not soup(gone).select_one("noscript meta")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_whoever_goes_back_and_types_another_name_has_another_number(client, practice, site):
    fields = {**form_of(client.get(f"/walk-in/{site.id}")), "reason": "care"}
    taken = [
        client.post(f"/walk-in/{site.id}", data={**fields, "first_name": name}).location
        for name in ("Ana", "Ben", "Ben")
    ]
    assert taken[1] == taken[2] != taken[0]
    with practice_context(practice):
        assert sorted(one.first_name for one in WalkIn.select()) == ["Ana", "Ben"]


def test_outside_is_told_and_taken_back_and_giving_up_twice_is_calm(client, practice, site):
    where = take_at_the_door(client, site).location
    for told in (True, False):
        client.post(f"{where}/outside", data=form_of(client.get(where)))
        with practice_context(practice):
            assert WalkIn.get().outside is told
    data = form_of(client.get(where))
    assert [client.post(f"{where}/departure", data=data).status_code for _ in range(2)] == [303, 303]
    assert client.post(f"{where}/outside", data=data).status_code == 303
    with practice_context(practice):
        assert (WalkIn.get().state, WalkIn.get().outside) == ("gave-up", False)


def test_a_ticket_of_the_neighbour_or_of_nobody_is_not_found(client, practice, neighbour, site):
    where = take_at_the_door(client, site).location
    assert client.get(where, base_url="http://voisin.parvis.test").status_code == 404
    assert client.get(where[:-2] + "xx").status_code == 404


# ---- the desk


def test_two_receptionists_never_call_one_number_twice(desk, practice, site):
    found = number(practice, site)
    page = desk.get(HERE)
    assert press(desk, page, "Appeler", 1).status_code == 303
    late = press(desk, page, "Appeler", 1)  # the other one's screen is older
    assert late.status_code == 409 and "plus rapide" in late.text
    with practice_context(practice):
        assert again(practice, found).version == 2
        with pytest.raises(AlreadyCalled):
            actions.call(found, by="operator", now=MORNING)


def test_a_number_is_called_again_put_back_prioritised_and_ended(desk, practice, site):
    found = number(practice, site)
    for words, state in (("Appeler", "called"), ("Rappeler", "called"), ("Remettre dans la file", "waiting")):
        press(desk, desk.get(HERE), words, 1)
        assert again(practice, found).state == state
    page = desk.get(HERE)
    chip = soup(page).select_one('button[name=priority][value="1"]').find_parent("form")
    data = {i["name"]: i.get("value", "") for i in chip.select("input")}
    assert desk.post(chip["action"], data={**data, "priority": "9"}).status_code == 422
    assert desk.post(chip["action"], data={**data, "priority": "1"}).status_code == 303
    assert again(practice, found).priority == 1
    press(desk, desk.get(HERE), "Parti", 1)
    assert again(practice, found).state == "gave-up"
    press(desk, desk.get(HERE), "Remettre dans la file", 1)
    assert again(practice, found).state == "waiting"


def test_appointments_that_arrived_stand_between_the_numbers_and_the_look_is_journaled(desk, practice, site):
    number(practice, site, "Ana", now=MORNING - timedelta(minutes=40))
    number(practice, site, "Bea", now=MORNING)
    with practice_context(practice):
        starts = int((MORNING - timedelta(minutes=30)).timestamp() // 60)
        seen = make_appointment(starts=starts)
        Appointment.update(status="arrived").where(Appointment.id == seen.id).execute()
        name = Patient.get_by_id(seen.patient_id).name
    page = desk.get(f"{HERE}?site={seen.location_id}")
    names = [one.get_text(strip=True) for one in soup(page).select(".visitor h3")]
    assert names == ["Ana", name, "Bea"]
    with practice_context(practice):
        assert AccessEntry.select().where(AccessEntry.what == "walkin").count() == 1


def place_of(practice, site):
    with practice_context(practice):
        for link in ScheduleService.select():
            if link.schedule.location_id == site.id and link.service.capacity == 1 and not link.service.needs:
                return f"{link.schedule_id}.{link.service_id}"


def test_somebody_new_is_taken_in_as_an_appointment_of_origin_walkin(desk, practice, site):
    found = number(practice, site, "Ana")
    address = f"{HERE}/{found.id}/intake"
    page = desk.get(address)
    data = {
        **form_of(page, f'form[action="{address}"][method="post"]'),
        "family_name": "Lopez",
        "place": place_of(practice, site),
    }
    assert data["given_name"] == "Ana"
    first, second = (desk.post(address, data={**data, "given_name": "Ana"}) for _ in range(2))
    assert first.status_code == 303
    assert second.status_code in (303, 422)
    with practice_context(practice):
        made = Appointment.select().where(Appointment.origin == "walkin").get()
        assert (made.patient.name, made.status) == (
            "Ana Lopez",
            "checked-in" if made.starts == int(MORNING.timestamp() // 60) else "arrived",
        )
        assert again(practice, found).appointment_id == made.id
        assert Appointment.select().where(Appointment.origin == "walkin").count() == 1


def test_somebody_known_is_found_chosen_and_taken_in(desk, practice, site):
    found = number(practice, site, "Ana")
    with practice_context(practice):
        known = make_patient(given_name="Ana", family_name="Lopez")
    address = f"{HERE}/{found.id}/intake"
    listed = desk.get(f"{address}?q=lopez")
    assert f"patient={known.id}" in listed.text
    page = desk.get(f"{address}?patient={known.id}")
    data = {**form_of(page, f'form[action="{address}"][method="post"]'), "place": place_of(practice, site)}
    assert desk.post(address, data=data).status_code == 303
    with practice_context(practice):
        assert Appointment.select().where(Appointment.origin == "walkin").get().patient_id == known.id
    steps = soup(desk.get(HERE)).select(".visitor form")
    assert steps, "the next step of the visit is one button away"


def test_a_file_like_the_new_one_is_shown_first(desk, practice, site):
    found = number(practice, site, "Ana")
    with practice_context(practice):
        make_patient(given_name="Ana", family_name="Lopez", phone="0470 11 22 33")
    address = f"{HERE}/{found.id}/intake"
    data = {
        **form_of(desk.get(address), f'form[action="{address}"][method="post"]'),
        "family_name": "Lopez",
        "phone": "0470 11 22 33",
        "place": place_of(practice, site),
    }
    answer = desk.post(address, data=data)
    assert answer.status_code == 422 and "twins" in answer.text
    assert desk.post(address, data={**data, "another": "y"}).status_code == 303


# ---- the screen, the poster, the settings, the night


def test_the_screen_shows_numbers_and_no_names_and_the_address_can_be_renewed(client, practice, site, clock):
    called = number(practice, site, "Ana")
    number(practice, site, "Bea")
    with practice_context(practice):
        actions.call(called, by="operator", now=MORNING)
        address = f"/walk-in/screen/{plans.screen(sealer=SEALER)}/{site.id}"
    page = client.get(address)
    assert soup(page).select_one(".screen-called li").get_text() == "1"
    assert soup(page).select_one(".screen-next li").get_text() == "2"
    assert "Ana" not in page.text and "Bea" not in page.text and "screen.js" not in page.text
    assert page.headers["Refresh"] == "10"  # no script is needed on a television
    sign_in_as(client, make_member(practice, roles=("owner",)), clock=clock, staff=True)
    client.post(
        "/settings/walk-ins/screen", data=form_of(client.get("/settings/walk-ins"), 'form[action$="screen"]')
    )
    assert client.get(address).status_code == 404
    assert f"/{site.id}" in client.get("/settings/walk-ins").text


def test_the_owner_switches_numbers_off_and_the_second_of_two_owners_is_told(client, practice, clock, site):
    sign_in_as(client, make_member(practice, roles=("owner",)), clock=clock, staff=True)
    page = client.get("/settings/walk-ins")
    data = form_of(page)
    data.pop("enabled", None)
    assert client.post("/settings/walk-ins", data=data).status_code == 303
    with practice_context(practice):
        assert not plans.current().enabled
    assert client.post("/settings/walk-ins", data=data).status_code == 409
    fresh = form_of(client.get("/settings/walk-ins"))
    wrong = client.post("/settings/walk-ins", data={**fresh, "average_minutes": "a lot"})
    assert wrong.status_code == 422 and "a lot" in wrong.text


def test_the_poster_has_the_address_of_this_site(desk, site):
    page = desk.get(f"{HERE}/sites/{site.id}/poster")
    assert f"/walk-in/{site.id}" in page.text and soup(page).select_one(".qr svg path")


def test_the_night_ends_old_numbers_and_forgets_names_after_a_month(app, practice, site, clock):
    old, fresh = (
        number(practice, site, "Ana"),
        number(practice, site, "Bea", now=MORNING + timedelta(days=39)),
    )
    clock.move(days=40)
    assert close_days() == 2
    assert (again(practice, old).state, again(practice, old).first_name) == ("gave-up", None)
    assert (again(practice, fresh).state, again(practice, fresh).first_name) == ("waiting", "Bea")
    assert close_days() == 0


def test_the_neighbour_has_none_of_it(desk, practice, neighbour, site):
    with practice_context(neighbour):
        there = Location.get()
        taken = actions.take_number(
            there,
            first_name="Charlie",
            reason="care",
            language="fr",
            attempt=uuid7(),
            by="guest",
            now=MORNING,
        )
    assert desk.get(f"{HERE}/{taken.id}/intake").status_code == 404
    for path in (f"{taken.id}/call", f"{taken.id}/departure", f"sites/{there.id}/numbers"):
        data = form_of(desk.get(HERE))
        assert desk.post(f"{HERE}/{path}", data=data).status_code == 404
    assert UUID(str(again(neighbour, taken).id)) and again(neighbour, taken).state == "waiting"


# ---- how long a visit lasts


def treat(appointment, clock, minutes):
    """From «In treatment» to «Done», as the desk presses."""
    for status, after in (("checked-in", minutes), ("fulfilled", 0)):
        booking.note(Appointment.get_by_id(appointment.id), status, by="operator", now=clock.now())
        clock.move(minutes=after)


def test_the_range_follows_what_visits_really_last(client, practice, site, clock):
    first = number(practice, site)
    with practice_context(practice):
        like = make_appointment(starts=29_700_000)
        start = to_minutes(clock.now()) - 3 * 1440
        visits = [make_appointment(like=like, starts=start + 60 * at) for at in range(10)]
        for one in visits[:9]:
            treat(one, clock, 40)
        assert queries.average(now=clock.now()) == 15  # nine are chance
        treat(visits[9], clock, 40)
        assert queries.average(now=clock.now()) == 40
        # a step back takes the end away, and what was never begun has no length
        booking.note(Appointment.get_by_id(visits[9].id), "checked-in", by="operator", now=clock.now())
        booking.note(
            make_appointment(like=like, starts=start + 660), "fulfilled", by="operator", now=clock.now()
        )
        assert queries.average(now=clock.now()) == 15
        treated = Appointment.get_by_id(visits[0].id)
        assert treated.treated_until - treated.treated_from == 40
    assert first.number == 1


def test_the_owner_reads_what_was_measured(client, practice, site, clock):
    owner = make_member(practice, roles=("owner",), email="aline@lavande.example")
    sign_in_as(client, owner, clock=clock, staff=True)
    assert "10" in soup(client.get("/settings/walk-ins")).select_one("#measured").get_text()
    with practice_context(practice):
        like = make_appointment(starts=29_700_000)
        start = to_minutes(clock.now()) - 1440
        for at in range(10):
            treat(make_appointment(like=like, starts=start + 60 * at - 600), clock, 25)
    sign_in_as(client, owner, clock=clock, staff=True)  # four hours have gone by
    assert "25" in soup(client.get("/settings/walk-ins")).select_one("#measured").get_text()
