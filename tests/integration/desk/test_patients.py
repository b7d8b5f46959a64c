"""The patients at the desk: found, read, shown, invited and confirmed; each look in the patient's own journal."""

import re
from datetime import date, timedelta

import pytest

from app.identity.actions import details_of
from app.identity.models import PersonalDetails
from app.kernel.audit import AuditEvent
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, practice_context
from app.patients import actions, queries
from app.patients.models import AccessEntry, Patient, PatientInvitation, TrustEvidence
from app.worker import deliver_due
from tests.factories import NISS, NOW, make_appointment, make_patient, make_person
from tests.journey import form_of, soup
from tests.people import SEALER, make_account, make_member, sign_in_as

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}

PATIENTS = "/desk/patients"
NASTY = "\"><img src=x onerror=alert(1)>'{{7*7}}<script>alert(2)</script>"


def known(practice, *, niss=NISS, **more):
    """A file with a number, as a guest's booking leaves it."""
    with practice_context(practice):
        person = make_person(niss=niss, **more)
        return Patient.get_by_id(actions.meet(actions.seal(person, sealer=SEALER), now=NOW))


def names(page):
    return [link.get_text() for link in soup(page).select("#found .patient-row a")]


def looks(practice):
    with practice_context(practice):
        return [(one.what, one.why) for one in AccessEntry.select().order_by(AccessEntry.id)]


# ---- search


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("dup", ["Émilie Dupont"]),
        ("DUPONT emilie", ["Émilie Dupont"]),
        ("emi dup", ["Émilie Dupont"]),
        ("emilied", ["Émilie Dupont"]),
        ("desmet", ["Jan De Smet"]),
        ("de sm", ["Jan De Smet"]),
        ("de-smet", ["Jan De Smet"]),
        ("smet@exa", ["Jan De Smet"]),
        ("0470 12 34", ["Jan De Smet"]),
        ("+32 470/12.34.56", ["Jan De Smet"]),
        ("30/07/1985", ["Jan De Smet"]),
        ("oconnor", ["Siobhán O’Connor"]),
        ("pon", ["Émilie Dupont"]),
        ("xyz", []),
        ("upx", []),
    ],
)
def test_people_are_found_by_name_mail_phone_and_birth_date(desk, practice, asked, found):
    with practice_context(practice):
        make_patient(given_name="Émilie", family_name="Dupont")
        make_patient(given_name="Siobhán", family_name="O’Connor")
        make_patient(
            given_name="Jan", family_name="De Smet", email="jan.smet@example.be", phone="0470 12 34 56",
            birth_date=date(1985, 7, 30),
        )  # fmt: skip
    assert names(desk.get(PATIENTS, query_string={"q": asked})) == found


@pytest.mark.parametrize("asked", ["", "  ", "d", "du", "d u", "12345", "%%%", "___", "@a"])
def test_less_than_three_letters_asks_for_nobody(desk, practice, asked):
    with practice_context(practice):
        make_patient(), make_patient(given_name="%%%", family_name="___")
    page = desk.get(PATIENTS, query_string={"q": asked})
    assert page.status_code == 200 and names(page) == [] and looks(practice) == []
    assert names(desk.get(PATIENTS, query_string={"q": "dup"}))  # the control


def test_ten_at_most_and_the_page_says_that_there_are_more(desk, practice):
    with practice_context(practice):
        for number in range(10):
            make_patient(given_name=f"A{number}")
    page = desk.get(PATIENTS, query_string={"q": "dupont"})
    assert len(names(page)) == 10 and "Tapez" not in names(page)
    few = soup(page).select_one("#found").get_text(" ")
    with practice_context(practice):
        make_patient(given_name="One more")
    page = desk.get(PATIENTS, query_string={"q": "dupont"})
    assert len(names(page)) == 10 and soup(page).select_one("#found").get_text(" ") != few


def test_a_national_number_is_no_question_and_is_not_repeated(desk, practice):
    known(practice)
    for asked in (NISS, "85.07.30-994.37"):
        page = desk.get(PATIENTS, query_string={"q": asked})
        assert names(page) == [] and asked not in re.sub(r'href="[^"]*"', "", page.get_data(as_text=True))


def test_a_part_of_the_page_for_whoever_types_and_the_whole_without_javascript(desk, practice):
    known(practice)
    part = desk.get(
        PATIENTS, query_string={"q": "dupont"}, headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    )
    assert part.get_data(as_text=True).lstrip().startswith("<section") and names(part) == ["Alice Dupont"]
    whole = desk.get(PATIENTS, query_string={"q": "dupont"})
    assert "<html" in whole.get_data(as_text=True) and names(whole) == ["Alice Dupont"]


def test_a_list_masks_the_number_and_is_journaled(desk, practice):
    patient = known(practice)
    text = desk.get(PATIENTS, query_string={"q": "dupont"}).get_data(as_text=True)
    assert "85.07.**-***.**" in text and "994" not in text
    assert looks(practice) == [("search", "search")]
    with practice_context(practice):
        event = AuditEvent.get(AuditEvent.verb == "search.read")
    assert event.detail == {"patients": [patient.id.hex]} and "dupont" not in str(event.__data__).casefold()


def test_searching_all_day_ends_in_a_pause(desk, practice, monkeypatch):
    from app.kernel.rate_limits import LIMITS, per_minutes

    monkeypatch.setitem(LIMITS, "desk-search", {"account": per_minutes(2, 15)})
    codes = [desk.get(PATIENTS, query_string={"q": "dupont"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429] and desk.get(PATIENTS).status_code == 200


def test_whoever_is_refused_has_read_nobody_and_each_answer_before_was_journaled(desk, practice, monkeypatch):
    from app.kernel.rate_limits import LIMITS, per_minutes

    for name in ("Dupont", "Maes", "Renard"):
        known(practice, family_name=name)
    monkeypatch.setitem(LIMITS, "desk-search", {"account": per_minutes(2, 15)})
    for name, expected in (("maes", 1), ("renard", 2), ("dupont", 2)):
        answer = desk.get(PATIENTS, query_string={"q": name}, headers=PARTIAL)
        with practice_context(practice):
            assert AuditEvent.select().where(AuditEvent.verb == "search.read").count() == expected
    assert answer.status_code == 429 and "Dupont" not in answer.text


def test_what_is_typed_is_answered_in_the_language_of_whoever_types_and_nothing_of_a_name_is_markup(
    desk, practice
):
    for at in range(12):
        known(practice, given_name="<b>{0}</b>", family_name=f"Dupont{chr(97 + at)}", email=None)
    french = desk.get(PATIENTS, query_string={"q": "dupont"}, headers=PARTIAL).text
    german = desk.get(
        PATIENTS, query_string={"q": "dupont"}, headers=PARTIAL | {"Accept-Language": "de"}
    ).text
    for part, words in ((french, "Il y en a d’autres"), (german, "Es gibt mehr")):
        assert words in part and "&lt;b&gt;{0}&lt;/b&gt;" in part and "<b>" not in part
        assert len(names_in(part)) == 10
    whole = desk.get(PATIENTS, query_string={"q": "dupont"}).text
    assert names_in(whole) == names_in(french)


def names_in(text):
    return re.findall(r'<a class="stretched" href="/desk/patients/([^?"]+)\?from=search">', text)


# ---- the file


def test_the_file_says_what_is_known_and_opening_it_is_journaled(desk, practice):
    patient = known(practice, phone="0470 12 34 56")
    with practice_context(practice):
        make_appointment(starts=29_925_480)  # somebody else's
        make_appointment(starts=29_925_600, patient=patient)
        make_appointment(starts=29_000_000, patient=patient)  # long ago
    page = soup(desk.get(f"{PATIENTS}/{patient.id}?from=day"))
    text = page.main.get_text(" ")
    assert "Alice Dupont" in text and "alice@example.be" in text and "0470 12 34 56" in text
    assert "85.07.**-***.**" in text and "994" not in text
    assert len(page.select(".coming li")) == 1
    assert looks(practice) == [("record", "agenda")]


@pytest.mark.parametrize("came", ["search", "<script>", "record", ""])
def test_whatever_the_address_says_of_its_reason_is_one_of_ours(desk, practice, came):
    patient = known(practice)
    desk.get(f"{PATIENTS}/{patient.id}", query_string={"from": came})
    assert looks(practice)[0][1] in ("found", "record")


def test_the_agenda_leads_to_the_file(desk, practice):
    with practice_context(practice):
        made = make_appointment(starts=29_925_480)
    page = soup(desk.get("/desk/day?date=2026-11-24"))
    link = page.select_one(".visit a")
    assert (
        link["href"] == f"/desk/appointments/{made.id}"
        and link.get_text(" ", strip=True) == "15:00 Alice Dupont"
    )
    page = soup(desk.get(link["href"]))
    link = page.select_one("h1 a")
    assert (
        link["href"] == f"{PATIENTS}/{made.patient_id}?from=day" and desk.get(link["href"]).status_code == 200
    )
    assert looks(practice) == [("day", "day"), ("appointment", "appointment"), ("record", "agenda")]


def test_the_whole_number_is_shown_once_for_a_reason_the_patient_reads(desk, practice):
    patient = known(practice)
    url = f"{PATIENTS}/{patient.id}"
    _action, fields = form_of(soup(desk.get(url)), holding="reason")
    empty = desk.post(f"{url}/number", data={**fields, "reason": " "})
    assert empty.status_code == 422 and "994" not in soup(empty).main.get_text()
    shown = desk.post(f"{url}/number", data={**fields, "reason": "Attestation for the insurer"})
    assert shown.status_code == 200 and "85.07.30-994.37" in shown.get_data(as_text=True)
    assert shown.headers["Cache-Control"] == "no-store"
    assert "994" not in soup(desk.get(url)).main.get_text()
    assert desk.get(f"{url}/number").status_code == 405
    assert ("niss", "Attestation for the insurer") in looks(practice)
    assert [what for what, _why in looks(practice)].count("niss") == 1


def test_files_that_may_be_of_one_person_are_shown_to_the_desk(desk, practice):
    patient = known(practice)
    other = known(practice, given_name="Alicia")
    with practice_context(practice):
        twin = make_patient(family_name="Dupond", birth_date=date(1990, 1, 1))
        again = make_patient(given_name="ALICE", family_name="Dupönd", birth_date=date(1990, 1, 1))
        make_patient(given_name="Bob", family_name="Dupond", birth_date=date(1990, 1, 1))
        assert [one.id for one in queries.possible_duplicates(patient)] == [other.id]
        assert [one.id for one in queries.possible_duplicates(twin)] == [again.id]
        assert queries.possible_duplicates(make_patient()) == []
    page = soup(desk.get(f"{PATIENTS}/{patient.id}"))
    links = [link["href"] for link in page.select("#duplicates a")]
    assert links == [
        f"{PATIENTS}/{other.id}?from=duplicate",
        f"{PATIENTS}/{patient.id}/merge?other={other.id}",
    ]


def test_the_file_says_how_the_account_is_known(desk, practice, services):
    patient, alice = known(practice), make_account()
    without = soup(desk.get(f"{PATIENTS}/{patient.id}")).select_one("#portal").get_text(" ")
    with practice_context(practice):
        made = actions.invite(patient, by="account:x", sealer=SEALER, now=NOW)
        actions.accept_invitation(made, alice, now=NOW)
    page = soup(desk.get(f"{PATIENTS}/{patient.id}"))
    assert page.select_one("#portal").get_text(" ") != without
    assert len(page.select("#identity .proofs li")) == 1
    assert not page.select(f'form[action="{PATIENTS}/{patient.id}/invitation"]')


def test_names_full_of_signs_are_text(desk, practice):
    with practice_context(practice):
        patient = make_patient(
            given_name=NASTY,
            family_name="Nasty",
            email=f"a{NASTY}@example.be",
            phone=NASTY[:30],
            country="BE",
        )
        twin = make_patient(given_name=NASTY, family_name="Nasty", birth_date=date(1990, 1, 1))
        Patient.update(birth_date=date(1990, 1, 1)).where(Patient.id == patient.id).execute()
        make_appointment(starts=29_925_480, patient=twin)
    pages = (
        f"{PATIENTS}?q=nasty", f"{PATIENTS}/{patient.id}", f"{PATIENTS}/{twin.id}", "/desk/day?date=2026-11-24",
        f"{PATIENTS}?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    )  # fmt: skip
    for url in pages:
        page = soup(desk.get(url))
        assert not page.select("img[onerror]"), url
        assert not [one for one in page.find_all("script") if not one.get("src")], url
        assert "49" not in page.main.get_text() or "7*7" in page.main.get_text(), url
    assert (
        NASTY in soup(desk.get(f"{PATIENTS}/{patient.id}")).h1.get_text()
    )  # the control: it is there, as text


# ---- invitations and identity


def test_inviting_sends_a_mail_whose_link_is_the_practices_own(desk, practice, services, clock):
    patient = known(practice)
    url = f"{PATIENTS}/{patient.id}"
    _action, fields = form_of(soup(desk.get(url)), holding="csrf_token")
    answer = desk.post(f"{url}/invitation", data={"csrf_token": fields["csrf_token"]})
    assert answer.status_code == 303 and answer.headers["Location"].endswith("?done=invited")
    assert deliver_due() == 1
    (letter,) = services.mailer.letters
    assert letter.to == "alice@example.be"
    link = re.search(r"http://lavande\.parvis\.test(/join/invitation/[\w-]{22})", letter.text)[1]
    assert link in letter.html and NISS not in letter.text + letter.html
    assert desk.get(answer.headers["Location"]).status_code == 200
    assert ("invitation", "invitation") in looks(practice)
    with practice_context(practice):
        assert queries.invitation(link.rsplit("/", 1)[1], now=clock.now()).patient_id == patient.id


def test_a_fourth_invitation_in_a_day_is_refused_and_a_file_without_mail_says_why(desk, practice):
    patient = known(practice)
    with practice_context(practice):
        silent = make_patient()
    for where, codes in ((patient, [303, 303, 303, 429]), (silent, [422])):
        url = f"{PATIENTS}/{where.id}"
        page = soup(desk.get(url))
        _action, fields = form_of(page, holding="csrf_token")
        token = {"csrf_token": fields["csrf_token"]}
        assert [desk.post(f"{url}/invitation", data=token).status_code for _ in codes] == codes
    assert page.select_one("#portal button[disabled]")
    with practice_context(practice):
        assert PatientInvitation.select().count() == 3


def confirm(desk, patient, **changes):
    url = f"{PATIENTS}/{patient.id}"
    _action, fields = form_of(soup(desk.get(url)), holding="compared")
    return desk.post(f"{url}/identity", data={**fields, "document": "eid", "compared": "y", **changes})


def connected(practice, patient, **more):
    account = make_account(**more)
    with practice_context(practice):
        actions.connect(account, patient.id, now=NOW)
    return account


def test_a_compared_document_settles_the_number_here_and_in_the_account(desk, practice, sylvie):
    patient = known(practice)
    alice = connected(practice, patient, niss=NISS)
    answer = confirm(desk, patient)
    assert answer.headers["Location"].endswith("?done=locked")
    with practice_context(practice):
        evidence = TrustEvidence.get()
        assert Patient.get_by_id(patient.id).niss_confirmed_at
    assert (evidence.kind, evidence.account_id, evidence.actor) == ("known", alice.id, f"account:{sylvie.id}")
    assert evidence.detail == {"document": "eid"}
    assert details_of(alice).niss_confirmed_at is not None
    assert queries.levels(alice) == {practice.id: 2}
    page = soup(desk.get(answer.headers["Location"]))
    assert "Sylvie Renard" in page.select_one("#identity").get_text(" ")


@pytest.mark.parametrize(
    "more",
    [{"niss": "85073099338"}, {"niss": NISS, "given_name": "Eve"}],
    ids=["another number", "another name"],
)
def test_an_account_that_says_something_else_is_neither_merged_nor_believed(desk, practice, more):
    patient = known(practice)
    account = connected(practice, patient, **more)
    answer = confirm(desk, patient)
    assert answer.headers["Location"].endswith("?done=differs")
    assert details_of(account).niss_confirmed_at is None
    with practice_context(practice):
        assert not TrustEvidence.select().exists()
        assert Patient.get_by_id(patient.id).name == "Alice Dupont"
    assert Account.get_by_id(account.id).given_name == more.get("given_name", "Alice")
    assert queries.levels(account) == {practice.id: 1}
    page = soup(desk.get(answer.headers["Location"]))
    assert page.select_one(".notice-warning") and "338" not in page.main.get_text()


def test_an_account_that_says_no_number_is_known_and_nothing_is_written_into_it(desk, practice):
    patient = known(practice)
    account = connected(practice, patient)
    assert confirm(desk, patient).headers["Location"].endswith("?done=confirmed")
    assert queries.levels(account) == {practice.id: 2}
    with account_context(account):
        own = PersonalDetails.get()
    assert own.niss_index is None and own.niss_confirmed_at is None


def test_a_stranger_with_the_same_number_is_not_confirmed_along(desk, practice):
    patient = known(practice)
    connected(practice, patient, niss=NISS)
    mallory = make_account(email="mallory@example.be", niss=NISS)
    confirm(desk, patient)
    assert details_of(mallory).niss_confirmed_at is None


def test_a_file_without_an_account_is_confirmed_for_itself(desk, practice):
    patient = known(practice)
    assert confirm(desk, patient).headers["Location"].endswith("?done=confirmed")
    with practice_context(practice):
        assert TrustEvidence.get().account_id is None


@pytest.mark.parametrize("changes", [{"compared": ""}, {"document": "library card"}, {"document": ""}])
def test_confirming_needs_a_document_and_a_tick(desk, practice, changes):
    patient = known(practice)
    url = f"{PATIENTS}/{patient.id}"
    _action, fields = form_of(soup(desk.get(url)), holding="compared")
    data = {**fields, "document": "eid", "compared": "y", **changes}
    answer = desk.post(f"{url}/identity", data={key: value for key, value in data.items() if value})
    assert answer.status_code == 422 and soup(answer).select_one(".error-summary")
    with practice_context(practice):
        assert not TrustEvidence.select().exists() and Patient.get_by_id(patient.id).niss_confirmed_at is None


def test_a_second_click_confirms_nothing_more(desk, practice):
    patient = known(practice)
    url = f"{PATIENTS}/{patient.id}"
    _action, fields = form_of(soup(desk.get(url)), holding="compared")
    data = {**fields, "document": "eid", "compared": "y"}
    assert [desk.post(f"{url}/identity", data=data).status_code for _ in range(2)] == [303, 409]
    with practice_context(practice):
        assert TrustEvidence.select().count() == 1


# ---- who may


def test_a_practitioner_reads_and_neither_invites_nor_confirms(client, practice, clock, inside):
    member = make_member(practice, roles=("practitioner",), email="p@lavande.example")
    sign_in_as(client, member, clock=clock, staff=True)
    patient = known(practice)
    url = f"{PATIENTS}/{patient.id}"
    page = soup(client.get(url))
    _action, fields = form_of(page, holding="reason")
    assert not page.select('form[action$="/identity"], form[action$="/invitation"]')
    for path in ("identity", "invitation"):
        assert client.post(f"{url}/{path}", data=fields).status_code == 403
    assert client.post(f"{url}/number", data={**fields, "reason": "Attestation"}).status_code == 200


def test_a_file_of_next_door_a_file_that_is_gone_and_nonsense_are_the_same_answer(desk, practice, neighbour):
    theirs = known(neighbour, given_name="Canary")
    mine = known(practice)
    _action, fields = form_of(soup(desk.get(f"{PATIENTS}/{mine.id}")), holding="reason")
    bodies = set()
    for identity in (theirs.id, "00000000-0000-7000-8000-000000000000"):
        for path, method in (
            ("", "get"),
            ("/number", "post"),
            ("/invitation", "post"),
            ("/identity", "post"),
        ):
            data = {"data": {**fields, "reason": "Attestation"}} if method == "post" else {}
            answer = getattr(desk, method)(f"{PATIENTS}/{identity}{path}", **data)
            assert answer.status_code == 404
            bodies.add(
                re.sub(
                    r'value="[^"]*"|X-CSRFToken[^}]*|/desk/patients/[^"?]*', "", answer.get_data(as_text=True)
                )
            )
    assert len(bodies) == 2  # for GET and POST the language links differ
    assert names(desk.get(f"{PATIENTS}?q=canary")) == []
    with practice_context(neighbour):
        assert not AccessEntry.select().exists() and not PatientInvitation.select().exists()


def test_a_patient_is_not_let_in(client, practice, clock, inside):
    sign_in_as(client, make_account(), clock=clock)
    assert client.get(PATIENTS + "?q=dupont").status_code == 403
    assert client.get(PATIENTS + f"/{known(practice).id}").status_code == 403


def test_the_navigation_leads_where_one_may_go(desk, client, practice, clock):
    def links():
        return [a["href"] for a in soup(client.get(PATIENTS)).select(".desk-nav a")]

    here = [
        "/desk",
        "/desk/day",
        "/desk/book",
        "/desk/requests",
        "/desk/walk-ins",
        "/desk/messages",
        PATIENTS,
        "/desk/orphans",
        "/desk/waiting",  # from here on behind «More»
        "/desk/fees",
        "/desk/invoices",
    ]
    assert links() == here
    sign_in_as(
        client, make_member(practice, roles=("owner",), email="o@lavande.example"), clock=clock, staff=True
    )
    owners = [*here, "/settings"]
    owners.insert(here.index(PATIENTS) + 1, "/desk/questionnaires")
    assert links() == owners


def test_looks_stand_in_the_patients_own_journal(desk, practice, clock):
    patient = known(practice)
    alice = connected(practice, patient)
    desk.get(f"{PATIENTS}?q=dupont"), desk.get(f"{PATIENTS}/{patient.id}?from=search")
    clock.move(minutes=20)
    desk.get(f"{PATIENTS}/{patient.id}")
    found = queries.looks_at(alice)
    assert [one.kind for one in found] == ["record", "record", "search"]
    assert {(one.member, one.roles) for one in found} == {("Sylvie Renard", ("receptionist",))}
    assert found[0].at - found[1].at == timedelta(minutes=20)
