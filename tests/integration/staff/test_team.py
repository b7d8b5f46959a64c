"""Who works at a practice: an owner changes it, at once, and never the last of them away."""

import re
import threading
import time
from datetime import timedelta

import pytest

from app.identity import sessions
from app.identity.models import Session
from app.kernel import audit
from app.kernel.audit import AuditEvent
from app.kernel.db import connection
from app.kernel.tenancy import account_context, practice_context
from app.staff import actions, queries
from app.staff.actions import Doer, Terms
from app.staff.models import Invitation, Member
from app.staff.permissions import PERMISSIONS, may
from app.staff.refusals import LastOwner, UnknownRoles
from tests.conftest import HOST
from tests.factories import NOW
from tests.journey import form_of, soup
from tests.people import make_account, make_member, sign_in_as

TEAM = "/settings/team"
BY = Doer("operator")


def edit(browser, member, **changes):
    """Open the form of a member, change some of it, send it."""
    page = soup(browser.get(f"{TEAM}/{member.id}"))
    _, fields = form_of(page, holding="version")
    fields = {name: value for name, value in {**fields, **changes}.items() if value is not None}
    return browser.post(f"{TEAM}/{member.id}", data=fields)


def token_of(browser, path=TEAM):
    return form_of(soup(browser.get(path)), holding="csrf_token")[1]["csrf_token"]


def rows(practice):
    with practice_context(practice):
        return sorted((m.account_id, tuple(m.roles), m.starts_on, m.ends_on) for m in Member.select())


@pytest.fixture
def sylvie(practice):
    return make_member(practice)


# ---- the page -------------------------------------------------------------------------------------------------------


def test_the_owner_sees_everybody_with_roles_and_dates(desk, sylvie):
    page = desk.get(TEAM)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "Sylvie Renard" in text and "Aline Renard" in text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("roles", [("receptionist",), ("practitioner",), ("receptionist", "practitioner")])
def test_only_an_owner_gets_to_the_team(client, practice, clock, roles):
    account = make_member(practice, roles=roles)
    sign_in_as(client, account, clock=clock, staff=True)
    assert client.get("/desk/day").status_code == 200  # the control
    for path in (TEAM, f"{TEAM}/invite"):
        assert client.get(path).status_code == 403


def test_an_owner_next_door_is_nobody_here(client, neighbour, clock):
    account = make_member(neighbour, roles=("owner",))
    sign_in_as(client, account, clock=clock, staff=True)
    assert client.get(TEAM).status_code == 403
    sign_in_as(client, account, clock=clock, staff=True, host=f"voisin.{HOST}")
    assert client.get(TEAM, base_url=f"http://voisin.{HOST}").status_code == 200  # the control


def test_a_permission_that_is_not_in_the_table_is_nobodys():
    assert PERMISSIONS["staff:manage"] == {"owner"}
    with pytest.raises(KeyError):
        may(["owner"], "staff:everything")


# ---- roles and dates ------------------------------------------------------------------------------------------------


def test_roles_change_are_journalled_and_end_the_sessions_here(desk, sylvie, practice, member_of, clock, app):
    hers, next_door = app.test_client(), app.test_client()
    sign_in_as(hers, sylvie, clock=clock, staff=True)
    sign_in_as(next_door, sylvie, clock=clock, host=f"voisin.{HOST}")
    assert hers.get("/desk/day").status_code == 200
    answer = edit(desk, member_of(sylvie), practitioner="y")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{TEAM}?done=changed")
    assert member_of(sylvie).roles == ["practitioner", "receptionist"]
    assert hers.get("/desk/day").status_code == 303
    with account_context(sylvie):
        assert [row.host for row in Session.select()] == [f"voisin.{HOST}"]
    with practice_context(practice):
        event = AuditEvent.get(AuditEvent.verb == "member.change")
    assert event.actor.startswith("account:")
    assert event.detail["before"]["roles"] == ["receptionist"]
    assert event.detail["after"]["roles"] == ["practitioner", "receptionist"]


def test_a_change_that_changes_nothing_ends_nothing(desk, sylvie, member_of, clock, app):
    hers = app.test_client()
    sign_in_as(hers, sylvie, clock=clock, staff=True)
    assert edit(desk, member_of(sylvie)).status_code == 303
    assert hers.get("/desk/day").status_code == 200
    assert member_of(sylvie).version == 1


def test_an_end_date_keeps_somebody_out_from_the_next_day_on(desk, sylvie, member_of, clock, client):
    last = clock.now().date()
    edit(desk, member_of(sylvie), ends_on=last.isoformat())
    sign_in_as(client, sylvie, clock=clock, staff=True)
    assert client.get("/desk/day").status_code == 200  # the last day counts
    clock.move(days=1)
    sign_in_as(client, sylvie, clock=clock, staff=True)
    assert client.get("/desk/day").status_code == 403


def test_ending_somebody_is_at_once(desk, sylvie, practice, member_of, clock, app):
    hers = app.test_client()
    sign_in_as(hers, sylvie, clock=clock, staff=True)
    member = member_of(sylvie)
    answer = desk.post(f"{TEAM}/{member.id}/end", data={"csrf_token": token_of(desk, f"{TEAM}/{member.id}")})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{TEAM}?done=ended")
    assert hers.get("/desk/day").status_code == 303
    sign_in_as(hers, sylvie, clock=clock, staff=True)
    assert hers.get("/desk/day").status_code == 403
    with practice_context(practice):
        assert AuditEvent.select().where(AuditEvent.verb == "member.end").count() == 1


def test_a_change_needs_a_fresh_proof(desk, sylvie, practice, member_of, clock):
    member, before = member_of(sylvie), rows(practice)
    token = token_of(desk, f"{TEAM}/{member.id}")
    clock.move(minutes=16)
    for url, data in (
        (f"{TEAM}/{member.id}", {"owner": "y", "starts_on": "2026-11-20", "version": "1"}),
        (f"{TEAM}/{member.id}/end", {}),
        (f"{TEAM}/invite", {"email": "x@example.be"}),
    ):
        answer = desk.post(url, data={**data, "csrf_token": token})
        assert answer.status_code == 303 and "/step-up" in answer.headers["Location"], url
    assert rows(practice) == before


def test_an_owner_who_changes_their_own_roles_goes_on_under_a_new_cookie(desk, owner, member_of, clock, app):
    elsewhere = app.test_client()
    sign_in_as(elsewhere, owner, clock=clock, staff=True)
    before = desk.get_cookie("session", domain=f"lavande.{HOST}").value
    assert edit(desk, member_of(owner), practitioner="y").status_code == 303
    after = desk.get_cookie("session", domain=f"lavande.{HOST}").value
    assert after != before
    assert desk.get(TEAM).status_code == 200
    assert elsewhere.get(TEAM).status_code == 303
    desk.set_cookie("session", before, domain=f"lavande.{HOST}")
    assert desk.get(TEAM).status_code == 303  # the old one is dead


# ---- the last owner -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [{"owner": None, "receptionist": "y"}, {"ends_on": "2026-12-31"}, {"starts_on": "2026-12-31"}],
    ids=["another role", "an end date", "a later start"],
)
def test_the_last_owner_stays_one(desk, owner, practice, member_of, change):
    before = rows(practice)
    answer = edit(desk, member_of(owner), **change)
    assert answer.status_code == 422
    assert "settings/team" in answer.get_data(as_text=True)
    assert rows(practice) == before
    make_member(practice, roles=("owner", "receptionist"), email="second@lavande.example")
    assert edit(desk, member_of(owner), **change).status_code == 303  # the control: with a second one it goes


def test_the_last_owner_cannot_end_themself(desk, owner, practice, member_of):
    member = member_of(owner)
    data = {"csrf_token": token_of(desk, f"{TEAM}/{member.id}")}
    assert desk.post(f"{TEAM}/{member.id}/end", data=data).status_code == 422
    make_member(
        practice, roles=("owner",), email="leaving@lavande.example", ends_on=NOW.date() + timedelta(30)
    )
    assert (
        desk.post(f"{TEAM}/{member.id}/end", data=data).status_code == 422
    )  # whoever leaves soon is no owner to stay
    make_member(practice, roles=("owner",), email="second@lavande.example")
    answer = desk.post(f"{TEAM}/{member.id}/end", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert desk.get(TEAM).status_code == 403


def remove_all(practice, owners, now):
    """Everybody ends everybody at once; how many were refused."""
    gate, refused, broken = threading.Barrier(len(owners)), [], []

    def one(member_id):
        try:
            with connection(), practice_context(practice):
                gate.wait()
                actions.end(practice, member_id, by=BY, now=now)
        except LastOwner:
            refused.append(member_id)
        except Exception as problem:  # noqa: BLE001 - the test wants to see every kind
            broken.append(repr(problem))

    threads = [threading.Thread(target=one, args=(member,)) for member in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    return len(refused)


@pytest.fixture
def twenty(practice, monkeypatch):
    """Twenty owners, and a database connection for each."""
    from app.kernel.db import database

    if hasattr(database.obj, "_max_connections"):
        monkeypatch.setattr(database.obj, "_max_connections", 40)
    for number in range(20):
        make_member(practice, roles=("owner",), email=f"owner{number}@lavande.example")
    with practice_context(practice):
        return [member.id for member in Member.select()]


def test_twenty_removals_at_once_leave_an_owner(practice, twenty, clock):
    assert remove_all(practice, twenty, clock.now()) == 1
    with practice_context(practice):
        assert len(queries.lasting_owners(today=clock.now().date())) == 1


def test_the_control_without_the_guard_leaves_none(practice, twenty, clock, monkeypatch):
    """If this one stays green, the test above proves nothing."""
    monkeypatch.setattr(actions, "_keep_an_owner", lambda *_args, **_more: None)
    remove_all(practice, twenty, clock.now())
    with practice_context(practice):
        assert queries.lasting_owners(today=clock.now().date()) == []


@pytest.mark.parametrize(
    "engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)  # SQLite has one writer at a time even without the lock
def test_the_control_without_the_lock_leaves_none(practice, twenty, clock, monkeypatch):
    check = actions._keep_an_owner
    monkeypatch.setattr(actions, "lock", lambda: None)
    monkeypatch.setattr(
        actions, "_keep_an_owner", lambda *args, **more: (check(*args, **more), time.sleep(0.3))
    )
    remove_all(practice, twenty, clock.now())
    with practice_context(practice):
        assert queries.lasting_owners(today=clock.now().date()) == []


# ---- two tabs, and forms nobody was shown ---------------------------------------------------------------------------


def test_the_slower_of_two_tabs_sees_what_differs_and_loses_nothing(desk, sylvie, practice, member_of):
    member = member_of(sylvie)
    _, stale = form_of(soup(desk.get(f"{TEAM}/{member.id}")), holding="version")
    with practice_context(practice):
        actions.change(
            practice, member.id, Terms(("practitioner",), member.starts_on), version=1, by=BY, now=NOW
        )
    answer = desk.post(f"{TEAM}/{member.id}", data={**stale, "ends_on": "2027-01-31"})
    assert answer.status_code == 409
    page = soup(answer)
    assert page.select_one("table.data") and page.select_one("[name=ends_on]")["value"] == "2027-01-31"
    assert member_of(sylvie).roles == ["practitioner"]
    _, fresh = form_of(page, holding="version")
    assert desk.post(f"{TEAM}/{member.id}", data=fresh).status_code == 303  # knowing it, one may go on
    assert member_of(sylvie).roles == ["receptionist"]


@pytest.mark.parametrize(
    "extra",
    [
        {"operator": "y"},
        {"role": "operator"},
        {"roles": "operator"},
        {"practice_id": "x"},
        {"account": "x"},
        {"is_active": "1"},
        {"owner": None, "practitioner": None, "receptionist": None},
        {"starts_on": "2026-13-01"},
        {"starts_on": "2026-11-20", "ends_on": "2026-11-19"},
        {"ends_on": "9999-12-31"},
    ],
    ids=str,
)
def test_what_is_on_no_page_changes_nothing(desk, sylvie, practice, member_of, extra):
    before = rows(practice)
    assert edit(desk, member_of(sylvie), **{"practitioner": "y", **extra}).status_code == 422
    assert rows(practice) == before
    assert edit(desk, member_of(sylvie), practitioner="y").status_code == 303  # the control
    assert rows(practice) != before


def test_no_code_path_makes_an_operator():
    for roles in (("operator",), ("owner", "operator"), ()):
        with pytest.raises(UnknownRoles):
            Terms(roles, NOW.date())


def test_a_member_of_another_practice_is_not_found(desk, neighbour, member_of):
    account = make_member(neighbour, email="voisine@voisin.example")
    with practice_context(neighbour):
        theirs = Member.get(Member.account == account.id)
    token = token_of(desk)
    for call in (
        lambda: desk.get(f"{TEAM}/{theirs.id}"),
        lambda: desk.post(f"{TEAM}/{theirs.id}", data={"csrf_token": token}),
        lambda: desk.post(f"{TEAM}/{theirs.id}/end", data={"csrf_token": token}),
    ):
        assert call().status_code == 404


# ---- inviting -------------------------------------------------------------------------------------------------------

GUEST = {
    "email": "nora@example.be",
    "given_name": "Nora",
    "family_name": "Peeters",
    "language": "nl",
    "practitioner": "y",
}


def invite(browser, **changes):
    _, fields = form_of(soup(browser.get(f"{TEAM}/invite")), holding="email")
    return browser.post(f"{TEAM}/invite", data={**fields, **GUEST, **changes})


def test_an_invitation_is_shown_sent_again_and_withdrawn(desk, practice, clock):
    assert invite(desk).headers["Location"] == f"{TEAM}?done=invited"
    with practice_context(practice):
        made = Invitation.get()
    assert "nora@example.be" in desk.get(TEAM).get_data(as_text=True)
    first = made.token_hash
    clock.move(minutes=5)
    again = desk.post(f"{TEAM}/invitations/{made.id}/resend", data={"csrf_token": token_of(desk)})
    assert again.status_code == 303
    with practice_context(practice):
        made = Invitation.get()
        assert made.token_hash != first and made.expires_at == clock.now() + timedelta(days=7)
    gone = desk.post(f"{TEAM}/invitations/{made.id}/withdraw", data={"csrf_token": token_of(desk)})
    assert gone.status_code == 303
    assert "nora@example.be" not in desk.get(TEAM).get_data(as_text=True)
    for act in ("resend", "withdraw"):
        late = desk.post(f"{TEAM}/invitations/{made.id}/{act}", data={"csrf_token": token_of(desk)})
        assert late.status_code == 409
    with practice_context(practice):
        verbs = [row.verb for row in AuditEvent.select().where(AuditEvent.verb.startswith("staff."))]
    assert sorted(verbs) == ["staff.invite", "staff.invite-again", "staff.withdraw"]


@pytest.mark.parametrize("known", [True, False])
def test_inviting_never_says_whether_an_address_has_an_account(desk, practice, known):
    if known:
        make_account(email="nora@example.be")
    answer = invite(desk)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{TEAM}?done=invited")
    page = desk.get(TEAM).get_data(as_text=True)
    assert "Dupont" not in page


def test_nobody_is_invited_twice_nor_while_they_work_here(desk, sylvie):
    assert invite(desk).status_code == 303
    assert invite(desk, email="NORA@example.be").status_code == 422
    assert invite(desk, email=sylvie.email).status_code == 422


@pytest.mark.parametrize(
    "extra", [{"role": "operator"}, {"operator": "y"}, {"token_hash": "x"}, {"actor": "x"}]
)
def test_an_invitation_with_something_extra_is_none(desk, practice, extra):
    assert invite(desk, **extra).status_code == 422
    with practice_context(practice):
        assert not Invitation.select().exists()


def test_everything_typed_is_still_there(desk):
    page = soup(invite(desk, email="nora", practitioner="y"))
    assert page.select_one(".error-summary")
    assert page.select_one("[name=email]")["value"] == "nora"
    assert page.select_one("[name=practitioner]").has_attr("checked")
    assert re.search("Nora", page.select_one("[name=given_name]")["value"])


def test_the_last_sign_in_is_shown(desk, sylvie, clock, inside):
    before = desk.get(TEAM).get_data(as_text=True)
    audit.record_account(sylvie.id, verb="sign-in", at=clock.now())
    assert desk.get(TEAM).get_data(as_text=True) != before


def test_ending_here_spares_sessions_elsewhere(owner, practice, sylvie, member_of, clock):
    for host in (f"lavande.{HOST}", HOST):
        sessions.start(sylvie, host=host, stage="open", staff=True, seen=sessions.Seen(), now=clock.now())
    with practice_context(practice):
        actions.end(practice, member_of(sylvie).id, by=BY, now=clock.now())
    with account_context(sylvie):
        assert [row.host for row in Session.select()] == [HOST]
