"""A thread for one practitioner alone: nobody else of the practice reads it, and everybody sees that it is there."""

from uuid import uuid4

import pytest

from app.directory.models import Practitioner, PractitionerMember
from app.kernel.audit import AuditEvent
from app.kernel.db import connection
from app.kernel.tenancy import practice_context
from app.messaging.models import ConfidentialThread, Thread
from app.messaging.threads import actions, confidential, queries
from app.messaging.threads.actions import Author, Draft
from app.messaging.threads.refusals import AskedByPatient, ForOneAlone, NobodyReadsAlone
from app.patients.models import AccessEntry
from app.staff.models import Member
from app.web.uploads import Upload
from tests.conftest import Browser
from tests.integration.messaging.world import tie
from tests.journey import soup
from tests.people import NOW, SEALER, make_account, make_member, sign_in_as
from tests.pictures import PDF

HERE, DESK = "/account/messages", "/desk/messages"
sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
SECRET = "Interruption de grossesse"


@pytest.fixture
def alice(app, practice):
    account = make_account()
    account.file = tie(account, practice)
    return account


def colleague(practice, role, *, email=None, practitioner=None):
    """A member; `practitioner` counts the practitioners of the practice: which of them they are."""
    account = make_member(practice, roles=(role,), email=email or f"{role}@lavande.example")
    with connection(), practice_context(practice):
        member = Member.select(Member).where(Member.account == account.id).get()
        if practitioner is not None:
            whose = Practitioner.select().order_by(Practitioner.position)[practitioner]
            PractitionerMember.create(practitioner=whose.id, member=member.id)
    member.account = account
    return member


@pytest.fixture
def treating(app, practice):
    return colleague(practice, "practitioner", practitioner=0)


@pytest.fixture
def whom(practice, treating):
    with connection(), practice_context(practice):
        return Practitioner.select().order_by(Practitioner.position).first()


def browser_of(app, account, clock, *, staff=True):
    app.test_client_class = Browser
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    sign_in_as(browser, account, clock=clock, staff=staff)
    return browser


def write(practice, alice, services, whom, *, alone=True, uploads=()):
    by = Author(f"account:{alice.id}", alice.name)
    with connection(), practice_context(practice):
        return actions.begin(
            alice.file, SECRET, Draft("Bonjour", uuid4(), uploads), by=by, language="fr",
            files=services.files, now=NOW, practitioner=whom and whom.id, alone=alone,
        )  # fmt: skip


def new_message(browser, **more):
    page = soup(browser.get(f"{HERE}/new"))
    data = {one["name"]: one["value"] for one in page.select("form.form input[type=hidden]")}
    return page, {**data, "subject": SECRET, "body": "Bonjour", **more}


@sqlite
def test_the_patient_chooses_while_writing_without_javascript(app, practice, clock, alice, treating, whom):
    browser = browser_of(app, alice, clock, staff=False)
    page, data = new_message(browser, reader="alone")
    keys = {one["value"] for one in page.select("input[name=to]")}
    to = next(one for one in keys if one.endswith(whom.id.hex))
    assert browser.post(f"{HERE}/new", data={**data, "to": to}).status_code == 303
    with connection(), practice_context(practice):
        (row,) = ConfidentialThread.select()
        assert (row.practitioner_id, row.chosen_by) == (whom.id, "patient")
        assert Thread.get().member_id == treating.id
    sent = soup(browser.get(f"{HERE}?box=sent")).select_one(".message-row")["href"]
    assert f"lu par {whom.name} uniquement" in browser.get(sent).text


@sqlite
def test_alone_needs_somebody_who_reads_and_the_rest_stays_typed(app, practice, clock, alice, treating, whom):
    browser = browser_of(app, alice, clock, staff=False)
    page, data = new_message(browser, reader="alone")
    keys = [one["value"] for one in page.select("input[name=to]")]
    wrong = [one for one in keys if not one.endswith(whom.id.hex)]
    assert len(wrong) >= 2  # the practice itself, and practitioners without an account
    for to in wrong:
        answer = browser.post(f"{HERE}/new", data={**data, "to": to})
        assert answer.status_code == 422 and soup(answer).select_one("#reader .error")
        assert soup(answer).select_one("#subject")["value"] == SECRET
    with connection(), practice_context(practice):
        assert not Thread.select().exists()
    assert browser.post(f"{HERE}/new", data={**data, "to": wrong[0], "reader": "team"}).status_code == 303


@sqlite
def test_without_anybody_who_reads_alone_it_is_not_offered(app, clock, alice):
    page, _data = new_message(browser_of(app, alice, clock, staff=False))
    assert not page.select("#reader")


@sqlite
@pytest.mark.parametrize("role", ["owner", "receptionist", "practitioner"])
def test_others_see_that_it_is_there_and_nothing_of_it(
    app, practice, clock, services, alice, treating, whom, role
):
    file = Upload("bilan.pdf", "application/pdf", PDF)
    row = write(practice, alice, services, whom, uploads=(file,))
    with connection(), practice_context(practice):
        attachment = queries.files_of(row.id)[0].id
    other = colleague(
        practice, role, email="other@lavande.example", practitioner=1 if role == "practitioner" else None
    )
    reader, stranger = browser_of(app, treating.account, clock), browser_of(app, other.account, clock)
    pages = {
        "thread": ("get", f"{DESK}/{row.thread_id}"),
        "file": ("get", f"{DESK}/attachments/{attachment}"),
        "member": ("post", f"{DESK}/{row.thread_id}/member"),
        "reader": ("post", f"{DESK}/{row.thread_id}/reader"),
        "answer": ("post", f"{DESK}/{row.thread_id}/answer"),
        "state": ("post", f"{DESK}/{row.thread_id}/state"),
    }
    token = soup(reader.get(DESK)).find("input", attrs={"name": "csrf_token"})["value"]
    theirs = soup(stranger.get(DESK)).find("input", attrs={"name": "csrf_token"})["value"]
    for way, url in pages.values():
        found = getattr(stranger, way)(url, **({"data": {"csrf_token": theirs}} if way == "post" else {}))
        assert found.status_code == 404, url
    for url in (DESK, f"/desk/patients/{alice.file.id}/messages"):
        text = stranger.get(url).text
        assert SECRET not in text and str(row.thread_id) not in text and f"{whom.name}" in text
        assert "Confidentiel" in text
        assert SECRET in reader.get(url).text  # control
    assert alice.file.family_name not in soup(stranger.get(DESK)).select_one("main").text
    assert SECRET not in stranger.get(f"/desk/patients/{alice.file.id}/history").text
    assert not soup(stranger.get(f"{DESK}?show=mine")).select(".message-row")
    assert not soup(stranger.get(f"{DESK}?show=unassigned")).select(".message-row")
    # control: the very same addresses are open to the practitioner
    assert reader.get(pages["thread"][1]).status_code == 200
    assert reader.get(pages["file"][1]).status_code == 200
    said = {"csrf_token": token, "answered": "1"}
    assert reader.post(pages["state"][1], data=said).status_code == 303


def test_counts_speak_to_the_reader_alone(practice, services, alice, treating, whom):
    other = colleague(practice, "receptionist")
    write(practice, alice, services, whom)
    write(practice, alice, services, whom, alone=False)  # control: everybody's
    with connection(), practice_context(practice):
        assert (queries.count_open(treating), queries.count_open(other)) == (2, 1)
        mine, _ = queries.inbox("mine", member=treating, sealer=SEALER)
        rows, _ = queries.inbox("open", member=other, sealer=SEALER)
        assert len(mine) == 1 and [one.closed for one in rows].count(True) == 1


@sqlite
def test_the_desk_gives_it_away_and_no_longer_reads_it(app, practice, clock, services, alice, treating, whom):
    row = write(practice, alice, services, whom, alone=False)
    sylvie = colleague(practice, "receptionist")
    desk = browser_of(app, sylvie.account, clock)
    page = soup(desk.get(f"{DESK}/{row.thread_id}"))
    form = page.find("form", action=f"{DESK}/{row.thread_id}/reader")
    data = {one["name"]: one["value"] for one in form.select("input")}
    assert [one["value"] for one in form.select("option")] == [str(whom.id)]
    assert desk.post(form["action"], data={**data, "practitioner": str(uuid4())}).status_code == 404
    answer = desk.post(form["action"], data={**data, "practitioner": str(whom.id)})
    assert answer.location == f"{DESK}?done=confided"
    assert desk.get(f"{DESK}/{row.thread_id}").status_code == 404
    with connection(), practice_context(practice):
        assert AuditEvent.select().where(AuditEvent.verb == "thread.confide").count() == 1
    reader = browser_of(app, treating.account, clock)
    page = soup(reader.get(f"{DESK}/{row.thread_id}"))
    assert not page.find("form", action=f"{DESK}/{row.thread_id}/member")
    form = page.find("form", action=f"{DESK}/{row.thread_id}/reader")
    data = {one["name"]: one["value"] for one in form.select("input")}
    assert reader.post(form["action"], data=data).location.endswith("done=opened")
    assert desk.get(f"{DESK}/{row.thread_id}").status_code == 200
    with connection(), practice_context(practice):
        assert {"messages"} <= {one.what for one in AccessEntry.select()}
        assert AuditEvent.select().where(AuditEvent.verb == "thread.open-up").count() == 1


def test_what_the_patient_asked_for_stays(practice, services, alice, treating, whom):
    row = write(practice, alice, services, whom)
    colleague(practice, "practitioner", email="second@lavande.example", practitioner=1)
    told = {"by": f"account:{treating.account_id}", "now": NOW}
    with connection(), practice_context(practice):
        thread = queries.thread(row.thread_id, member=treating)
        with pytest.raises(AskedByPatient):
            confidential.open_up(thread, **told)
        second = Practitioner.select().order_by(Practitioner.position)[1]
        with pytest.raises(AskedByPatient):
            confidential.confide(thread, second.id, today=NOW.date(), **told)
        with pytest.raises(ForOneAlone):
            actions.assign(thread, None, **told)
        assert ConfidentialThread.get().practitioner_id == whom.id
        ConfidentialThread.update(chosen_by="practice").execute()  # control
        confidential.open_up(thread, **told)
        actions.assign(thread, None, **told)


@sqlite
@pytest.mark.parametrize("change", [{"ends_on": NOW.date().replace(day=1)}, {"roles": []}])
def test_whoever_left_or_may_not_read_is_nobody_to_confide_in(
    practice, services, alice, treating, whom, change
):
    with connection(), practice_context(practice):
        assert confidential.offered(today=NOW.date()) == [whom]
        starts = {"starts_on": NOW.date().replace(month=1)}
        Member.update({**starts, **change}).where(Member.id == treating.id).execute()
        assert confidential.offered(today=NOW.date()) == []
    with pytest.raises(NobodyReadsAlone):
        write(practice, alice, services, whom)


@sqlite
def test_the_neighbour_has_no_way_in(app, practice, neighbour, clock, services, alice, treating, whom):
    row = write(practice, alice, services, whom)
    there = colleague(neighbour, "practitioner", email="voisin@x.example", practitioner=0)
    browser = app.test_client()
    sign_in_as(browser, there.account, clock=clock, staff=True, host="voisin.parvis.test")
    base = {"base_url": "http://voisin.parvis.test"}
    assert browser.get(DESK, **base).status_code == 200  # control
    assert browser.get(f"{DESK}/{row.thread_id}", **base).status_code == 404
    assert SECRET not in browser.get(DESK, **base).text


@sqlite
def test_to_nobody_by_name_nothing_is_confidential(app, practice, alice, services):
    with pytest.raises(NobodyReadsAlone):
        write(practice, alice, services, None)
    write(practice, alice, services, None, alone=False)  # the control


# ---- begun at the desk -------------------------------------------------------------------------------------------


def begin_at_the_desk(browser, alice, reader):
    """What the page of the patient's messages sends, confidential from its first word."""
    url = f"/desk/patients/{alice.file.id}/messages"
    form = soup(browser.get(url)).select_one("form.form")
    data = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
    return browser.post(url, data={**data, "reader": reader, "subject": SECRET, "body": "Bonjour"})


@sqlite
@pytest.mark.parametrize("role", ["owner", "receptionist"])
def test_the_desk_begins_one_for_a_practitioner_alone(
    app, practice, clock, services, alice, treating, whom, role
):
    desk = browser_of(app, colleague(practice, role).account, clock)
    page = soup(desk.get(f"/desk/patients/{alice.file.id}/messages"))
    assert [one["value"] for one in page.select("#reader option")] == ["", str(whom.id)]
    answer = begin_at_the_desk(desk, alice, str(whom.id))
    assert answer.location == f"{DESK}?done=begun-alone"
    with connection(), practice_context(practice):
        (row,), thread = ConfidentialThread.select(), Thread.get()
        assert (row.practitioner_id, row.chosen_by, thread.member_id) == (whom.id, "practice", treating.id)
        said = [one.verb for one in AuditEvent.select().order_by(AuditEvent.seq)]
        assert (said.count("thread.begin"), said.count("thread.confide")) == (1, 1)
        confided = AuditEvent.get(AuditEvent.verb == "thread.confide")
        assert confided.detail == {"practitioner": whom.id.hex}
    # whoever wrote it sees what everybody sees: that it is there
    reader = browser_of(app, treating.account, clock)
    assert desk.get(f"{DESK}/{thread.id}").status_code == 404
    for url in (f"{DESK}?show=answered", f"/desk/patients/{alice.file.id}/messages"):
        assert SECRET not in desk.get(url).text and "Confidentiel" in desk.get(url).text
        assert SECRET in reader.get(url).text  # the control
    assert SECRET not in desk.get(f"/desk/patients/{alice.file.id}/history").text
    # the patient reads it, and the answer reaches the one practitioner
    inbox = browser_of(app, alice, clock, staff=False).get(HERE).text
    assert SECRET in inbox
    with connection(), practice_context(practice):
        by = Author(f"account:{alice.id}", alice.name)
        actions.reply(thread, Draft("Merci", uuid4()), by=by, files=services.files, now=NOW)
        others = Member.get(Member.id != treating.id)
        assert (queries.count_open(treating), queries.count_open(others)) == (1, 0)


@sqlite
def test_the_practitioner_begins_one_for_themselves_and_opens_it_again(
    app, practice, clock, alice, treating, whom
):
    reader = browser_of(app, treating.account, clock)
    answer = begin_at_the_desk(reader, alice, str(whom.id))
    assert answer.location.endswith("?done=begun")
    page = soup(reader.get(answer.location))
    form = page.find("form", action=answer.location.partition("?")[0] + "/reader")
    data = {one["name"]: one["value"] for one in form.select("input")}
    assert reader.post(form["action"], data=data).location.endswith("done=opened")


@sqlite
def test_only_whom_the_page_offers_reads_alone(app, practice, clock, alice, treating, whom):
    desk = browser_of(app, colleague(practice, "receptionist").account, clock)
    with connection(), practice_context(practice):
        silent = Practitioner.select().where(Practitioner.id != whom.id).first()  # nobody signs in as them
    for reader in (str(silent.id), str(uuid4()), "x"):
        answer = begin_at_the_desk(desk, alice, reader)
        page = soup(answer)
        assert answer.status_code == 422 and page.select_one("#reader").find_parent(
            class_="field"
        ).select_one(".error")
        assert page.select_one("#body").text.strip() == "Bonjour"  # what was typed is still there
    with connection(), practice_context(practice):
        assert not Thread.select().exists()
    answer = begin_at_the_desk(desk, alice, "")  # the control: the whole team
    assert answer.status_code == 303 and desk.get(answer.location).status_code == 200
    with connection(), practice_context(practice):
        assert not ConfidentialThread.select().exists()


@sqlite
def test_the_desk_is_offered_nobody_where_nobody_reads_alone(app, practice, clock, alice):
    desk = browser_of(app, colleague(practice, "receptionist").account, clock)
    assert not soup(desk.get(f"/desk/patients/{alice.file.id}/messages")).select("#reader")


def test_pressed_twice_it_is_one_confidential_message(practice, services, alice, treating, whom):
    attempt, sylvie = uuid4(), colleague(practice, "receptionist")
    by = Author(f"account:{sylvie.account_id}", sylvie.name, sylvie)
    with connection(), practice_context(practice):
        for _ in range(2):
            actions.begin(
                alice.file, SECRET, Draft("Bonjour", attempt), by=by, language="fr",
                files=services.files, now=NOW, practitioner=whom.id, alone=True,
            )  # fmt: skip
        assert (Thread.select().count(), ConfidentialThread.select().count()) == (1, 1)
        with pytest.raises(ForOneAlone):
            actions.assign(Thread.get(), sylvie, by=by.actor, now=NOW)
        confidential.open_up(Thread.get(), by=by.actor, now=NOW)  # what the desk made so can be undone
