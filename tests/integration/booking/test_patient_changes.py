"""A person cancels and moves their appointment, by its page and by the links of mails; and every way not to."""

import re

import icalendar
import pytest

from app.booking import actions, links, pages, queries
from app.booking.models import ActionLink, Appointment, BookingPolicy, Hold
from app.kernel.audit import AuditEvent
from app.kernel.clock import to_minutes
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.patients import actions as patients
from tests.delivery import deliver_all
from tests.factories import make_person
from tests.journey import form_of, soup
from tests.people import SEALER, make_account, sign_in_as


@pytest.fixture
def offers(desk):
    return desk.offers()[:1]


@pytest.fixture
def booked(desk, offers):
    made = desk.book(offers, desk.starts(offers, days=7)[3])
    return queries.appointment(made.id)


@pytest.fixture
def letters(services, clock):
    def read():
        clock.move(minutes=4)
        deliver_all()
        return services.mailer.letters

    return read


@pytest.fixture
def here(booked):
    return f"/appointments/{pages.token(booked.id)}"


def state(appointment):
    return Appointment.get_by_id(appointment.id)


def token_of(client, url):
    return form_of(soup(client.get(url)), holding="csrf_token")[1]["csrf_token"]


def to_check(client, here, start, schedule):
    """Choose this time: the page that shows old and new."""
    fields = {"csrf_token": token_of(client, f"{here}/move"), "schedule": str(schedule), "start": str(start)}
    return client.post(f"{here}/move/holds", data=fields, follow_redirects=True)


def move(client, here, start, schedule):
    url, fields = form_of(soup(to_check(client, here, start, schedule)), holding="attempt")
    return url, fields, client.post(url, data=fields, follow_redirects=True)


def links_of(letter):
    return re.findall(r"http://lavande\.parvis\.test(/action/[\w-]{22})", letter.text)


def ics(letter):
    return icalendar.Calendar.from_ical(letter.attachments[0].content).walk("VEVENT")[0]


# ---- cancel


def test_cancelling_can_say_why(client, here, booked):
    fields = {"csrf_token": token_of(client, here), "reason": "  Je suis\nmalade  "}
    shown = client.post(f"{here}/cancellation", data=fields, follow_redirects=True)
    assert "annulé" in soup(shown).h1.get_text()
    made = state(booked)
    assert (made.status, made.cancel_kind, made.cancel_reason) == ("cancelled", "patient", "Je suis malade")


def test_where_the_practice_asks_why_it_must_be_said(client, here, booked, desk):
    desk.rule(cancel_reason="required")
    fields = {"csrf_token": token_of(client, here)}
    refused = client.post(f"{here}/cancellation", data={**fields, "reason": " "})
    assert refused.status_code == 422 and state(booked).status == "booked"
    assert soup(refused).select_one("details[open] #reason-error")
    client.post(f"{here}/cancellation", data={**fields, "reason": "Empêchée"})
    assert state(booked).cancel_reason == "Empêchée"


def test_where_it_does_not_ask_nothing_is_kept(client, here, booked, desk):
    desk.rule(cancel_reason="off")
    assert soup(client.get(here)).find("textarea") is None
    fields = {"csrf_token": token_of(client, here), "reason": "typed by hand"}
    client.post(f"{here}/cancellation", data=fields)
    assert (state(booked).status, state(booked).cancel_reason) == ("cancelled", None)


def test_after_the_deadline_the_page_says_whom_to_call(client, here, booked, clock, desk):
    token = token_of(client, here)
    clock.move(minutes=booked.cancel_until - to_minutes(desk.now) + 1)
    shown = soup(client.get(here))
    assert shown.select_one('a[href^="tel:"]') and not shown.select_one('form[action$="/cancellation"]')
    assert not shown.select_one('a[href$="/move"]')
    late = client.post(f"{here}/cancellation", data={"csrf_token": token})
    assert late.status_code == 422 and state(booked).status == "booked"


def test_undoing_stays_for_three_minutes(client, here, booked, clock):
    token = token_of(client, here)
    clock.move(minutes=2)
    assert client.post(f"{here}/undo", data={"csrf_token": token}).status_code == 303
    assert state(booked).cancel_kind == "undone"


def test_who_is_signed_in_and_whose_it_is_stands_in_the_journal(client, here, booked, clock, practice):
    account = make_account()
    with practice_context(practice):
        patients.connect(account, booked.patient_id, now=clock.now())
    sign_in_as(client, account, clock=clock)
    client.post(f"{here}/cancellation", data={"csrf_token": token_of(client, here)})
    assert state(booked).cancelled_by == f"account:{account.id}"


# ---- move


def test_a_move_shows_old_and_new_and_keeps_the_time_meanwhile(client, here, booked, desk, offers):
    new = desk.starts(offers, days=9)[2]
    shown = to_check(client, here, new, booked.schedule_id)
    assert shown.status_code == 200 and soup(shown).select_one(".from-to s")
    assert Hold.select().count() == 1 and new not in desk.starts(offers, days=9)
    assert state(booked).starts == booked.starts  # nothing has moved yet


def test_a_moved_appointment_has_the_new_time_and_frees_the_old(client, here, booked, desk, offers, letters):
    letters()
    before = desk.starts(offers, days=1, span=20)
    new = desk.starts(offers, days=9)[2]
    _url, _fields, done = move(client, here, new, booked.schedule_id)
    assert "Votre rendez-vous est déplacé" in done.get_data(as_text=True)
    made = state(booked)
    assert (made.id, made.starts, made.version, made.status) == (booked.id, new, 2, "booked")
    assert made.cancel_until > booked.cancel_until and Hold.select().count() == 0
    assert set(desk.starts(offers, days=1, span=20)) == (set(before) | {booked.starts}) - {new}


def test_the_calendar_file_keeps_its_uid_and_its_sequence_rises(client, here, booked, desk, offers, letters):
    first = letters()[-1]
    move(client, here, desk.starts(offers, days=9)[2], booked.schedule_id)
    second = letters()[-1]
    move(client, here, desk.starts(offers, days=10)[4], booked.schedule_id)
    third = letters()[-1]
    events = [ics(letter) for letter in (first, second, third)]
    assert len({str(event["uid"]) for event in events}) == 1
    assert [int(event["sequence"]) for event in events] == [0, 1, 2]
    assert to_minutes(events[2]["dtstart"].dt) == state(booked).starts
    assert str(events[1]["status"]) == "CONFIRMED"
    assert "déplacé" in third.subject and third.text.count("/action/") == 2


def test_his_own_old_time_is_free_for_the_move(client, here, booked, desk, offers):
    overlapping = booked.starts + 15
    step = offers[0].rules.grid
    if overlapping % step:
        overlapping = booked.starts + step
    _url, _fields, done = move(client, here, overlapping, booked.schedule_id)
    assert done.status_code == 200 and state(booked).starts == overlapping


def test_a_colleague_of_the_same_service_will_do(client, here, booked, desk):
    other = next(o for o in desk.offers() if o.practitioner.id != booked.practitioner_id)
    start = desk.starts([other], days=7)[1]
    move(client, here, start, other.schedule.id)
    assert state(booked).practitioner_id == other.practitioner.id


def test_without_the_token_of_its_form_nothing_moves(client, here, booked, desk, offers):
    new = desk.starts(offers, days=9)[2]
    url, fields = form_of(soup(to_check(client, here, new, booked.schedule_id)), holding="attempt")
    for token in ("", "forged"):
        assert client.post(url, data={**fields, "csrf_token": token}).status_code == 422
    assert state(booked).starts == booked.starts
    assert client.post(url, data=fields).status_code == 303 and state(booked).starts == new  # the control


def test_a_double_click_and_the_back_button_move_it_once(client, here, booked, desk, offers, letters):
    letters()
    new = desk.starts(offers, days=9)[2]
    url, fields, _done = move(client, here, new, booked.schedule_id)
    again = client.post(url, data=fields, follow_redirects=True)
    assert again.status_code == 200 and state(booked).version == 2
    assert Outbox.select().where(Outbox.event == "appointment-moved").count() == 1
    elsewhere = {**fields, "start": str(desk.starts(offers, days=10)[1])}
    assert client.post(url, data=elsewhere).status_code == 409  # a here from before the move
    assert state(booked).starts == new


def test_whoever_goes_back_finds_the_time_they_chose_and_others_do_not(client, here, booked, desk, offers):
    new, other = desk.starts(offers, days=9)[2:4]
    to_check(client, here, new, booked.schedule_id)
    again = to_check(client, here, new, booked.schedule_id)
    assert again.status_code == 200 and Hold.select().count() == 1
    to_check(client, here, other, booked.schedule_id)
    assert Hold.get().starts == other and new in desk.starts(offers, days=9)
    stranger = client.application.test_client()
    assert to_check(stranger, here, other, booked.schedule_id).status_code == 409


def test_a_lost_race_keeps_the_old_time_and_shows_three(client, here, booked, desk, offers):
    new = desk.starts(offers, days=9)[2]
    url, fields = form_of(soup(to_check(client, here, new, booked.schedule_id)), holding="attempt")
    Hold.delete().execute()  # it ran out
    desk.book(offers, new, person=make_person(given_name="Rapide", niss=None))
    lost = client.post(url, data=fields)
    assert lost.status_code == 409
    assert len(soup(lost).select('button[name="start"]')) == 3
    assert state(booked).starts == booked.starts
    again = client.post(
        f"{here}/move/holds",
        data={
            **form_of(soup(lost), holding="start")[1],
            "start": soup(lost).select('button[name="start"]')[0]["value"],
        },
        follow_redirects=True,
    )
    assert again.status_code == 200 and "Désormais" in again.get_data(as_text=True)


def test_what_a_person_may_hold_counts_for_a_move_too(client, here, booked, desk, practice, clock):
    """Days between two appointments, of somebody who is known for certain; a guest hears only how many."""
    offers = desk.offers()[:1]
    other = desk.book(offers, desk.starts(offers, days=12)[2])
    near = next(s for s in desk.starts(offers, days=12) if s > other.starts)
    assert to_check(client, here, near, booked.schedule_id).status_code == 200  # the control
    desk.rule(gap_days=3)
    assert to_check(client, here, near, booked.schedule_id).status_code == 200
    desk.rule(service="seance", upcoming_most=1)
    assert to_check(client, here, near, booked.schedule_id).status_code == 422
    account = make_account()
    patients.connect(account, booked.patient_id, now=clock.now())
    sign_in_as(client, account, clock=clock)
    BookingPolicy.delete().where(BookingPolicy.upcoming_most == 1).execute()
    desk.changed()
    assert to_check(client, here, near, booked.schedule_id).status_code == 422
    assert state(booked).starts == booked.starts


@pytest.mark.parametrize("start", ["", "x", "-5", "999999999", "1", "٣"])
def test_what_is_no_time_moves_nothing(client, here, booked, start):
    answer = to_check(client, here, start, booked.schedule_id)
    assert answer.status_code in (200, 409, 422) and state(booked).starts == booked.starts
    assert state(booked).version == 1


def test_a_hand_made_post_moves_neither_too_late_nor_to_what_is_not_offered(
    client, here, booked, desk, offers, clock
):
    new = desk.starts(offers, days=9)[2]
    url, fields = form_of(soup(to_check(client, here, new, booked.schedule_id)), holding="attempt")
    for forged in (new + 1, to_minutes(desk.now) - 60, new + 400 * 1440):
        assert client.post(url, data={**fields, "start": str(forged)}).status_code in (409, 422)
    assert client.post(url, data={**fields, "schedule": "0" * 32}).status_code == 404
    assert client.post(url, data={**fields, "version": "7"}).status_code == 409
    clock.move(minutes=booked.move_until - to_minutes(desk.now) + 1)
    assert client.post(url, data=fields).status_code == 409
    assert state(booked).version == 1


def test_where_the_rules_want_a_request_nothing_moves_online(client, here, booked, desk, offers):
    new = desk.starts(offers, days=9)[2]
    url, fields = form_of(soup(to_check(client, here, new, booked.schedule_id)), holding="attempt")
    desk.rule(service="seance", outcome="request")
    assert client.get(f"{here}/move").status_code == 303
    assert client.post(url, data=fields).status_code == 409
    assert state(booked).starts == booked.starts


def test_the_pages_show_what_a_link_needs_and_no_record(client, here, booked, desk, offers):
    """Name, mail and number are nowhere: whoever finds the link learns when and where."""
    check = to_check(client, here, desk.starts(offers, days=9)[2], booked.schedule_id)
    for text in (client.get(here).get_data(as_text=True), client.get(f"{here}/move").get_data(as_text=True),
                 check.get_data(as_text=True)):  # fmt: skip
        for secret in ("Dupont", "alice@example.be", "85073099437", "85.07.30", str(booked.patient_id)):
            assert secret not in text


def test_a_fragment_of_the_times_is_the_same_as_on_the_page(client, here, booked):
    part = client.get(
        f"{here}/move?span=week", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    ).get_data(as_text=True)
    whole = soup(client.get(f"{here}/move?span=week")).select_one("#choose-time")
    assert soup_of(part).select_one("#choose-time").get_text(" ", strip=True) == whole.get_text(
        " ", strip=True
    )


def soup_of(text):
    from bs4 import BeautifulSoup

    return BeautifulSoup(text, "html.parser")


# ---- the links of mails


def test_looking_at_the_links_of_a_mail_changes_nothing(client, booked, letters):
    (letter,) = letters()
    cancel, to_move = links_of(letter)
    for _ in range(3):
        assert client.get(cancel).status_code == 200 and client.head(cancel).status_code == 200
        assert client.get(to_move).status_code == 303 and client.head(to_move).status_code == 303
    assert client.get(to_move, follow_redirects=True).request.path.endswith("/move")
    assert state(booked).version == 1 and Hold.select().count() == 0


def test_after_a_move_the_links_of_the_older_mail_are_old(client, here, booked, desk, offers, letters):
    cancel, to_move = links_of(letters()[-1])
    token = token_of(client, here)
    move(client, here, desk.starts(offers, days=9)[2], booked.schedule_id)
    for link in (cancel, to_move):
        assert client.get(link).status_code == 422
        assert client.post(link, data={"csrf_token": token}).status_code == 422
    assert state(booked).status == "booked"
    newest, _move = links_of(letters()[-1])
    client.post(newest, data={"csrf_token": token})
    assert state(booked).status == "cancelled"  # the control: the newest mail's link does it


def test_a_link_does_its_own_action_alone(client, here, booked):
    """The link to move is not one to cancel, and no link confirms what nobody asked."""
    token = token_of(client, here)
    for action in ("move", "answer", "choose"):
        link = f"/action/{links.make(booked, action, sealer=SEALER)}"
        client.post(link, data={"csrf_token": token, "position": "0", "reason": "", "status": "cancelled"})
        assert state(booked).status == "booked" and Appointment.select().count() == 1, action


def test_tokens_are_128_bits_kept_as_hashes_and_guesses_are_counted(client, booked, letters):
    letters()
    stored = {row.token_hash for row in ActionLink.select()}
    token = links.make(booked, "cancel", sealer=SEALER)
    assert len(token) == 22 and all(len(one) == 64 and token not in one for one in stored)
    answers = {client.get(f"/action/{'A' * 20}{n:02d}").status_code for n in range(70)}
    assert answers == {404, 429}
    assert client.get(f"/action/{token}").status_code == 200  # whoever has a link is not kept waiting


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t + "A", lambda t: t[::-1], lambda t: "x" * 300]
)
def test_a_forged_page_token_opens_nothing(client, here, booked, change):
    forged = change(here.rpartition("/")[2])
    for step in ("", "/move", "/move/check", "/answers", "/calendar.ics"):
        assert client.get(f"/appointments/{forged}{step}").status_code == 404
    assert client.get(here).status_code == 200


def test_the_practice_next_door_knows_neither_page_nor_link(client, here, booked, letters):
    there = "http://voisin.parvis.test"
    link = links_of(letters()[-1])[0]
    for url in (here, f"{here}/move", f"{here}/move/check", f"{here}/answers", link):
        assert client.get(url, base_url=there).status_code == 404
    token = form_of(soup(client.get("/sign-in", base_url=there)), holding="csrf_token")[1]["csrf_token"]
    for url in (f"{here}/cancellation", f"{here}/move", f"{here}/move/holds", f"{here}/choice", link):
        assert client.post(url, data={"csrf_token": token}, base_url=there).status_code == 404
    assert state(booked).version == 1


def test_a_practice_that_cancels_says_why(booked, letters, desk):
    letters()
    actions.cancel_at_desk(booked, by="account:x", now=desk.now, reason="<i>Congé</i>", for_patient=False)
    letter = letters()[-1]
    assert "a dû annuler" in letter.text and "<i>Congé</i>" in letter.text and "&lt;i&gt;" in letter.html
    assert "METHOD:CANCEL" in letter.attachments[0].content.decode()


def test_the_trace_of_a_move_says_from_and_to(client, here, booked, desk, offers):
    new = desk.starts(offers, days=9)[2]
    move(client, here, new, booked.schedule_id)
    event = AuditEvent.get(AuditEvent.verb == "appointment.move")
    assert (event.detail["from"], event.detail["to"], event.actor) == (booked.starts, new, "guest")
