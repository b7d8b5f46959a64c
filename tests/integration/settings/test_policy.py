"""The owner changes who may book what: saved, inherited, typed wrong, typed by two people at once."""

from uuid import uuid4

import pytest

from app.booking.models import AgendaLimit, BookingPolicy
from app.directory.models import HealthcareService, Listing, Schedule
from app.kernel.audit import AuditEvent
from app.kernel.owners import Practice
from app.kernel.tenancy import across_practices, practice_context
from tests.conftest import HOST
from tests.journey import form_of, soup
from tests.people import make_member, sign_in_as

HERE = "/settings/policy"


@pytest.fixture
def owner(client, practice, clock):
    """The browser of somebody who owns Lavande."""
    account = make_member(practice, roles=("owner",), email="aline@lavande.example", given_name="Aline")
    sign_in_as(client, account, clock=clock, staff=True)
    return client


@pytest.fixture
def second(app, practice, clock):
    """Another owner, at another desk."""
    account = make_member(practice, roles=("owner",), email="thomas@lavande.example", given_name="Thomas")
    browser = app.test_client()
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    sign_in_as(browser, account, clock=clock, staff=True)
    return browser


@pytest.fixture
def service(inside, practice):
    def named(key):
        with practice_context(practice):
            return HealthcareService.get(HealthcareService.key == key)

    return named


def opened(browser, url):
    """(where the form goes, its fields as they stand)"""
    response = browser.get(url)
    assert response.status_code == 200
    return form_of(soup(response), holding="version")


def changed(browser, url, **typed):
    action, fields = opened(browser, url)
    names = {name.replace("__", "-"): value for name, value in typed.items()}
    assert names.keys() <= fields.keys()
    return browser.post(action, data={**fields, **names})


def rule_of(practice, service, **who):
    with practice_context(practice):
        row = {"level": None, "known": None, "schedule": None} | who
        return BookingPolicy.get_or_none(service=service, **row)


def test_the_matrix_is_saved_row_by_row_and_bumps_the_catalogue(owner, practice, service):
    seance, before = service("seance"), practice.catalogue_version
    url = f"{HERE}/service/{seance.id}"
    grid = {"outcome-any-new": "request", "outcome-0-any": "call", "outcome-3-any": "direct"}
    action, fields = opened(owner, url)
    answer = owner.post(action, data={**fields, **grid})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HERE}?done=saved")
    assert rule_of(practice, seance, known=False).outcome == "request"
    assert rule_of(practice, seance, level=0).outcome == "call"
    assert rule_of(practice, seance, level=3).outcome == "direct"
    assert rule_of(practice, seance) is None  # nothing was said for everybody
    assert Practice.get_by_id(practice.id).catalogue_version == before + 1
    assert opened(owner, url)[1]["outcome-0-any"] == "call"


def test_notices_are_typed_as_people_say_them_and_stored_in_minutes(owner, practice, service):
    seance = service("seance")
    typed = {
        "min_notice_minutes": "1,5", "min_notice_minutes__unit": "hours",
        "cancellation_notice_minutes": "2", "cancellation_notice_minutes__unit": "days",
        "late_fee_cents": "12,50", "upcoming_most": "3", "sign_in_required": "yes", "cancel_reason": "required",
    }  # fmt: skip
    assert changed(owner, f"{HERE}/service/{seance.id}", **typed).status_code == 303
    row = rule_of(practice, seance)
    assert (row.min_notice_minutes, row.cancellation_notice_minutes, row.late_fee_cents) == (90, 2880, 1250)
    assert (row.upcoming_most, row.sign_in_required, row.cancel_reason) == (3, True, "required")
    fields = opened(owner, f"{HERE}/service/{seance.id}")[1]
    shown = [fields[name] for name in ("min_notice_minutes", "min_notice_minutes-unit", "late_fee_cents")]
    assert shown == ["90", "minutes", "12,50"]


def test_an_empty_field_says_what_it_inherits_and_from_where(owner, service):
    page = soup(owner.get(f"{HERE}/service/{service('bilan').id}"))
    assert "90 jours (vient de\u00a0: Tout le cabinet)" in page.find(id="horizon_days-source").get_text()
    assert "réglage de Parvis" in page.find(id="gap_days-source").get_text()


def test_what_is_emptied_is_inherited_again_and_leaves_no_row(owner, practice, service):
    seance = service("seance")
    changed(owner, f"{HERE}/service/{seance.id}", horizon_days="10")
    assert rule_of(practice, seance).horizon_days == 10
    changed(owner, f"{HERE}/service/{seance.id}", horizon_days="")
    assert rule_of(practice, seance) is None


def test_one_service_in_one_agenda_and_one_kind_of_person(owner, practice, service):
    seance = service("seance")
    with practice_context(practice):
        agenda = Schedule.get(Schedule.key == "aline-namur")
    url = f"{HERE}/agenda/{agenda.id}/service/{seance.id}"
    assert changed(owner, f"{url}?who=1-new", gap_days="7").status_code == 303
    assert rule_of(practice, seance, schedule=agenda, level=1, known=False).gap_days == 7
    assert soup(owner.get(HERE)).find("a", href=url)
    with practice_context(practice):
        not_there = HealthcareService.get(HealthcareService.key == "perinee")  # Aline does not offer it
    assert owner.get(f"{HERE}/agenda/{agenda.id}/service/{not_there.id}").status_code == 404
    assert owner.get(f"{HERE}/practice?who=9-any").status_code == 404


WRONG = {
    "letters": {"horizon_days": "beaucoup"},
    "a negative number": {"upcoming_most": "-1"},
    "beyond the bounds": {"horizon_days": "9999"},
    "a notice of years": {"min_notice_minutes": "9999", "min_notice_minutes__unit": "days"},
    "a third of a minute": {"min_notice_minutes": "0,01", "min_notice_minutes__unit": "minutes"},
    "arabic digits": {"gap_days": "٣"},
    "no hours to answer": {"answer_hours": "0"},
    "a fee of words": {"late_fee_cents": "20 €"},
}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("typed", WRONG.values(), ids=WRONG.keys())
def test_what_is_typed_wrong_is_said_and_nothing_typed_is_lost(owner, practice, typed):
    answer = changed(owner, f"{HERE}/practice", **typed, series_most="7")
    assert answer.status_code == 422
    page = soup(answer)
    name = next(iter(typed))
    assert page.select(f".error-summary a[href='#{name}']")
    assert page.find(id=name)["value"] == typed[name] and page.find(id="series_most")["value"] == "7"
    with practice_context(practice):
        assert BookingPolicy.get(BookingPolicy.service.is_null()).series_most is None
    # the control: the same page, corrected
    action, fields = form_of(page, holding="version")
    assert owner.post(action, data={**fields, name: ""}).status_code == 303


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("sent", [{"outcome-any-any": "free"}, {"outcome-9-any": "direct"}, {"level": "4"},
                                  {"min_notice_minutes-unit": "years", "min_notice_minutes": "1"},
                                  {"cancel_reason": "maybe"}, {"waiting_list": "perhaps"}])  # fmt: skip
def test_what_no_page_of_ours_sends_changes_nothing(owner, practice, sent):
    action, fields = opened(owner, f"{HERE}/practice")
    before = Practice.get_by_id(practice.id).catalogue_version
    assert owner.post(action, data={**fields, **sent}).status_code == 422
    assert Practice.get_by_id(practice.id).catalogue_version == before


def test_two_owners_at_once_the_second_sees_what_differs_and_loses_nothing(owner, second, practice, service):
    url = f"{HERE}/service/{service('seance').id}"
    action, mine = opened(second, url)
    assert changed(owner, url, horizon_days="10").status_code == 303
    answer = second.post(action, data={**mine, "horizon_days": "20", "gap_days": "2"})
    assert answer.status_code == 409
    page = soup(answer)
    row = page.select_one("#differs tbody tr").get_text(" ")
    assert "10 jours" in row and "20 jours" in row
    assert page.find(id="gap_days")["value"] == "2"
    assert rule_of(practice, service("seance")).horizon_days == 10
    # pressing the button again is a decision
    action, fields = form_of(page, holding="version")
    assert second.post(action, data=fields).status_code == 303
    assert rule_of(practice, service("seance")).horizon_days == 20


def test_two_owners_on_two_services_do_not_meet(owner, second, service):
    action, mine = opened(second, f"{HERE}/service/{service('bilan').id}")
    changed(owner, f"{HERE}/service/{service('seance').id}", horizon_days="10")
    assert second.post(action, data={**mine, "horizon_days": "20"}).status_code == 303


def test_the_journal_says_in_words_what_changed_and_the_page_who_and_when(owner, practice, service):
    url = f"{HERE}/service/{service('seance').id}"
    changed(owner, url, horizon_days="10", outcome__any__new="request")
    with practice_context(practice):
        event = AuditEvent.get(verb="rules.change")
    assert event.target == f"service:{service('seance').id}"
    assert event.detail["changes"] == [
        "Tout le monde – Combien de jours à l’avance on peut réserver\u00a0: hérité, désormais 10 jours",
        "Personnes nouvelles ici – Réservation en ligne\u00a0: hérité, désormais Sur demande",
    ]
    for address in (HERE, url):
        assert "Dernière modification par Aline" in soup(owner.get(address)).get_text(" ")
    assert "Dernière modification" not in soup(owner.get(f"{HERE}/practice")).get_text(" ")


def test_nothing_changed_is_no_line_in_the_journal(owner, practice):
    action, fields = opened(owner, f"{HERE}/practice")
    assert owner.post(action, data=fields).status_code == 303
    with practice_context(practice):
        assert not AuditEvent.select().where(AuditEvent.verb == "rules.change").exists()


def test_the_central_search_computes_first_times_anew_when_they_may_differ(owner, practice):
    def stale():
        with across_practices(reason="a test"):
            return (
                Listing.select()
                .where(Listing.practice == practice.id, Listing.next_free_version == 0)
                .count()
            )

    with practice_context(practice):
        Listing.update(next_free_version=7).where(Listing.practice == practice.id).execute()
    changed(owner, f"{HERE}/practice", cancel_reason="off")
    assert stale() == 0
    changed(owner, f"{HERE}/practice", horizon_days="30")
    assert stale() > 0


def test_limits_of_an_agenda_are_added_changed_and_taken_away(owner, practice, service):
    with practice_context(practice):
        agenda = Schedule.get(Schedule.key == "aline-namur")

    def limits():
        with practice_context(practice):
            return [
                (it.service_id, it.period, it.unit, it.most)
                for it in AgendaLimit.select().order_by(AgendaLimit.most)
            ]

    url, seance = f"{HERE}/limits/{agenda.id}", service("seance")
    action, fields = opened(owner, url)
    lines = {"most-0": "4", "period-0": "day", "unit-0": "count", "service-0": str(seance.id),
             "most-2": "600", "period-2": "week", "unit-2": "minutes"}  # fmt: skip
    assert owner.post(action, data={**fields, **lines}).status_code == 303
    assert limits() == [(seance.id, "day", "count", 4), (None, "week", "minutes", 600)]
    action, fields = opened(owner, url)
    first = next(name for name, value in fields.items() if name.startswith("most-") and value == "4")
    assert owner.post(action, data={**fields, first: "4 fois"}).status_code == 422
    twice = {"most-3": "9", "period-3": "week", "unit-3": "minutes"}
    assert owner.post(action, data={**fields, **twice}).status_code == 422
    assert len(limits()) == 2
    assert owner.post(action, data={**fields, first: ""}).status_code == 303
    assert limits() == [(None, "week", "minutes", 600)]
    assert owner.post(action, data={**fields, first: "5"}).status_code == 409  # filled from what is gone


def test_only_owners_change_rules(app, client, practice, clock):
    for role in ("receptionist", "practitioner"):
        browser = app.test_client()
        account = make_member(practice, roles=(role,), email=f"{role}@lavande.example")
        sign_in_as(browser, account, clock=clock, staff=True)
        assert browser.get(HERE).status_code == 403
        assert browser.get(f"{HERE}/practice").status_code == 403
    assert app.test_client().get(HERE).status_code == 303


def test_the_neighbours_services_and_agendas_are_not_found(owner, practice, neighbour):
    with practice_context(neighbour):
        service, agenda = HealthcareService.get(), Schedule.get()
    with practice_context(practice):
        own = HealthcareService.get(HealthcareService.key == "seance")
    for url in (f"service/{service.id}", f"agenda/{agenda.id}", f"limits/{agenda.id}", f"service/{uuid4()}",
                f"agenda/{agenda.id}/service/{own.id}"):  # fmt: skip
        assert owner.get(f"{HERE}/{url}").status_code == 404
    assert owner.get(f"{HERE}/service/{own.id}").status_code == 200
    assert owner.get(HERE, base_url=f"http://voisin.{HOST}").status_code in (303, 403)
