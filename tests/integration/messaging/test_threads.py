"""Writing to a practice as mail does: sent, answered, found again, deleted on one's own side, and nobody else's."""

import io
import json
import re
import zipfile
from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.account import farewell
from app.account.export import jobs
from app.identity.models import Dependant, PersonalDetails, Representation
from app.kernel.db import connection, database, is_sqlite
from app.kernel.ids import uuid7
from app.kernel.outbox import Outbox
from app.kernel.sealing import hashed
from app.kernel.tenancy import account_context, practice_context
from app.messaging import boxes, readers
from app.messaging.boxes import Asked
from app.messaging.models import Attachment, Communication, QuestionRule, Thread
from app.messaging.threads import actions
from app.messaging.threads.actions import Author, Draft
from app.patients.models import AccessEntry, Connection
from app.staff.models import Member
from app.web.uploads import Upload
from app.worker import deliver_due
from tests.conftest import HOST
from tests.factories import make_patient
from tests.integration.messaging.world import tie
from tests.journey import soup
from tests.people import PASSWORD, SEALER, make_account, make_member, sign_in_as
from tests.pictures import PDF, SCRIPT, claims, picture, with_place

HERE = "/account/messages"
DESK = "/desk/messages"


@pytest.fixture
def alice(app, practice):
    account = make_account()
    account.file = tie(account, practice)
    return account


@pytest.fixture
def patient(client, clock, alice):
    sign_in_as(client, alice, clock=clock)
    return client


@pytest.fixture
def desk(app, practice, clock):
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    browser.account = make_member(practice)
    sign_in_as(browser, browser.account, clock=clock, staff=True)
    return browser


@pytest.fixture
def written(practice, alice, services, clock):
    """A thread Alice began; answers its row."""
    return write(practice, alice, services, clock)


def write(
    practice, account, services, clock, *, subject="Douleur au genou", body="Bonjour", uploads=(), member=None
):
    by = Author(f"account:{account.id}", account.name, member)
    with connection(), practice_context(practice):
        row = actions.begin(
            account.file,
            subject,
            Draft(body, uuid4(), uploads),
            by=by,
            language="fr",
            files=services.files,
            now=clock.now(),
        )
        return Communication.get_by_id(row.id)


def answer(practice, row, services, clock, member, *, body="Venez demain."):
    with connection(), practice_context(practice):
        thread = Thread.get_by_id(row.thread_id)
        by = Author(f"account:{member.account_id}", "Sylvie Renard", member)
        return actions.reply(thread, Draft(body, uuid4()), by=by, files=services.files, now=clock.now())


def fields_of(client, url, form=None):
    page = soup(client.get(url))
    form = page.select_one(form) if form else page.select_one("main form[enctype], main form.form")
    return {
        one["name"]: one.get("value", "")
        for one in form.select("input[name]")
        if one.get("type") not in ("file", "checkbox", "radio")
    }


def send(client, url, fields, *files, page=None):
    data = {**fields_of(client, page or url), **fields}
    data["files"] = [(io.BytesIO(content), name) for name, content in files]
    return client.post(url, data=data, content_type="multipart/form-data")


def to(client, *, at=0):
    return [one["value"] for one in soup(client.get(f"{HERE}/new")).select("input[name=to]")][at]


def rows(client, url=HERE):
    return [row.get_text(" ", strip=True) for row in soup(client.get(url)).select(".message-row")]


def tick(client, *ids, do):
    fields = fields_of(client, HERE, "form[action$=selection]")
    return client.post(f"{HERE}/selection", data={**fields, **{f"m-{one}": "1" for one in ids}, "do": do})


def all_of(practice, model):
    with connection(), practice_context(practice):
        return list(model.select())


# ---- writing -----------------------------------------------------------------------------------------------------


def test_a_message_with_a_photo_and_a_document_arrives_and_is_answered(
    patient, desk, practice, services, clock
):
    fields = {
        "to": to(patient),
        "subject": "Douleur <b hx-get='/x'>au genou</b>",
        "body": "Bonjour,\n\ndepuis hier.",
    }
    sent = send(patient, f"{HERE}/new", fields, ("IMG.JPG", with_place()), ("bilan.pdf", PDF))
    assert (sent.status_code, sent.location) == (303, f"{HERE}?box=sent&done=sent")
    assert "Douleur" in rows(patient, f"{HERE}?box=sent")[0] and rows(patient) == []
    photo, document = all_of(practice, Attachment)
    assert (photo.name, photo.kind, document.name) == ("IMG.jpg", "image/jpeg", "bilan.pdf")
    assert all(PDF not in kept for kept in services.files.store.kept.values())

    (thread,) = all_of(practice, Thread)
    page = soup(desk.get(f"{DESK}/{thread.id}", base_url=f"http://lavande.{HOST}"))
    assert "depuis hier." in page.select_one(".talk-body[hx-ignore]").get_text()
    assert page.select("[hx-get]") == []
    fields = {one["name"]: one.get("value", "") for one in page.select("#answer input[type=hidden]")}
    done = desk.post(
        f"{DESK}/{thread.id}/answer",
        data={**fields, "body": "Venez demain."},
        base_url=f"http://lavande.{HOST}",
    )
    assert done.status_code == 303
    (line,) = rows(patient)
    assert "Douleur" in line and "non lu" in line and "Sylvie Renard" in line
    link = soup(patient.get(HERE)).select_one(".message-row")["href"]
    assert "Venez demain." in patient.get(link).text
    assert "non lu" not in rows(patient)[0]
    with connection(), practice_context(practice):
        thread = Thread.get_by_id(thread.id)
        assert (thread.state, thread.member.account_id) == ("answered", desk.account.id)


def test_pressed_twice_it_is_sent_once(patient, practice, services):
    fields = {**fields_of(patient, f"{HERE}/new"), "to": to(patient)}
    fields |= {"subject": "Certificat", "body": "Bonjour"}
    for _press in range(2):
        data = {**fields, "files": [(io.BytesIO(picture()), "a.png")]}
        assert patient.post(f"{HERE}/new", data=data, content_type="multipart/form-data").status_code == 303
    assert (len(all_of(practice, Communication)), len(all_of(practice, Thread))) == (1, 1)
    assert len(services.files.store.kept) == 1


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "changed",
    [{"body": "Bonjour, et merci"}, {"subject": "Une attestation"}, {"files": picture(colour=(1, 2, 3))}],
    ids=["other words", "another subject", "another file"],
)
def test_whoever_goes_back_and_corrects_what_they_sent_sends_another(patient, practice, changed):
    """The page one comes back to is the same form: what is typed into it now must not be swallowed."""
    fields = {**fields_of(patient, f"{HERE}/new"), "to": to(patient)}
    fields |= {"subject": "Certificat", "body": "Bonjour", "files": picture()}
    for sent in (fields, {**fields, **changed}, {**fields, **changed}):
        data = {**sent, "files": [(io.BytesIO(sent["files"]), "a.png")]}
        assert patient.post(f"{HERE}/new", data=data, content_type="multipart/form-data").status_code == 303
    assert len(all_of(practice, Communication)) == 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("a.jpg", b"<svg onload=alert(1)>"), "type de fichier"),
        (("a.png", claims(50_000, 50_000)), "trop de points|plus de points"),
        (("a.png", picture(size=(400, 300))[:200]), "abîmé"),
        (("a.png", bytes(50 * 1024 * 1024)), "trop gros"),
    ],
    ids=["another kind", "a bomb", "damaged", "fifty megabytes"],
)
def test_a_file_that_cannot_be_taken_costs_nothing_that_was_typed(patient, practice, file, said):
    fields = {**fields_of(patient, f"{HERE}/new"), "to": to(patient)}
    fields |= {"subject": "Certificat", "body": "Un long texte"}
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = b"".join(
        part.format(name, "").encode() + value.encode() + b"\r\n" for name, value in fields.items()
    )
    body += part.format("files", f'; filename="{file[0]}"').encode() + file[1] + b"\r\n--x--\r\n"
    answered = patient.post(f"{HERE}/new", data=body, content_type="multipart/form-data; boundary=x")
    page = soup(answered)
    assert answered.status_code == 422
    assert re.search(said, page.select_one("#files-error").get_text())
    assert page.select_one("#body").get_text(strip=True) == "Un long texte"
    assert page.select_one("#subject")["value"] == "Certificat"
    assert all_of(practice, Communication) == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_polyglot_leaves_as_a_picture_alone_and_a_document_only_as_a_file(patient, practice):
    fields = {"to": to(patient), "subject": "Photo", "body": "Voici"}
    send(patient, f"{HERE}/new", fields, ("x.html", picture("GIF") + SCRIPT), ("x.pdf", PDF))
    (row,) = all_of(practice, Communication)
    first, second = (f"{HERE}/{row.id}/attachments/{one.id}?show=1" for one in all_of(practice, Attachment))
    shown, kept = patient.get(first), patient.get(second)
    assert (shown.mimetype, SCRIPT in shown.data) == ("image/png", False)
    assert kept.headers["Content-Disposition"].startswith("attachment")
    for one in (shown, kept):
        assert one.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert one.headers["Cache-Control"] == "no-store"
        assert one.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_missing_is_said_and_nothing_is_sent(patient, practice):
    answered = send(patient, f"{HERE}/new", {"subject": " ", "body": ""})
    page = soup(answered)
    assert answered.status_code == 422
    assert len(page.select(".error-summary a")) >= 2
    assert all_of(practice, Thread) == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_practitioner_can_be_written_to_and_is_found_by_name(patient, practice):
    names = [one.get_text(" ", strip=True) for one in soup(patient.get(f"{HERE}/new")).select(".option")]
    assert len(names) > 1
    found = [
        one.get_text(" ", strip=True) for one in soup(patient.get(f"{HERE}/new?q=zzzz")).select(".option")
    ]
    assert found == []
    send(patient, f"{HERE}/new", {"to": to(patient, at=1), "subject": "Question", "body": "Bonjour"})
    (thread,) = all_of(practice, Thread)
    assert thread.practitioner_id is not None


# ---- the box -----------------------------------------------------------------------------------------------------


def test_the_box_is_searched_filtered_marked_and_emptied(patient, practice, alice, services, clock):
    member = make_member(practice, email="m@lavande.example")
    with connection(), practice_context(practice):
        member = Member.get(Member.account == member.id)
    first = write(practice, alice, services, clock, subject="Échographie du genou", member=member)
    with connection(), practice_context(practice):
        yesterday = {"created_at": clock.now() - timedelta(days=1)}
        Communication.update(yesterday).where(Communication.id == first.id).execute()
    write(practice, alice, services, clock, subject="Facture", member=member)
    assert len(rows(patient)) == 2
    assert [row[:7] for row in rows(patient, f"{HERE}?show=today")] == ["Facture"]
    assert "Échographie" in rows(patient, f"{HERE}?q=ECHO")[0]
    assert rows(patient, f"{HERE}?q=%25%25%25") == [] and rows(patient, f"{HERE}?q=ec") == []
    assert "au moins trois lettres" in patient.get(f"{HERE}?q=ec").text

    assert tick(patient, first.id, do="read").location == f"{HERE}?done=read"
    assert len(rows(patient, f"{HERE}?show=unread")) == 1
    tick(patient, first.id, do="unread")
    assert len(rows(patient, f"{HERE}?show=unread")) == 2

    gone = tick(patient, first.id, do="deleted")
    assert len(rows(patient)) == 1
    assert patient.get(f"{HERE}/{first.id}").status_code == 404
    assert [row.id for row in all_of(practice, Communication) if row.hidden_at] == [first.id]
    back = fields_of(patient, gone.location, "form[action$=undo]")
    assert patient.post(f"{HERE}/undo", data=back).location == f"{HERE}?done=restored"
    assert len(rows(patient)) == 2
    assert tick(patient, do="deleted").location == f"{HERE}?done=nothing"


def test_what_the_patient_deletes_stays_at_the_practice(patient, desk, practice, written):
    tick(patient, written.id, do="deleted") if rows(patient) else None
    fields = fields_of(patient, f"{HERE}?box=sent", "form[action$=selection]")
    patient.post(f"{HERE}/selection", data={**fields, f"m-{written.id}": "1", "do": "deleted"})
    assert rows(patient, f"{HERE}?box=sent") == []
    assert "Bonjour" in desk.get(f"{DESK}/{written.thread_id}", base_url=f"http://lavande.{HOST}").text


def asked_last(ask):
    """The last statement of this, with its values."""
    run, told = database.obj.execute_sql, []

    def listened(sql, params=None, *args, **kwargs):
        told.append((sql, params))
        return run(sql, params, *args, **kwargs)

    database.obj.execute_sql = listened
    try:
        ask()
    finally:
        database.obj.execute_sql = run
    return told[-1]


def test_ten_thousand_messages_cost_what_ten_do(practice, alice, clock, inside):
    reader = readers.viewer(alice, None, now=clock.now())

    def cost():
        before = database.obj.statements
        shown = boxes.page(reader, Asked(), practice=None, now=clock.now())
        return database.obj.statements - before, len(shown.messages)

    def fill(count):
        with practice_context(practice):
            thread = Thread.create(
                patient=alice.file.id,
                subject="x",
                language="fr",
                state="open",
                created_at=clock.now(),
                last_at=clock.now(),
            )
            made = [
                {
                    "id": uuid7(),
                    "patient": alice.file.id,
                    "thread": thread.id,
                    "sender": "practice" if number % 2 else "patient",
                    "kind": "message",
                    "payload": {},
                    "created_at": clock.now() - timedelta(minutes=number),
                    "subject_folded": "x",
                    "body": "x",
                }
                for number in range(count)
            ]
            for at in range(0, count, 50):
                Communication.insert_many(made[at : at + 50]).execute()

    fill(10)
    cost()  # what a process asks once: the practice in its version
    few = cost()
    fill(3000)
    assert few == (2, 5) and cost() == (2, 25)
    database.execute_sql("ANALYZE")
    page, values = asked_last(lambda: boxes.page(reader, Asked(), practice=None, now=clock.now()))
    explain = "EXPLAIN QUERY PLAN" if is_sqlite() else "EXPLAIN"
    if not is_sqlite():
        database.execute_sql("SET enable_seqscan = off")  # three thousand short rows are read whole sooner
    plan = "\n".join(str(line[-1]) for line in database.execute_sql(f"{explain} {page}", values).fetchall())
    looked_up = (
        "SEARCH t1 USING INDEX sqlite_autoindex_communication_1 (id=?)"
        if is_sqlite()
        else "communication_pkey"
    )
    assert looked_up in plan and "SCAN communication" not in plan


# ---- nobody else's -----------------------------------------------------------------------------------------------


def test_nobody_else_reads_writes_or_deletes_it(
    app, patient, practice, neighbour, alice, services, clock, written
):
    row = write(practice, alice, services, clock, uploads=(Upload("a.pdf", "application/pdf", PDF),))
    (file,) = all_of(practice, Attachment)
    assert patient.get(f"{HERE}/{row.id}").status_code == 200
    assert patient.get(f"{HERE}/{row.id}/attachments/{file.id}").data == PDF
    assert patient.get(f"{HERE}/{written.id}/attachments/{file.id}").status_code == 404

    bob = make_account(email="bob@example.be", given_name="Bob")
    bob.file = tie(bob, practice)
    charlie = make_account(email="charlie@example.be", given_name="Charlie")
    charlie.file = tie(charlie, neighbour)
    for who, host in ((bob, f"lavande.{HOST}"), (charlie, f"voisin.{HOST}"), (charlie, HOST)):
        other = app.test_client()
        sign_in_as(other, who, clock=clock, host=host)
        more = {"base_url": f"http://{host}"}
        token = soup(other.get(f"{HERE}/new", **more)).find("input", attrs={"name": "csrf_token"})["value"]
        data = {
            "csrf_token": token,
            "body": "x",
            "subject": "x",
            "to": "x",
            "do": "deleted",
            f"m-{row.id}": "1",
        }
        assert other.get(f"{HERE}/{row.id}", **more).status_code == 404
        assert other.get(f"{HERE}/{row.id}/attachments/{file.id}", **more).status_code == 404
        assert other.get(f"{HERE}/{row.id}/forwarding", **more).status_code == 404
        for path in (
            f"{HERE}/{row.id}/reply",
            f"{HERE}/{row.id}/forwarding",
            f"{HERE}/selection",
            f"{HERE}/new",
        ):
            assert other.post(path, data=data, **more).status_code == 404, path
    assert len(all_of(practice, Communication)) == len([written, row])


def test_the_desk_next_door_finds_nothing(app, neighbour, clock, written):
    other = app.test_client()
    member = make_member(neighbour, email="x@voisin.example")
    sign_in_as(other, member, clock=clock, host=f"voisin.{HOST}", staff=True)
    more = {"base_url": f"http://voisin.{HOST}"}
    assert other.get(DESK, **more).status_code == 200
    assert "Douleur" not in other.get(DESK, **more).text
    assert other.get(f"{DESK}/{written.thread_id}", **more).status_code == 404


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_parent_writes_for_a_child_and_reads_the_answer(client, practice, clock):
    parent = make_account(email="parent@example.be", given_name="Paul")
    with connection(), account_context(parent):
        child = Dependant.create(
            given_name="Léo",
            family_name="Dupont",
            birth_date=date(2020, 5, 1),
            language="fr",
            created_at=clock.now(),
        )
        Representation.create(
            dependant=child.id,
            basis="parent",
            scopes=[],
            starts_on=clock.now().date(),
            created_at=clock.now(),
        )
    tie(parent, practice, dependant=child.id, given_name="Léo")
    sign_in_as(client, parent, clock=clock)
    page = soup(client.get(f"{HERE}/new"))
    assert "Pour Léo" in page.select_one(".option").get_text(" ")
    data = {one["name"]: one["value"] for one in page.select("form.form input[type=hidden]")}
    data |= {"to": page.select_one("input[name=to]")["value"], "subject": "Fièvre", "body": "Il tousse."}
    assert client.post(f"{HERE}/new", data=data, content_type="multipart/form-data").status_code == 303
    (row,) = all_of(practice, Communication)
    with connection(), practice_context(practice):
        assert (row.patient.given_name, row.author_name) == ("Léo", "Paul Dupont")
    with connection(), account_context(parent):
        Representation.update(ended_at=clock.now()).execute()
    assert client.get(f"{HERE}/{row.id}").status_code == 404


# ---- mails -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_one_mail_until_it_is_read_and_nothing_of_what_it_says(patient, practice, services, clock, written):
    account = make_member(practice)
    with connection(), practice_context(practice):
        member = Member.get(Member.account == account.id)
    row = answer(practice, written, services, clock, member, body="Votre genou est cassé.")
    answer(practice, written, services, clock, member)
    with connection():
        deliver_due()
    (mail,) = services.mailer.letters
    assert mail.to == "alice@example.be" and mail.subject == "Cabinet Lavande vous a écrit"
    assert str(row.id) in mail.text
    for part in (mail.text, mail.html, mail.subject):
        assert "genou" not in part and "Douleur" not in part
    patient.get(f"{HERE}/{row.id}")
    answer(practice, written, services, clock, member)
    with connection():
        deliver_due()
    assert len(services.mailer.letters) == 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_whoever_wants_no_mail_gets_none(practice, services, clock, alice, written):
    account = make_member(practice)
    with connection(), practice_context(practice):
        member = Member.get(Member.account == account.id)
    with connection(), account_context(alice):
        PersonalDetails.update(wants_messages=False).execute()
    answer(practice, written, services, clock, member)
    with connection():
        deliver_due()
    assert services.mailer.letters == []
    with connection():
        assert Outbox.select().where(Outbox.event == "message-waiting").count() == 1


# ---- passed on, and asked by somebody new ------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_message_is_forwarded_with_its_files_to_another_practice_of_theirs(
    app, practice, neighbour, alice, services, clock
):
    row = write(practice, alice, services, clock, uploads=(Upload("bilan.pdf", "application/pdf", PDF),))
    tie(alice, neighbour)
    portal = app.test_client()
    sign_in_as(portal, alice, clock=clock, host=HOST)
    more = {"base_url": f"http://{HOST}"}
    url = f"{HERE}/{row.id}/forwarding"
    page = soup(portal.get(url, **more))
    assert "> Bonjour" in page.select_one("#body").get_text()
    there = next(
        one["value"] for one in page.select("input[name=to]") if "Voisin" in one.parent.get_text(" ")
    )
    (keep,) = page.select("input[name^=keep-]")
    data = {one["name"]: one["value"] for one in page.select("form.form input[type=hidden]")}
    data |= {"to": there, "subject": "Tr", "body": "Pour vous", keep["name"]: "1"}
    assert portal.post(url, data=data, content_type="multipart/form-data", **more).status_code == 303
    (copy,) = all_of(neighbour, Attachment)
    assert copy.key.startswith(neighbour.id.hex) and services.files.read(copy.key) == PDF


@pytest.mark.parametrize(("more", "status"), [(1, 303), (2, 422)])
def test_files_that_are_passed_on_count_with_those_that_are_added(
    patient, practice, alice, services, clock, more, status
):
    old = tuple(Upload(f"{n}.pdf", "application/pdf", PDF) for n in range(4))
    url = f"{HERE}/{write(practice, alice, services, clock, uploads=old).id}/forwarding"
    page = soup(patient.get(url))
    data = {one["name"]: one["value"] for one in page.select("form.form input[type=hidden]")}
    data |= {one["name"]: "1" for one in page.select("input[name^=keep-]")}
    data |= {"to": page.select_one("input[name=to]")["value"], "subject": "Tr", "body": "Pour vous"}
    files = [(io.BytesIO(PDF), f"new{n}.pdf") for n in range(more)]
    answer = patient.post(url, data={**data, "files": files}, content_type="multipart/form-data")
    assert answer.status_code == status
    kept = len(all_of(practice, Attachment))
    assert kept == (4 + 5 if status == 303 else 4)
    if status == 422:
        assert "5 fichiers" in soup(answer).select_one("#files-error").get_text()
        assert soup(answer).select_one("#body").get_text(strip=True) == "Pour vous"


def allow(practice, who):
    with connection(), practice_context(practice):
        QuestionRule.create(who=who)


def test_a_guest_asks_and_reads_the_answer_behind_the_link(client, practice, neighbour, services, clock):
    allow(practice, "everybody")
    fields = fields_of(client, "/question")
    asked = {
        "name": "Zoé <b>",
        "email": "zoe@example.be",
        "subject": "Tarifs",
        "body": "Combien coûte une séance ?",
    }
    assert client.post("/question", data={**fields, **asked, "email": "zoe"}).status_code == 422
    assert client.post("/question", data={**fields, **asked}).location == "/question?done=sent"
    assert client.get("/question?done=sent").status_code == 200
    (thread,) = all_of(practice, Thread)
    assert thread.patient_id is None and b"zoe@example.be" not in bytes(thread.guest_sealed)
    (row,) = all_of(practice, Communication)
    account = make_member(practice)
    with connection(), practice_context(practice):
        member = Member.get(Member.account == account.id)
    answer(practice, row, services, clock, member, body="Trente euros.")
    with connection():
        deliver_due()
    (mail,) = services.mailer.letters
    assert mail.to == "zoe@example.be" and "euros" not in mail.text
    (link,) = re.findall(r"/questions/\S+", mail.text)
    page = client.get(link)
    assert "Trente euros." in page.text and "Cache-Control" in page.headers
    assert client.get(link, base_url=f"http://voisin.{HOST}").status_code == 404
    assert client.get("/questions/" + "x" * 22).status_code == 404
    reply = {**fields_of(client, link), "body": "Merci"}
    assert client.post(link, data=reply).status_code == 303
    assert len(all_of(practice, Communication)) == 3
    assert thread.guest_token_hash == hashed(actions.token_of(thread.id, sealer=SEALER))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_practice_says_who_may_ask(client, practice, clock):
    assert 'href="/question"' in client.get("/").text
    assert client.get("/question").location == "/sign-in?next=/question"
    with connection(), practice_context(practice):
        QuestionRule.create(who="nobody")
    assert client.get("/question").status_code == 422
    assert 'href="/question"' not in client.get("/").text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_somebody_with_an_account_asks_a_new_practice_and_is_connected(client, practice, clock):
    carol = make_account(email="carol@example.be", given_name="Carol", niss="85073099437")
    sign_in_as(client, carol, clock=clock)
    fields = fields_of(client, "/question")
    sent = client.post(
        "/question", data={**fields, "subject": "Places ?", "body": "Prenez-vous des patients ?"}
    )
    assert sent.location == f"{HERE}?box=sent&done=sent"
    assert "Places ?" in rows(client, f"{HERE}?box=sent")[0]
    (tied,) = all_of(practice, Connection)
    with connection(), practice_context(practice):
        assert tied.account_id == carol.id and tied.patient.niss_index is None
    assert client.get("/question").location == f"{HERE}/new"


# ---- what is one's own and what is the practice's ----------------------------------------------------------------


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_copy_of_ones_data_holds_every_thread_with_its_files(practice, alice, services, clock):
    row = write(practice, alice, services, clock, uploads=(Upload("bilan.pdf", "application/pdf", PDF),))
    with connection(), practice_context(practice):
        Communication.update(hidden_at=clock.now()).where(Communication.id == row.id).execute()
    with connection():
        job = jobs.ask(alice, language="fr", with_number=False, now=clock.now())
        jobs.make({"job": job.id.hex, "account": alice.id.hex})
        with account_context(alice):
            made = jobs.fetch(job.id, sealer=services.sealer, now=clock.now())
    archive = zipfile.ZipFile(io.BytesIO(made))
    (told,) = json.loads(archive.read("parvis.json"))["messages"]
    assert (told["what"], told["text"], told["sender"]) == ("Douleur au genou", "Bonjour", "Alice Dupont")
    assert archive.read(told["files"]) == PDF
    assert told["files"] in [one["name"] for one in json.loads(archive.read("manifest.json"))["files"]]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_whoever_deletes_their_account_leaves_the_practice_its_side(
    at_desk, practice, services, clock, alice
):
    row = write(practice, alice, services, clock, uploads=(Upload("bilan.pdf", "application/pdf", PDF),))
    (file,) = all_of(practice, Attachment)
    with connection():
        farewell.delete(alice, PASSWORD, language="fr", sealer=SEALER, now=clock.now())
    assert "Bonjour" in at_desk(f"{DESK}/{row.thread_id}").text
    assert at_desk(f"{DESK}/attachments/{file.id}").data == PDF
    assert at_desk(f"{DESK}/attachments/{uuid4()}").status_code == 404


# ---- the desk ----------------------------------------------------------------------------------------------------


@pytest.fixture
def at_desk(desk):
    def ask(path, *, data=None, form=None):
        more = {"base_url": f"http://lavande.{HOST}"}
        if data is None:
            return desk.get(path, **more)
        return desk.post(path, data=data, **more)

    return ask


def hidden(answer, form):
    return {one["name"]: one.get("value", "") for one in soup(answer).select(f"{form} input[type=hidden]")}


def test_every_look_at_a_thread_stands_in_the_patients_journal(at_desk, practice, written):
    at_desk("/desk/patients")
    assert [row.what for row in all_of(practice, AccessEntry) if row.what in ("messages", "inbox")] == []
    at_desk(DESK)
    at_desk(f"{DESK}/{written.thread_id}")
    assert sorted({row.what for row in all_of(practice, AccessEntry)} - {"search"}) == ["inbox", "messages"]


def test_two_who_answer_at_once_see_each_other_and_lose_nothing(at_desk, practice, services, clock, written):
    url = f"{DESK}/{written.thread_id}"
    seen = hidden(at_desk(url), "#answer")
    other = {**hidden(at_desk(url), "#answer"), "body": "Venez."}
    assert at_desk(f"{url}/answer", data=other).status_code == 303
    late = at_desk(f"{url}/answer", data={**seen, "body": "Ne venez pas."})
    assert late.status_code == 409
    assert soup(late).select_one("#body").get_text(strip=True) == "Ne venez pas."
    again = {**hidden(late, "#answer"), "body": "Ne venez pas."}
    assert at_desk(f"{url}/answer", data=again).status_code == 303
    assert len(all_of(practice, Communication)) == 3


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_thread_is_given_to_somebody_settled_and_taken_up_again(at_desk, practice, written):
    url = f"{DESK}/{written.thread_id}"
    page = at_desk(url)
    token = {"csrf_token": hidden(page, "#answer")["csrf_token"]}
    member = next(one["value"] for one in soup(page).select("#member option") if one["value"])
    assert at_desk(f"{url}/member", data={**token, "member": member}).status_code == 303
    assert at_desk(f"{url}/member", data={**token, "member": str(uuid4())}).status_code == 404
    assert "Douleur" in at_desk(f"{DESK}?show=mine").text
    assert "Douleur" not in at_desk(f"{DESK}?show=unassigned").text
    at_desk(f"{url}/state", data={**token, "answered": "1"})
    assert "Douleur" in at_desk(f"{DESK}?show=answered").text and "Douleur" not in at_desk(DESK).text
    at_desk(f"{url}/state", data={**token, "answered": "0"})
    assert "Douleur" in at_desk(DESK).text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_quick_reply_is_written_once_and_put_into_an_answer(at_desk, practice, written):
    new = f"{DESK}/texts/new"
    text = {
        **hidden(at_desk(new), "form.form"),
        "language": "fr",
        "title": "Horaires",
        "body": "Ouvert de 9 à 17 h.",
    }
    assert at_desk(new, data=text).status_code == 303
    assert at_desk(new, data=text).status_code == 409
    url = f"{DESK}/{written.thread_id}"
    page = at_desk(url)
    use = soup(page).select_one("button[name=use]")["value"]
    filled = at_desk(f"{url}/answer", data={**hidden(page, "#answer"), "body": "Bonjour", "use": use})
    assert filled.status_code == 200
    assert soup(filled).select_one("#body").get_text().split() == [
        "Bonjour",
        "Ouvert",
        "de",
        "9",
        "à",
        "17",
        "h.",
    ]
    assert len(all_of(practice, Communication)) == 1
    link = soup(at_desk(f"{DESK}/texts")).select_one(".message-row")["href"]
    changed = {**hidden(at_desk(link), "form.form"), "language": "fr", "title": "Heures", "body": "x"}
    assert at_desk(link, data=changed).status_code == 303
    assert at_desk(link, data=changed).status_code == 409
    assert at_desk(f"{link}/removal", data={"csrf_token": changed["csrf_token"]}).status_code == 303
    assert at_desk(link).status_code == 404


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_desk_writes_to_a_patient_who_can_read_and_to_nobody_else(at_desk, practice, alice):
    url = f"/desk/patients/{alice.file.id}/messages"
    fields = {**hidden(at_desk(url), "form.form"), "subject": "Vos résultats", "body": "Ils sont là."}
    assert at_desk(url, data=fields).status_code == 303
    assert "Vos résultats" in at_desk(url).text
    told = soup(at_desk(url.replace("messages", "history"))).select_one(".timeline").get_text(" ", strip=True)
    assert "Message au patient" in told and "· message" not in told  # the row's own word is nobody's
    with connection(), practice_context(practice):
        lonely = make_patient(given_name="Lonely")
    url = f"/desk/patients/{lonely.id}/messages"
    assert soup(at_desk(url)).select("form.form") == []
    assert at_desk(url, data=fields).status_code == 422


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_owner_chooses_who_may_ask(client, practice, clock):
    sign_in_as(client, make_member(practice, roles=("owner",)), clock=clock, staff=True)
    url = "/settings/questions"
    fields = hidden(client.get(url), "main form")
    assert client.post(url, data={**fields, "who": "everybody"}).status_code == 303
    assert client.post(url, data={**fields, "who": "nobody"}).status_code == 409
    assert client.post(url, data={**hidden(client.get(url), "main form"), "who": "robots"}).status_code == 422


def test_the_start_page_of_the_desk_says_how_many_wait_and_leads_there(
    at_desk, practice, alice, services, clock
):
    def waiting():
        return soup(at_desk("/desk")).select_one("main a[href='/desk/messages']").get_text(" ", strip=True)

    assert "0" in waiting()  # the control
    write(practice, alice, services, clock)
    assert "1" in waiting() and "Messages à traiter" in waiting()
