"""Who looked at one's file: told in words, filtered, paged, and one's own only."""

from datetime import timedelta
from urllib.parse import unquote

import pytest

from app.kernel.db import database
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.patients.actions import connect, leave
from app.patients.models import AccessEntry
from tests.conftest import HOST
from tests.factories import make_patient
from tests.journey import soup
from tests.people import NOW, make_account, sign_in_as

HERE = "/account/journal"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def alice(app):
    return make_account()


@pytest.fixture
def signed_in(client, clock, alice):
    sign_in_as(client, alice, clock=clock)
    return client


def tie(account, practice, **more):
    with practice_context(practice):
        patient = make_patient(**more)
        connect(account, patient.id, now=NOW)
    return patient


def look(practice, patient, *, at=NOW, member="Sylvie Renard", what="record", why="record", **more):
    with practice_context(practice):
        return AccessEntry.create(
            patient=patient,
            account_id=patient.id,  # any: the journal tells the name as it was
            member=member,
            roles=more.pop("roles", ["receptionist"]),
            what=what,
            why=why,
            at=at,
        )


def rows(client, url=HERE, **more):
    answer = client.get(url, headers=ENGLISH, **more)
    assert answer.status_code == 200
    return [row.get_text(" ", strip=True) for row in soup(answer).select(".journal-row")]


def test_a_look_says_who_in_which_role_where_what_why_and_when(signed_in, alice, practice):
    patient = tie(alice, practice)
    entry = look(practice, patient, what="niss", why="Attestation for the insurer")
    (row,) = rows(signed_in)
    for part in ("Sylvie Renard", "Reception", practice.name, "Saw the whole national number"):
        assert part in row
    assert "Attestation for the insurer" in row and "20 November 2026" in row
    assert entry.id.hex[-8:].upper() in row


def test_asking_is_a_mail_to_the_practice_with_the_reference(signed_in, alice, practice):
    profile = {**practice.profile, "email": "accueil@lavande.example", "phone": "081 12 34 56"}
    Practice.update(profile=profile).where(Practice.id == practice.id).execute()
    entry = look(practice, tie(alice, practice))
    page = soup(signed_in.get(HERE, headers=ENGLISH))
    link = page.select_one(".journal-ask")["href"]
    assert link.startswith("mailto:accueil@lavande.example?subject=")
    assert entry.id.hex[-8:].upper() in unquote(link) and "Alice" not in unquote(link)
    assert page.select_one('a[href="tel:081123456"]')


def test_an_address_with_signs_of_its_own_stays_an_address(signed_in, alice, practice):
    profile = {**practice.profile, "email": "a?cc=evil@example.be&bcc=x"}
    Practice.update(profile=profile).where(Practice.id == practice.id).execute()
    look(practice, tie(alice, practice))
    link = soup(signed_in.get(HERE)).select_one(".journal-ask")["href"]
    assert link.count("?") == 1 and "&" not in link


def test_only_ones_own_looks_of_every_practice_are_told_newest_first(signed_in, alice, practice, neighbour):
    bob = make_account(email="bob@example.be", given_name="Bob")
    mine, there = tie(alice, practice), tie(alice, neighbour)
    theirs = tie(bob, practice, given_name="Bob")
    look(practice, mine, at=NOW - timedelta(days=2), member="First")
    look(neighbour, there, at=NOW - timedelta(days=1), member="Second")
    look(practice, theirs, member="Hidden")
    found = rows(signed_in)
    assert ["Second" in found[0], "First" in found[1], len(found)] == [True, True, 2]
    assert "Cabinet Voisin" in found[0]


def test_whoever_looked_stays_in_the_journal_after_leaving(signed_in, alice, practice):
    look(practice, tie(alice, practice))
    with practice_context(practice):
        leave(alice, now=NOW)
    assert len(rows(signed_in)) == 1


def test_the_journal_is_filtered_by_practice_and_by_period(signed_in, alice, practice, neighbour):
    mine, there = tie(alice, practice), tie(alice, neighbour)
    look(practice, mine, at=NOW - timedelta(days=10), member="Early")
    look(practice, mine, at=NOW, member="Late")
    look(neighbour, there, at=NOW, member="Elsewhere")
    assert len(rows(signed_in)) == 3
    assert len(rows(signed_in, f"{HERE}?practice={practice.id}")) == 2
    assert "Early" in rows(signed_in, f"{HERE}?last=2026-11-15")[0]
    found = rows(signed_in, f"{HERE}?practice={practice.id}&first=2026-11-15&last=2026-11-20")
    assert len(found) == 1 and "Late" in found[0]
    assert len(rows(signed_in, f"{HERE}?practice=&first=&last=")) == 3
    page = soup(signed_in.get(f"{HERE}?practice={practice.id}&first=2026-11-15"))
    assert page.select_one("option[selected]")["value"] == str(practice.id)
    assert page.select_one("#first")["value"] == "2026-11-15"


def test_nothing_in_a_choice_is_said_otherwise_than_nothing_at_all(signed_in, alice, practice):
    def said(url):
        return soup(signed_in.get(url, headers=ENGLISH)).select_one(".empty").get_text(" ", strip=True)

    assert "Nobody has looked at your file yet" in said(HERE)
    look(practice, tie(alice, practice))
    assert "Nothing in this choice" in said(f"{HERE}?last=2020-01-01")


@pytest.mark.parametrize(
    "field, value", [("first", "yesterday"), ("last", "2026-13-01"), ("first", "0001-01-01")]
)
def test_a_day_that_is_none_is_named(signed_in, alice, practice, field, value):
    look(practice, tie(alice, practice))
    answer = signed_in.get(HERE, query_string={field: value})
    assert answer.status_code == 422
    assert soup(answer).select_one(f'.error-summary a[href="#{field}"]')
    assert soup(answer).select_one(f"#{field}")["value"] == value


def test_a_period_does_not_end_before_it_begins(signed_in):
    answer = signed_in.get(f"{HERE}?first=2026-11-20&last=2026-11-19", headers=ENGLISH)
    assert answer.status_code == 422 and "ends before it begins" in answer.get_data(as_text=True)


def test_a_practice_one_does_not_know_is_no_choice(signed_in, alice, practice, neighbour):
    look(practice, tie(alice, practice))
    for other in (neighbour.id, "x", "' OR 1=1"):
        assert len(rows(signed_in, HERE, query_string={"practice": other})) == 1
        assert "Cabinet Voisin" not in signed_in.get(HERE).get_data(as_text=True)


def test_ten_years_of_looks_are_read_fifty_at_a_time(signed_in, alice, practice):
    patient = tie(alice, practice)
    day = timedelta(days=1)
    with practice_context(practice):
        many = [
            {
                "patient": patient,
                "account_id": patient.id,
                "member": f"Member {n}",
                "roles": ["owner"],
                "what": "day",
                "why": "day",
                "at": NOW - n * day,
            }
            for n in range(3650)
        ]
        for start in range(0, len(many), 200):
            AccessEntry.insert_many(many[start : start + 200]).execute()
    asked = []
    execute = database.obj.execute_sql

    def listening(sql, *args, **more):
        asked.append(sql)
        return execute(sql, *args, **more)

    database.obj.execute_sql = listening
    try:
        first = signed_in.get(HERE, headers=ENGLISH)
    finally:
        del database.obj.execute_sql
    page = soup(first)
    assert len(page.select(".journal-row")) == 50
    assert "Member 0" in page.select_one(".journal-row").get_text()
    statements = [sql for sql in asked if '"access_entry"' in sql]
    assert len(statements) == 1 and "LIMIT" in statements[0]
    following = rows(signed_in, HERE + page.select_one('a[rel="next"]')["href"])
    assert "Member 50" in following[0] and len(following) == 50
    last = rows(signed_in, f"{HERE}?page=72")
    assert len(last) == 50 and "Member 3649" in last[-1]
    assert soup(signed_in.get(f"{HERE}?page=72")).select_one('a[rel="next"]') is None


def test_paging_keeps_the_choice(signed_in, alice, practice):
    patient = tie(alice, practice)
    for n in range(51):
        look(practice, patient, at=NOW - timedelta(hours=n))
    page = soup(signed_in.get(f"{HERE}?practice={practice.id}&first=2026-01-01"))
    following = page.select_one('a[rel="next"]')["href"]
    assert f"practice={practice.id}" in following and "first=2026-01-01" in following
    assert len(rows(signed_in, HERE + following)) == 1


def test_the_privacy_tab_shows_the_three_newest(client, clock, alice, practice):
    patient = tie(alice, practice)
    for n in range(5):
        look(practice, patient, at=NOW - timedelta(days=n), member=f"Member {n}")
    sign_in_as(client, alice, clock=clock, host=HOST)
    answer = client.get("/account/privacy", base_url=f"http://{HOST}")
    found = [row.get_text() for row in soup(answer).select("#journal .journal-row")]
    assert len(found) == 3 and "Member 0" in found[0] and "Member 2" in found[2]
