"""Booking for somebody at the desk: who, when, what is broken knowingly, and what the person is told of it."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.booking import actions, catalogue, queries
from app.booking.models import ActionLink, Appointment
from app.booking.refusals import NotOffered, SlotTaken
from app.kernel import clock as clocks
from app.kernel.audit import AuditEvent
from app.kernel.db import connection
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry, Patient
from app.worker import deliver_due
from tests.conftest import HOST
from tests.factories import NISS, make_patient, make_person
from tests.integration.booking.group import grow
from tests.integration.desk.booked import book, offers_of, rule, starts_of
from tests.journey import form_of, soup
from tests.people import SEALER, make_member, sign_in_as

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
NEW = {
    "given_name": "Jean",
    "family_name": "Peeters",
    "phone": "0470 12 34 56",
    "email": "jean@example.be",
    "birth_date": "3/5/1961",
    "origin": "phone",
    "told": "y",
}


@pytest.fixture
def open_(practice):
    with practice_context(practice):
        yield


@pytest.fixture
def offer(open_, practice, clock):
    return offers_of(practice, clock)[0]


@pytest.fixture
def start(offer, clock):
    return starts_of(offer, clock)[0]


def url(offer, step=""):
    return f"/desk/book/{offer.service.id}{step}"


def details(client, offer, start, *, patient=None):
    """The form of the last page, as it is filled in before anybody types."""
    query = {"schedule": offer.schedule.id, "start": start, **({"patient": patient.id} if patient else {})}
    page = soup(client.get(url(offer, "/confirm"), query_string=query))
    return form_of(page, holding="attempt")[1], page


def send(client, offer, fields, **changes):
    return client.post(url(offer, "/appointments"), data={**fields, **changes})


def made_by(answer):
    assert answer.status_code == 303, soup(answer).main.get_text(" ", strip=True)
    return queries.appointment(answer.headers["Location"].split("/")[-1].partition("?")[0])


# ---- the steps


def test_from_the_services_to_the_page_of_the_appointment(desk, offer, clock):
    services = soup(desk.get("/desk/book"))
    link = services.find("a", href=url(offer))
    times = soup(desk.get(link["href"]))
    free = times.select_one("a.cell-free")
    who = soup(desk.get(free["href"]))
    new = next(a for a in who.select(".actions a") if "/confirm" in a["href"])
    _action, fields = form_of(soup(desk.get(new["href"])), holding="attempt")
    made = made_by(send(desk, offer, fields, **NEW))
    assert (made.origin, made.status, made.contact_email) == ("phone", "booked", "jean@example.be")
    page = soup(desk.get(f"/desk/appointments/{made.id}?done=booked"))
    assert "Jean Peeters" in page.h1.get_text() and page.select_one(".notice-ok")


def test_every_service_and_agenda_is_there_those_kept_offline_too(desk, open_, practice, clock):
    from app.directory.models import HealthcareService

    HealthcareService.update(online=False).execute()
    rule(practice, outcome="hidden")
    assert len(soup(desk.get("/desk/book")).select(".services-desk li")) == HealthcareService.select().count()


def test_a_long_list_of_services_is_searched_for_the_patient_that_was_chosen(desk, open_, practice):
    grow(practice, people=1, services=15)
    patient = make_patient()
    page = soup(desk.get(f"/desk/book?patient={patient.id}"))
    form = page.select_one("form[role=search]")
    assert form.select_one("[name=patient]")["value"] == str(patient.id)
    (link,) = soup(desk.get(f"/desk/book?patient={patient.id}&q=soin+14")).select("#services li a")
    assert link["href"].endswith(f"?patient={patient.id}")
    part = desk.get(f"/desk/book?patient={patient.id}&q=soin", headers=PARTIAL)
    whole = soup(desk.get(f"/desk/book?patient={patient.id}&q=soin"))
    assert not soup(part).h1 and soup(part).select_one("#services") == whole.select_one("#services")
    nothing = soup(desk.get(f"/desk/book?patient={patient.id}&q=zzz")).select_one("#services")
    assert nothing.a["href"] == f"/desk/book?patient={patient.id}"


def test_the_policy_told_is_kept_with_its_texts_and_channel(desk, offer, start):
    fields, page = details(desk, offer, start)
    made = made_by(send(desk, offer, fields, **NEW))
    kept = queries.consent_of(made)
    assert (kept.channel, kept.accepted) == ("phone", True) and len(kept.texts) >= 1
    assert kept.sentence == page.select_one("blockquote").get_text()
    counter, _ = details(desk, offer, start + offer.rules.grid * 12)
    other = send(desk, offer, counter, **{**NEW, "given_name": "Ann", "origin": "desk", "told": ""})
    assert queries.consent_of(made_by(other)).channel == "desk"


def test_a_known_person_keeps_their_file_and_what_it_knows(desk, offer, start):
    patient = make_patient(email="file@example.be", language="nl")
    fields, page = details(desk, offer, start, patient=patient)
    assert (fields["email"], fields["spoken"]) == ("file@example.be", "nl")  # prefilled
    made = made_by(send(desk, offer, fields, email="today@example.be", phone="0499 00 00 00", origin="phone"))
    again = Patient.get_by_id(patient.id)
    assert made.patient_id == patient.id and Patient.select().count() == 1
    assert (made.contact_email, made.language) == ("today@example.be", "nl")
    assert (again.email, again.phone) == ("file@example.be", "0499 00 00 00")  # what was empty is filled
    assert ("record", "booking") in [(one.what, one.why) for one in AccessEntry.select()]


def test_two_namesakes_are_two_files(desk, offer, start):
    for number in range(2):
        fields, _ = details(desk, offer, start + number * offer.rules.grid * 4)
        data = {**NEW, "birth_date": "", "email": "", "another": "y" if number else ""}
        made_by(send(desk, offer, fields, **data))
    assert Patient.select().count() == 2


def test_a_possible_double_is_shown_before_another_file_is_opened(desk, offer, start):
    known = make_patient(given_name="Jean", family_name="PEETERS", phone="02 111")
    fields, _ = details(desk, offer, start)
    answer = send(desk, offer, fields, **NEW)
    page = soup(answer)
    assert answer.status_code == 422 and Patient.select().count() == 1
    assert str(known.id) in page.select_one(".twins a")["href"]
    assert form_of(page, holding="attempt")[1]["phone"] == NEW["phone"]  # nothing typed is lost
    made = made_by(send(desk, offer, fields, **NEW, another="y"))
    assert made.patient_id != known.id


def test_the_same_form_twice_is_one_appointment_and_one_file(desk, offer, start):
    fields, _ = details(desk, offer, start)
    data = {**NEW, "email": "", "birth_date": ""}
    first = made_by(send(desk, offer, fields, **data))
    second = send(desk, offer, fields, **data, another="y")
    assert made_by(second).id == first.id
    assert (Appointment.select().count(), Patient.select().count()) == (1, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name", ""),
        ("family_name", "<b>"),
        ("email", "nowhere"),
        ("birth_date", "32/1/1990"),
        ("birth_date", "1/1/2090"),
        ("niss", "85073099438"),
        ("spoken", "xx"),
        ("origin", "web"),
        ("because", "x" * 301),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk, offer, start, field, value):
    fields, _ = details(desk, offer, start)
    answer = send(
        desk, offer, fields, **{**NEW, field: value, "ack_too_soon": "y" if field == "because" else ""}
    )
    assert answer.status_code == 422 and Appointment.select().count() == 0
    assert form_of(soup(answer), holding="attempt")[1]["phone"] == NEW["phone"]


def test_somebody_who_cannot_be_reached_is_asked_for_a_way(desk, offer, start):
    fields, _ = details(desk, offer, start)
    assert send(desk, offer, fields, **{**NEW, "phone": "", "email": ""}).status_code == 422
    assert made_by(send(desk, offer, fields, **{**NEW, "email": ""}))


def test_a_number_is_sealed_and_in_no_address(desk, offer, start, services):
    fields, _ = details(desk, offer, start)
    answer = send(desk, offer, fields, **{**NEW, "niss": "85.07.30-994.37", "birth_date": ""})
    made = made_by(answer)
    assert NISS not in answer.headers["Location"] and made.patient.niss_index
    assert NISS not in str([(e.target, e.detail) for e in AuditEvent.select()])


# ---- rules of patients, broken knowingly


def limited(practice, offer, clock, *, at):
    """Somebody who holds all the rules allow."""
    rule(practice, upcoming_most=1)
    patient = make_patient(email="held@example.be")
    fresh = offers_of(practice, clock)[0]
    book(practice, fresh, at, clock, origin="phone", file=patient.id, person=make_person(niss=None))
    return patient, fresh


def test_a_rule_is_named_and_broken_only_when_acknowledged_with_a_reason(desk, practice, offer, clock):
    starts = starts_of(offer, clock)
    patient, offer = limited(practice, offer, clock, at=starts[0])
    fields, page = details(desk, offer, starts[12], patient=patient)
    assert page.select_one("#ack_patient_limit") is not None
    assert "Au plus 1 rendez-vous" in page.select_one("#warnings").get_text()
    bare = send(desk, offer, fields)  # made by hand, or in a hurry
    assert bare.status_code == 422 and Appointment.select().count() == 1
    assert send(desk, offer, fields, because="Urgent").status_code == 422  # a reason is no acknowledgement
    assert send(desk, offer, fields, ack_patient_limit="y").status_code == 422  # nor the other way round
    assert send(desk, offer, fields, ack_too_soon="y", because="Urgent").status_code == 422  # another rule
    assert Appointment.select().count() == 1
    made = made_by(send(desk, offer, fields, ack_patient_limit="y", because="Urgent, dr. Claes"))
    event = AuditEvent.get(
        (AuditEvent.target == f"appointment:{made.id}") & (AuditEvent.verb == "appointment.book")
    )
    assert event.detail == {"broken": ["patient_limit"], "because": "Urgent, dr. Claes"}
    history = soup(desk.get(f"/desk/appointments/{made.id}")).select_one(".history").get_text(" ")
    assert "Urgent, dr. Claes" in history and "autant de rendez-vous" in history


def test_only_what_is_broken_indeed_is_written_down(desk, practice, offer, start):
    fields, _ = details(desk, offer, start)
    made = made_by(send(desk, offer, fields, **NEW, ack_too_soon="y", ack_holiday="y", because="Nothing"))
    event = AuditEvent.get(
        (AuditEvent.target == f"appointment:{made.id}") & (AuditEvent.verb == "appointment.book")
    )
    assert event.detail == {}


def test_the_rules_are_those_for_this_very_person(desk, practice, offer, clock):
    """A notice that binds guests alone is no warning for somebody the practice knows."""
    rule(practice, service=offer.service.id, min_notice_minutes=7 * 1440, level=0)
    rule(practice, service=offer.service.id, min_notice_minutes=0, level=0, known=True)
    fresh = offers_of(practice, clock)[0]
    at = starts_of(offer, clock)[0]
    _fields, page = details(desk, fresh, at)
    assert page.select_one("#ack_too_soon")
    came = make_patient()
    past = {"status": "fulfilled", "origin": "import", "patient": came}
    from tests.factories import make_appointment

    make_appointment(starts=29_000_000, **past)
    _fields, page = details(desk, fresh, at, patient=came)
    assert page.select_one("#ack_too_soon") is None


def test_a_closed_hour_and_a_holiday_can_be_opened_knowingly(desk, offer, clock):
    night = clocks.day_bounds(clock.now().date() + timedelta(days=3), offer.location.timezone)[0] + 120
    night -= night % offer.rules.grid
    fields, page = details(desk, offer, night)
    assert page.select_one("#ack_outside_hours")
    assert send(desk, offer, fields, **NEW).status_code == 422
    assert (
        made_by(send(desk, offer, fields, **NEW, ack_outside_hours="y", because="Visite de nuit")).starts
        == night
    )


def test_two_people_at_one_time_can_nobody_have_and_three_others_are_offered(
    desk, practice, offer, start, clock
):
    fields, _ = details(desk, offer, start)
    book(practice, offer, start, clock)
    answer = send(desk, offer, fields, **NEW, ack_busy="y", because="Quand même")
    page = soup(answer)
    others = [one["value"] for one in page.select("input[type=radio][name=start]")]
    assert answer.status_code == 409 and len(others) == 3 and str(start) not in others
    _action, again = form_of(page, holding="attempt")
    assert again["given_name"] == "Jean"  # nothing typed is lost
    assert send(desk, offer, {**again, "told": "y"}).status_code == 409  # none of them is chosen for anybody
    made = made_by(send(desk, offer, {**again, "told": "y", "start": others[0]}))
    assert str(made.starts) == others[0]


def test_a_room_that_is_taken_is_as_hard(desk, practice, offer, start, clock):
    from app.booking.models import ResourceUse

    with_rooms = [one for one in catalogue.for_desk(practice, now=clock.now()).offers if one.pools]
    if not with_rooms:
        with_rooms = [give_a_room(practice, offer, clock)]
    offer = with_rooms[0]
    start = starts_of(offer, clock)[0]
    for pool in offer.pools:
        for unit in pool.units:
            ResourceUse.create(
                resource=unit.id, session_key=uuid4(), starts=start, ends=start + 10, core_start=start
            )
    fields, _ = details(desk, offer, start)
    answer = send(desk, offer, fields, **NEW, start=start, ack_room_busy="y", because="Quand même")
    assert answer.status_code == 409 and Appointment.select().count() == 0


def give_a_room(practice, offer, clock):
    from app.booking.models import Resource, ResourcePool
    from app.directory.models import HealthcareService
    from app.kernel.owners import Practice

    pool = ResourcePool.create(location=offer.location.id, key="room", name={"fr": "Salle"})
    Resource.create(pool=pool, key="one", name={"fr": "Salle 1"})
    HealthcareService.update(needs=["room"]).where(HealthcareService.id == offer.service.id).execute()
    Practice.update(catalogue_version=Practice.catalogue_version + 1).where(
        Practice.id == practice.id
    ).execute()
    practice.catalogue_version += 1
    catalogue.forget()
    return offers_of(practice, clock)[0]


# ---- group sessions


def test_the_desk_fills_a_group_up_to_the_places_kept_for_it(desk, open_, practice, clock):
    offer = offers_of(practice, clock, capacity=2)[0]
    start, capacity = starts_of(offer, clock)[0], offer.rules.capacity
    public = capacity - offer.rules.staff_reserved
    for number in range(public):
        book(practice, offer, start, clock, person=make_person(family_name=f"Place{number}"))
    with pytest.raises(SlotTaken):
        book(practice, offer, start, clock, person=make_person(family_name="TooMany"))
    day = clocks.local(start, offer.location.timezone).date()
    grid = soup(desk.get(url(offer), query_string={"schedule": offer.schedule.id, "day": day}))
    assert f"{public}/{capacity}" in grid.select_one(".grid-day").get_text()
    for number in range(offer.rules.staff_reserved):
        fields, page = details(desk, offer, start)
        acks = {box["name"]: "y" for box in page.select("#warnings [type=checkbox]")}
        data = {**NEW, "family_name": f"Kept{chr(65 + number)}", "because": "Place gardée", **acks}
        made_by(send(desk, offer, fields, **data))
    fields, _ = details(desk, offer, start)
    assert send(desk, offer, fields, **{**NEW, "family_name": "Last", "start": start}).status_code == 409
    assert Appointment.select().count() == capacity


# ---- why is this not offered?


def test_every_grey_cell_says_why_and_only_grey_cells_are_refused(desk, practice, offer, clock):
    day = clock.now().date() + timedelta(days=3)
    query = {"schedule": offer.schedule.id, "day": day, "all": "1"}
    page = soup(desk.get(url(offer), query_string=query))
    grey, free = page.select("a.cell-shut"), page.select("a.cell-free")
    assert len(grey) + len(free) == 1440 // offer.rules.grid and grey and free
    answer = soup(desk.get(grey[0]["href"].partition("#")[0]))
    assert "en dehors des heures" in answer.select_one("#why").get_text()
    verdicts = queries.explain(offer, first_day=day, last_day=day, now=clock.now())
    assert len(free) == sum(one.is_offered for one in verdicts)


def test_through_the_eyes_of_a_patient_the_rules_of_that_level_count(desk, practice, offer, clock):
    mine = offer.service.id
    rule(practice, service=mine, min_notice_minutes=7 * 1440, level=1)
    rule(practice, service=mine, outcome="hidden", level=2)
    rule(practice, service=mine, outcome="call", level=3)
    day = clock.now().date() + timedelta(days=3)

    def why(level):
        query = {"schedule": offer.schedule.id, "day": day, "as": level}
        page = soup(desk.get(url(offer), query_string=query))
        shut = page.select("a.cell-shut")
        text = (
            soup(desk.get(shut[-1]["href"].partition("#")[0])).select_one("#why").get_text(" ")
            if shut
            else ""
        )
        return len(page.select("a.cell-free")), text

    free, text = why("1")
    assert free == 0 and "7 jours" in text and "pour le niveau 1" in text
    assert why("0")[0] > 0
    assert why("2")[0] == 0 and "que le cabinet connaît aussi peu" in why("2")[1]
    assert why("3")[0] == 0 and "priées d’appeler" in why("3")[1]


@pytest.mark.parametrize(("role", "linked"), [("owner", True), ("receptionist", False)])
def test_the_rule_leads_to_its_setting_for_whoever_may_change_it(
    client, open_, practice, clock, role, linked
):
    offer = offers_of(practice, clock)[0]
    rule(practice, service=offer.service.id, min_notice_minutes=9 * 1440, level=1)
    sign_in_as(client, make_member(practice, roles=(role,)), clock=clock, staff=True)
    query = {"schedule": offer.schedule.id, "day": clock.now().date() + timedelta(days=3), "as": "1"}
    grid = soup(client.get(url(offer), query_string=query)).select("a.cell-shut")
    answers = [
        soup(client.get(cell["href"].partition("#")[0])).select_one("#why") for cell in grid[:1] + grid[20:21]
    ]
    assert any(answer.find("a", href="/settings/policy") for answer in answers) == linked


@pytest.mark.parametrize(
    "query",
    [
        {"day": "9999-12-31"},
        {"day": "0001-01-01"},
        {"day": "x"},
        {"why": "x"},
        {"why": "99999999"},
        {"as": "9k"},
        {"as": "<script>"},
        {"all": ""},
    ],
)
def test_a_strange_address_breaks_nothing(desk, offer, query):
    answer = desk.get(url(offer), query_string={"schedule": offer.schedule.id, **query})
    assert answer.status_code == 200 and "<script>" not in answer.get_data(as_text=True).replace(
        "<script src", ""
    )


@pytest.mark.parametrize("start", ["", "x", "-5", "999999999", "1e5"])
def test_no_time_is_no_page(desk, offer, start):
    query = {"schedule": offer.schedule.id, "start": start}
    assert desk.get(url(offer, "/confirm"), query_string=query).status_code == 404
    assert desk.get(url(offer, "/who"), query_string=query).status_code == 404


# ---- what the person reads, and how they say no


def told_mail(desk, offer, start, services, clock):
    fields, _ = details(desk, offer, start)
    made = made_by(send(desk, offer, fields, **NEW))
    clock.move(minutes=5)
    deliver_due()
    return made, services.mailer.letters[-1]


def decline_url(letter):
    return next(word for word in letter.text.split() if "/decline/" in word).partition(HOST)[2]


def test_the_mail_carries_the_conditions_and_a_way_to_decline(app, desk, offer, start, services, clock):
    made, letter = told_mail(desk, offer, start, services, clock)
    kept = queries.consent_of(made)
    from app.consent.models import PolicyText

    for one in kept.texts:
        body = PolicyText.get(kind=one["kind"], version=one["version"], language=one["language"]).body
        assert body in letter.text
    path = decline_url(letter)
    shown = desk.get(path)
    assert shown.status_code == 200 and queries.appointment(made.id).status == "booked"  # GET only shows
    _action, fields = form_of(soup(shown), holding="csrf_token")
    form = next(f for f in soup(shown).find_all("form") if f.get("action", "").startswith("/decline/"))
    token = form.find("input", attrs={"name": "csrf_token"})["value"]
    assert desk.post(path, data={"csrf_token": token}).status_code == 303
    gone = queries.appointment(made.id)
    assert (gone.status, gone.cancel_kind, gone.cancelled_late) == ("cancelled", "patient", False)
    again = desk.post(path, data={"csrf_token": token})
    assert again.status_code == 422 and "déjà annulé" in again.get_data(as_text=True)
    assert [e.verb for e in AuditEvent.select().where(AuditEvent.verb == "appointment.decline")]


def test_after_a_day_it_is_too_late_to_decline(desk, offer, start, services, clock):
    made, letter = told_mail(desk, offer, start, services, clock)
    clock.move(minutes=24 * 60)
    answer = desk.get(decline_url(letter))
    assert answer.status_code == 422 and queries.appointment(made.id).status == "booked"


def test_a_link_to_cancel_declines_nothing(app, desk, practice, offer, start, clock):
    from app.booking import links

    made = book(practice, offer, start, clock)
    token = links.make(made, "cancel", sealer=SEALER)
    assert desk.get(f"/decline/{token}").status_code == 404
    assert ActionLink.select().count() == 1


def test_whoever_books_online_gets_no_link_to_decline(app, desk, practice, offer, start, services, clock):
    book(practice, offer, start, clock)
    deliver_due()
    assert (
        "/decline/" not in services.mailer.letters[-1].text
        and "/decline/" not in services.mailer.letters[-1].html
    )


# ---- together with everybody else


def test_the_desk_and_a_patient_never_get_the_same_time(app, open_, practice, offer, clock):
    starts, now = starts_of(offer, clock)[:12], clock.now()
    won, together = [], threading.Barrier(2)

    def run(origin, file):
        person = make_person(niss=None, family_name=origin, birth_date=date(1970, 1, 1))
        for at in starts:
            asked = actions.Asked(
                start=at, attempt=uuid4(), person=person,
                accepted=True, sentence="", origin=origin,
            )  # fmt: skip
            together.wait()
            try:
                with connection(), practice_context(practice):
                    actions.book([offer], asked, sealer=SEALER, by=origin, now=now, mail_at=now)
                won.append(at)
            except (SlotTaken, NotOffered):
                continue

    threads = [threading.Thread(target=run, args=(origin, None)) for origin in ("web", "phone")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    apart = offer.rules.duration + offer.rules.before + offer.rules.after
    assert len(won) == len(set(won)) and len(won) >= 1
    rows = sorted(a.starts for a in Appointment.select())
    assert rows == sorted(won)
    assert all(
        later - earlier >= apart - offer.rules.before for earlier, later in zip(rows, rows[1:], strict=False)
    )


def test_next_door_nothing_of_ours_can_be_booked(client, neighbour, practice, offer, start, clock):
    patient = make_patient()
    sign_in_as(
        client,
        make_member(neighbour, email="n@voisin.example"),
        clock=clock,
        host=f"voisin.{HOST}",
        staff=True,
    )
    there = {"base_url": f"http://voisin.{HOST}"}
    assert client.get(url(offer), **there).status_code == 404
    with practice_context(neighbour):
        theirs = offers_of(neighbour, clock)[0]
    query = {"schedule": theirs.schedule.id, "start": start, "patient": patient.id}
    assert client.get(url(theirs, "/confirm"), query_string=query, **there).status_code == 404
    assert client.get(f"/desk/book?patient={patient.id}", **there).status_code == 404
    query["schedule"], query["patient"] = offer.schedule.id, ""
    assert client.get(url(theirs, "/confirm"), query_string=query, **there).status_code == 404
    query["schedule"] = theirs.schedule.id
    page = soup(client.get(url(theirs, "/confirm"), query_string=query, **there))
    fields = form_of(page, holding="attempt")[1]
    data = {**fields, **NEW, "patient": str(patient.id)}
    assert client.post(url(theirs, "/appointments"), data=data, **there).status_code == 404
    assert (
        client.post(url(theirs, "/appointments"), data={**data, "patient": ""}, **there).status_code == 303
    )  # the control
    assert Outbox.select().count() == 1


def test_a_file_of_next_door_is_refused_below_the_pages_too(open_, practice, neighbour, offer, start, clock):
    from app.kernel.errors import NotFound

    with practice_context(neighbour):
        stranger = make_patient()
    with pytest.raises(NotFound):
        book(practice, offer, start, clock, origin="phone", file=stranger.id, person=make_person(niss=None))
    assert Appointment.select().count() == 0
