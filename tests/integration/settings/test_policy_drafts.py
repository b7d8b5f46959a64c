"""Rules are written as a draft nobody meets, published at once or on a day, and every version can come back."""

from datetime import UTC, datetime, timedelta

import pytest

from app.booking.models import AgendaLimit, BookingPolicy, PolicyDraft, PolicyVersion
from app.booking.turnover import publish_rules
from app.directory.models import HealthcareService, Listing, Schedule
from app.kernel.audit import AuditEvent
from app.kernel.clock import day_bounds, to_minutes
from app.kernel.db import write_tx
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.practice import folder
from app.settings.exporting import export, folder_of
from app.settings.opening import open_practice
from tests.conftest import HOST
from tests.factories import make_appointment
from tests.integration.settings.pages import opened, posted
from tests.journey import form_of, soup

RULES = "/settings/policy"
DRAFT = f"{RULES}/draft"
sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def seance(inside, practice):
    with practice_context(practice):
        return HealthcareService.get(HealthcareService.key == "seance")


def keep(browser, service, **typed):
    """As a draft."""
    address = f"{RULES}/service/{service.id}"
    return posted(
        browser, address, keep="1", **{name.replace("__", "-"): text for name, text in typed.items()}
    )


def publish(browser):
    return posted(browser, DRAFT, holding="publish_on", publish="1")


def plan(browser, day, *, press="plan"):
    return posted(browser, DRAFT, holding="publish_on", publish_on=day, **{press: "1"})


def forged(browser, **pressed):
    """The form of the draft as somebody else's page would send it."""
    action, fields = opened(browser, DRAFT, holding="publish_on")
    return browser.post(action, data={**fields, "csrf_token": "", **pressed})


def shows(browser, service):
    return browser.get(f"/book/{service.id}", follow_redirects=True).status_code == 200


def versions(practice):
    with practice_context(practice):
        return list(PolicyVersion.select().order_by(PolicyVersion.number))


def midnight(day):
    return datetime.fromtimestamp(day_bounds(day, "Europe/Brussels")[0] * 60, UTC)


@pytest.fixture
def guest(app):
    return app.test_client()


def test_a_draft_is_seen_by_nobody_until_it_is_published(aline, guest, practice, seance):
    before = Practice.get_by_id(practice.id).catalogue_version
    answer = keep(aline, seance, outcome__any__any="hidden", horizon_days="30")
    assert answer.headers["Location"] == f"{DRAFT}?done=kept"
    assert shows(guest, seance)
    assert (
        Practice.get_by_id(practice.id).catalogue_version == before
    )  # whoever is booking goes on undisturbed
    page = soup(aline.get(DRAFT))
    words = page.select_one("#draft").get_text(" ", strip=True)
    assert "Réservation en ligne" in words and "90 jours (hérité)" in words and "30 jours" in words
    with practice_context(practice):
        assert BookingPolicy.get_or_none(service=seance) is None and not PolicyVersion.select().exists()
    assert forged(aline, publish="1").status_code == 400 and not versions(practice)
    # the control: published, everybody meets it
    assert publish(aline).headers["Location"] == f"{RULES}?done=published"
    assert not shows(guest, seance)
    first, second = versions(practice)
    assert (first.number, second.number) == (1, 2)
    assert second.published_by.startswith("account:")
    with practice_context(practice):
        assert BookingPolicy.get(service=seance).horizon_days == 30 and not PolicyDraft.select().exists()
        event = AuditEvent.get(verb="rules.publish")
    assert any(said.endswith("90 jours (hérité), désormais 30 jours") for said in event.detail["changes"])


def test_an_owner_sees_the_site_with_the_draft_and_nobody_else_does(aline, guest, seance):
    keep(aline, seance, outcome__any__any="hidden")
    posted(aline, RULES, holding="standing", standing="0-new")
    assert shows(aline, seance)  # as a guest, under the rules in force
    posted(aline, DRAFT, holding="standing", standing="0-new")
    assert not shows(aline, seance)
    assert "avec les règles du brouillon" in aline.get("/").get_data(as_text=True)
    assert shows(guest, seance)
    keep(aline, seance, outcome__any__any="")  # in force it says nothing: the draft is empty, and gone
    posted(aline, f"{RULES}/service/{seance.id}?draft=1", keep="1", **{"outcome-any-any": "request"})
    assert shows(aline, seance)  # the draft as it is now


def test_the_page_of_a_service_shows_what_is_in_force_and_leads_to_the_draft(aline, practice, seance):
    keep(aline, seance, horizon_days="30")
    address = f"{RULES}/service/{seance.id}"
    page = soup(aline.get(address))
    assert page.find(id="horizon_days").get("value", "") == ""
    assert page.find(id="elsewhere").a["href"] == f"{address}?draft=1"
    assert page.find("button", attrs={"name": "keep"}) is None
    drafting = soup(aline.get(f"{address}?draft=1"))
    assert drafting.find(id="horizon_days")["value"] == "30"
    assert drafting.find("button", attrs={"name": "publish"}) is None
    # from there it goes on into the draft, and what is in force stays
    answer = posted(aline, f"{address}?draft=1", gap_days="2")
    assert answer.headers["Location"] == f"{DRAFT}?done=kept"
    with practice_context(practice):
        (row,) = PolicyDraft.get().changes["rules"]
        assert row["says"] == {"horizon_days": 30, "gap_days": 2}
        assert BookingPolicy.get_or_none(service=seance) is None


def test_a_quick_change_counts_at_once_and_leaves_the_draft_as_it_is(aline, practice, seance):
    keep(aline, seance, late_fee_cents="30")
    answer = posted(aline, f"{RULES}/practice", publish="1", gap_days="1")
    assert answer.headers["Location"] == f"{RULES}?done=saved"
    assert posted(aline, f"{RULES}/service/{seance.id}", publish="1", series_most="5").status_code == 303
    with practice_context(practice):
        row = BookingPolicy.get(service=seance)
        assert (row.late_fee_cents, row.series_most) == (None, 5)
    publish(aline)
    with practice_context(practice):
        row = BookingPolicy.get(service=seance)
        assert (row.late_fee_cents, row.series_most) == (3000, 5)
    assert [one.number for one in versions(practice)] == [1, 2, 3, 4]


DAYS = {"winter": datetime(2027, 1, 1), "summer": datetime(2027, 7, 1), "the night the clocks change":
        datetime(2027, 3, 28), "the day after": datetime(2027, 3, 29)}  # fmt: skip


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS.keys())
@sqlite
def test_on_its_day_a_draft_begins_at_midnight_of_the_practice_and_not_a_moment_before(
    aline, guest, practice, seance, clock, day
):
    keep(aline, seance, outcome__any__any="hidden")
    assert plan(aline, f"{day:%Y-%m-%d}").headers["Location"] == f"{DRAFT}?done=planned"
    begins = midnight(day.date())
    assert begins.astimezone(UTC).hour == (22 if day.month == 7 or day.day == 29 else 23)
    clock.at = begins - timedelta(microseconds=1)
    assert shows(guest, seance)
    clock.at = begins
    assert not shows(guest, seance)  # no job was needed
    assert [one.starts_at for one in versions(practice)][1] == begins


def test_of_two_who_come_at_that_instant_one_writes_it_down(aline, practice, seance, clock):
    keep(aline, seance, outcome__any__any="call")
    plan(aline, "2027-01-01")
    assert publish_rules() == 0
    clock.at = midnight(datetime(2027, 1, 1).date()) + timedelta(hours=5)
    with practice_context(practice):
        Listing.update(next_free_version=7).where(Listing.practice == practice.id).execute()
    assert publish_rules() == 1 and publish_rules() == 0
    found = versions(practice)
    assert [one.number for one in found] == [1, 2]
    assert found[1].starts_at == midnight(datetime(2027, 1, 1).date()) and found[1].published_at == clock.at
    here = Practice.get_by_id(practice.id)
    assert here.turns_at is None
    with practice_context(practice):
        assert AuditEvent.get(verb="rules.turn").actor == "worker"
        assert not PolicyDraft.select().exists()
        assert (
            Listing.select().where(Listing.practice == practice.id, Listing.next_free_version == 0).exists()
        )


@sqlite
def test_a_publication_that_waits_is_shown_moved_and_taken_back(aline, guest, practice, seance, clock):
    keep(aline, seance, outcome__any__any="hidden")
    plan(aline, "2027-01-01")
    assert "1 janvier 2027" in soup(aline.get(RULES)).find(id="draft").get_text()
    page = soup(aline.get(DRAFT))
    assert "1 janvier 2027" in page.find(id="draft").get_text()
    assert page.find(id="publish_on")["value"] == "2027-01-01"
    plan(aline, "2027-02-01")
    clock.at = midnight(datetime(2027, 1, 1).date()) + timedelta(hours=9)
    assert shows(guest, seance)
    assert Practice.get_by_id(practice.id).turns_at == midnight(datetime(2027, 2, 1).date())


@sqlite
def test_a_day_that_was_taken_back_brings_nothing(aline, guest, practice, seance, clock):
    keep(aline, seance, outcome__any__any="hidden")
    plan(aline, "2026-11-21")
    assert forged(aline, **{"take-back": "1"}).status_code == 400
    with practice_context(practice):
        assert PolicyDraft.get().publish_on is not None
    assert plan(aline, "", press="take-back").headers["Location"] == f"{DRAFT}?done=taken-back"
    clock.at = midnight(datetime(2026, 11, 21).date()) + timedelta(hours=1)
    assert shows(guest, seance) and publish_rules() == 0
    with practice_context(practice):
        assert PolicyDraft.get().publish_on is None
    assert Practice.get_by_id(practice.id).turns_at is None


@sqlite
@pytest.mark.parametrize("day", ["", "2020-01-01", "2026-11-20", "2999-01-01", "demain", "2027-02-30"])
def test_a_day_that_is_none_is_refused_and_the_draft_stays(aline, practice, seance, day):
    keep(aline, seance, horizon_days="30")
    answer = plan(aline, day)
    assert answer.status_code == 422
    page = soup(answer)
    assert (
        page.select(".error-summary a[href='#publish_on']")
        and page.find(id="publish_on").get("value", "") == day
    )
    with practice_context(practice):
        assert PolicyDraft.get().publish_on is None
    assert plan(aline, "2026-11-21").status_code == 303  # the control


@sqlite
def test_what_is_typed_wrong_stays_typed_and_is_in_no_draft(aline, practice, seance):
    answer = keep(aline, seance, horizon_days="beaucoup", gap_days="3")
    assert answer.status_code == 422
    page = soup(answer)
    assert (page.find(id="horizon_days")["value"], page.find(id="gap_days")["value"]) == ("beaucoup", "3")
    with practice_context(practice):
        assert not PolicyDraft.select().exists()


@sqlite
def test_a_draft_that_changes_nothing_any_more_is_none(aline, practice, seance):
    keep(aline, seance, horizon_days="30")
    posted(aline, f"{RULES}/service/{seance.id}?draft=1", keep="1", horizon_days="")
    with practice_context(practice):
        assert not PolicyDraft.select().exists()
    assert soup(aline.get(DRAFT)).find(id="publish") is None


def test_a_draft_is_thrown_away_and_its_day_with_it(aline, practice, seance):
    keep(aline, seance, horizon_days="30")
    plan(aline, "2027-01-01")
    action, fields = next(
        (form["action"], {"csrf_token": form.find(attrs={"name": "csrf_token"})["value"]})
        for form in soup(aline.get(DRAFT)).find_all("form")
        if form["action"].endswith("/removal")
    )
    assert aline.post(action, data=fields).headers["Location"] == f"{RULES}?done=discarded"
    assert Practice.get_by_id(practice.id).turns_at is None
    with practice_context(practice):
        assert not PolicyDraft.select().exists() and not PolicyVersion.select().exists()


def test_limits_of_an_agenda_are_drafted_too(aline, practice):
    with practice_context(practice):
        agenda = Schedule.get(Schedule.key == "aline-namur")
    address = f"{RULES}/limits/{agenda.id}"
    assert posted(aline, address, keep="1", **{"most-0": "4"}).headers["Location"] == f"{DRAFT}?done=kept"
    with practice_context(practice):
        assert not AgendaLimit.select().exists()
    page = soup(aline.get(DRAFT))
    assert "4 rendez-vous par jour" in page.find(id="draft").get_text()
    assert page.find("a", href=f"{address}?draft=1")
    assert opened(aline, f"{address}?draft=1")[1]["most-0"] == "4"
    publish(aline)
    with practice_context(practice):
        assert AgendaLimit.get(schedule=agenda).most == 4


# ---- two people


def test_two_owners_write_the_draft_and_the_second_sees_what_differs(aline, thomas, practice, seance):
    address = f"{RULES}/service/{seance.id}"
    action, theirs = opened(thomas, address)
    keep(aline, seance, horizon_days="30")
    answer = thomas.post(action, data={**theirs, "horizon_days": "45", "gap_days": "2", "keep": "1"})
    assert answer.status_code == 409
    page = soup(answer)
    row = page.select_one("#differs tbody tr").get_text(" ")
    assert "30 jours" in row and "45 jours" in row
    again, fields = form_of(page, holding="version")
    assert again == f"{address}?draft=1" and fields["gap_days"] == "2"
    assert thomas.post(again, data={**fields, "keep": "1"}).status_code == 303
    with practice_context(practice):
        (row,) = PolicyDraft.get().changes["rules"]
        assert row["says"] == {"horizon_days": 45, "gap_days": 2}


@sqlite
def test_nobody_publishes_a_draft_other_than_the_one_they_saw(aline, thomas, practice, seance):
    keep(aline, seance, horizon_days="30")
    action, fields = opened(thomas, DRAFT, holding="publish_on")
    posted(aline, f"{RULES}/service/{seance.id}?draft=1", keep="1", horizon_days="5")
    for press in ("publish", "plan", "take-back"):
        answer = thomas.post(action, data={**fields, "publish_on": "2027-01-01", press: "1"})
        assert answer.status_code == 409 and "5 jours" in soup(answer).find(id="draft").get_text()
    assert not versions(practice)
    action, fields = form_of(soup(answer), holding="publish_on")
    assert thomas.post(action, data={**fields, "publish": "1"}).status_code == 303


@sqlite
def test_publishing_what_was_published_already_says_that_there_is_none(aline, seance):
    keep(aline, seance, horizon_days="30")
    action, fields = opened(aline, DRAFT, holding="publish_on")
    assert aline.post(action, data={**fields, "publish": "1"}).status_code == 303
    assert aline.post(action, data={**fields, "publish": "1"}).status_code == 404


# ---- versions


def test_an_older_version_comes_back_as_a_new_one(aline, guest, practice, seance):
    address = f"{RULES}/service/{seance.id}"
    posted(aline, address, publish="1", **{"outcome-any-any": "hidden"})
    posted(aline, address, publish="1", horizon_days="30")
    assert not shows(guest, seance)
    listed = soup(aline.get(DRAFT)).find(id="versions").get_text(" ", strip=True)
    assert "Version 3" in listed and "Aline" in listed and "90 jours (hérité), désormais 30 jours" in listed
    page = soup(aline.get(f"{RULES}/versions/1"))
    assert "30 jours" in page.find(id="back").get_text()
    action, fields = form_of(page, holding="version")
    assert aline.post(action, data=fields).headers["Location"] == f"{RULES}?done=again"
    assert shows(guest, seance)
    *_older, newest = versions(practice)
    assert (newest.number, newest.again, newest.content) == (4, 1, versions(practice)[0].content)
    assert "Version 1" in soup(aline.get(DRAFT)).find(id="versions").get_text()
    # pressed twice, or by somebody whose page is old: nothing more happens
    assert aline.post(action, data=fields).status_code == 409
    assert len(versions(practice)) == 4


def test_a_version_never_changes(aline, practice, seance):
    posted(aline, f"{RULES}/service/{seance.id}", publish="1", horizon_days="30")
    with practice_context(practice):
        with pytest.raises(Exception, match="append-only"), write_tx():
            PolicyVersion.update(published_by="nobody").execute()
        with pytest.raises(Exception, match="append-only"), write_tx():
            PolicyVersion.delete().execute()
        assert PolicyVersion.select().count() == 2


@sqlite
def test_a_version_that_is_not_there_is_not_found(aline, seance):
    assert aline.get(f"{RULES}/versions/1").status_code == 404
    posted(aline, f"{RULES}/service/{seance.id}", publish="1", horizon_days="30")
    assert aline.get(f"{RULES}/versions/1").status_code == 200
    assert aline.get(f"{RULES}/versions/99999999999999999999").status_code == 404


# ---- appointments that are made already


def test_what_is_booked_keeps_its_deadline_and_its_fee_and_is_counted(aline, practice, seance, clock):
    with practice_context(practice):
        agenda = Schedule.get(Schedule.key == "aline-namur")
        starts = to_minutes(clock.now()) + 3 * 1440
        made = make_appointment(starts=starts, late_fee_cents=2000, level=1)
        type(made).update(service=seance.id, schedule=agenda.id).where(type(made).id == made.id).execute()
    keep(aline, seance, outcome__any__any="call", late_fee_cents="35", cancellation_notice_minutes="3",
         cancellation_notice_minutes__unit="days")  # fmt: skip
    told = soup(aline.get(DRAFT)).find(id="impact").get_text(" ", strip=True)
    assert "1 rendez-vous à venir est concerné" in told and "1 ne pourrait plus être pris en ligne" in told
    publish(aline)
    with practice_context(practice):
        kept = type(made).get_by_id(made.id)
    assert (kept.late_fee_cents, kept.cancel_until) == (2000, made.cancel_until)


# ---- who may


@sqlite
def test_only_owners_write_drafts(aline, sylvie, guest, practice, seance):
    keep(aline, seance, horizon_days="30")
    action, fields = opened(aline, DRAFT, holding="publish_on")
    for address in (DRAFT, f"{RULES}/versions/1"):
        assert sylvie.get(address).status_code == 403 and guest.get(address).status_code == 303
    for address in (action, f"{DRAFT}/removal", f"{RULES}/versions/1/again"):
        assert sylvie.post(address, data={**fields, "publish": "1"}).status_code in (400, 403)
    assert not versions(practice)


@sqlite
def test_the_neighbours_draft_and_versions_are_not_met(aline, practice, neighbour, seance):
    with practice_context(neighbour):
        there = HealthcareService.get()
        said = {
            "rules": [{"row": [there.id.hex, None, None, None], "says": {"horizon_days": 3}}],
            "limits": [],
        }
        PolicyDraft.create(changes=said, updated_at=practice.created_at, updated_by="account:x")
        PolicyVersion.create(
            number=1, content=said, starts_at=practice.created_at, published_at=practice.created_at,
            published_by="account:x",
        )  # fmt: skip
    assert soup(aline.get(DRAFT)).find(id="publish") is None
    assert aline.get(f"{RULES}/versions/1").status_code == 404
    page_token = opened(aline, f"{RULES}/practice")[1]["csrf_token"]
    assert aline.post(DRAFT, data={"csrf_token": page_token, "publish": "1"}).status_code == 404
    assert aline.get(f"{RULES}/service/{there.id}?draft=1").status_code == 404
    assert aline.get(DRAFT, base_url=f"http://voisin.{HOST}").status_code in (303, 403)
    keep(aline, seance, horizon_days="30")  # the control
    publish(aline)
    with practice_context(neighbour):
        assert PolicyDraft.select().count() == 1 and PolicyVersion.select().count() == 1


# ---- moving a practice


def test_a_practice_with_a_draft_that_waits_is_exported_as_it_is_in_force(
    aline, practice, seance, clock, tmp_path
):
    plain = folder.files_of(folder_of(practice))
    keep(aline, seance, horizon_days="30")
    plan(aline, "2027-01-01")
    assert folder.files_of(folder_of(practice)) == plain
    clock.at = midnight(datetime(2027, 1, 1).date())
    export(practice, tmp_path / "lavande", now=clock.now())  # at its instant it holds, whoever asks first
    moved = folder.read(tmp_path / "lavande")
    assert any(rule.horizon_days == 30 for rule in moved.policy.services)
    again = open_practice(
        folder.read(tmp_path / "lavande").__class__(**{**vars(moved), "slug": "ailleurs", "hosts": ()}),
        hosts=["ailleurs.example"], now=clock.now(),
    )  # fmt: skip
    files = folder.files_of(folder_of(again))
    assert files["policy.toml"] == folder.files_of(moved)["policy.toml"]
