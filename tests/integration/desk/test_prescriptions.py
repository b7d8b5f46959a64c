"""Prescriptions at the desk: noted, counted from the visits, ended; and the numbers an owner counts by."""

from datetime import date
from uuid import uuid4

import pytest

from app.booking import budget_words, prescriptions
from app.booking.models import Prescription, QuotaRule
from app.kernel.audit import AuditEvent
from app.kernel.clock import to_minutes
from app.kernel.errors import NotFound
from app.kernel.i18n import speaking
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry
from tests.factories import make_appointment, make_patient
from tests.journey import soup
from tests.people import make_member, sign_in_as


@pytest.fixture
def patient(practice, inside):
    with practice_context(practice):
        return make_patient()


@pytest.fixture
def owner(client, practice, clock):
    sign_in_as(client, make_member(practice, roles=("owner",)), clock=clock, staff=True)
    return client


def token(client, path):
    return soup(client.get(path)).find("input", attrs={"name": "csrf_token"})["value"]


def visits(patient, *, days, now):
    """One visit a day, these many days before (or after) now."""
    first = make_appointment(patient=patient, starts=to_minutes(now) + days[0] * 1440)
    for offset in days[1:]:
        start = to_minutes(now) + offset * 1440
        make_appointment(like=first, starts=start)


def counted(practice, patient, clock):
    with practice_context(practice):
        return prescriptions.of_patient(patient.id, practice=practice, now=clock.now())


def noted(practice, patient, clock, **more):
    values = {"prescribed_on": date(2026, 11, 10), "sessions": 9, **more}
    with practice_context(practice):
        return prescriptions.note(patient, by="member", now=clock.now(), **values)


def test_a_practice_begins_with_the_usual_numbers_of_its_disciplines(practice):
    with practice_context(practice):
        assert {row.discipline for row in prescriptions.quotas()} == {"persphysiotherapist"}
        assert prescriptions.begin_with_usual({"persphysiotherapist"}) == 0


def test_visits_since_the_prescription_are_counted(practice, patient, clock):
    noted(practice, patient, clock, used_elsewhere=1)
    with practice_context(practice):
        visits(patient, days=[-2, -1, 1, 2, -40], now=clock.now())
    (found,) = counted(practice, patient, clock)
    assert (found.budget.used, found.budget.booked, found.budget.left) == (3, 2, 4)


def test_who_did_not_come_had_no_session(practice, patient, clock):
    noted(practice, patient, clock)
    with practice_context(practice):
        make_appointment(
            patient=patient, starts=to_minutes(clock.now()) - 1440, status="noshow", origin="import"
        )
    (found,) = counted(practice, patient, clock)
    assert (found.budget.used, found.budget.left) == (0, 9)


def test_of_two_prescriptions_each_visit_counts_once(practice, patient, clock):
    noted(practice, patient, clock, sessions=2, prescribed_on=date(2026, 11, 1))
    noted(practice, patient, clock, sessions=9, prescribed_on=date(2026, 11, 18))
    with practice_context(practice):
        visits(patient, days=[-10, -9, -1, 1], now=clock.now())
    new, old = counted(practice, patient, clock)
    assert (new.budget.used, new.budget.booked) == (1, 1)
    assert (old.budget.used, old.budget.left, old.budget.needs_another) == (2, 0, True)


def test_the_nineteenth_session_of_the_year_is_told(practice, patient, clock):
    with practice_context(practice):
        common = QuotaRule.get(QuotaRule.key == "kine-common")
    noted(practice, patient, clock, quota=common.id, used_elsewhere=8, sessions=30)
    with practice_context(practice):
        visits(patient, days=range(-9, 1), now=clock.now())
    (found,) = counted(practice, patient, clock)
    with speaking("en"):
        said = [one.text for one in budget_words.sentences(found)]
    assert said[0] == "The next session is number 19 of the year: from here on less is reimbursed."


def test_only_what_is_of_the_practice_can_be_noted(practice, neighbour, patient, clock):
    with practice_context(neighbour):
        theirs = QuotaRule.select().first()
    with pytest.raises(NotFound):
        noted(practice, patient, clock, quota=theirs.id)
    with pytest.raises(NotFound):
        noted(practice, patient, clock, practitioner=uuid4())


def test_the_desk_notes_and_ends_a_prescription(desk, practice, patient):
    path = f"/desk/patients/{patient.id}/prescriptions"
    fields = {"csrf_token": token(desk, path), "prescribed_on": "2026-11-10", "sessions": "9"}
    assert desk.post(path, data=fields).status_code == 303
    page = soup(desk.get(path))
    assert page.find("meter")["max"] == "9"
    with practice_context(practice):
        made = Prescription.get()
        assert AuditEvent.select().where(AuditEvent.verb == "prescription.note").count() == 1
        assert AccessEntry.select().where(AccessEntry.patient == patient.id).count() >= 1
    ended = desk.post(f"{path}/{made.id}/end", data={"csrf_token": fields["csrf_token"]})
    assert ended.status_code == 303
    assert desk.post(f"{path}/{made.id}/end", data={"csrf_token": fields["csrf_token"]}).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prescribed_on", "2026-11-31"),
        ("prescribed_on", "2030-01-01"),
        ("prescribed_on", "1999-01-01"),
        ("sessions", "0"),
        ("sessions", "9e9"),
        ("sessions", "501"),
        ("used_elsewhere", "-1"),
        ("quota", "x"),
        ("practitioner", "670f6609-533f-420c-a229-d4c15af20ae7"),
    ],
)
def test_what_makes_no_sense_comes_back_with_a_sentence(desk, practice, patient, field, value):
    path = f"/desk/patients/{patient.id}/prescriptions"
    fields = {"csrf_token": token(desk, path), "prescribed_on": "2026-11-10", "sessions": "9", field: value}
    answer = desk.post(path, data=fields)
    assert answer.status_code == 422
    assert soup(answer).select(".error-summary li")
    with practice_context(practice):
        assert Prescription.select().count() == 0


def test_next_door_nobody_is_found(desk, neighbour, inside):
    with practice_context(neighbour):
        theirs = make_patient(given_name="Charlie")
    assert desk.get(f"/desk/patients/{theirs.id}/prescriptions").status_code == 404


def test_an_owner_changes_the_numbers_and_adds_a_kind(owner, practice):
    with practice_context(practice):
        common = QuotaRule.get(QuotaRule.key == "kine-common")
    path = f"/settings/quotas/{common.id}"
    fields = {"csrf_token": token(owner, path), "name": "Kiné", "discipline": "persphysiotherapist"}
    assert (
        owner.post(
            path, data={**fields, "tiers": "18; 9", "per_year": "72", "start_within_days": ""}
        ).status_code
        == 303
    )
    assert owner.post("/settings/quotas/new", data={**fields, "tiers": ""}).status_code == 303
    with practice_context(practice):
        assert QuotaRule.get_by_id(common.id).tiers == [9, 18]
        assert QuotaRule.get_by_id(common.id).start_within_days is None
        assert QuotaRule.select().where(QuotaRule.key.startswith("own-")).count() == 1


@pytest.mark.parametrize("tiers", ["neuf", "0", "1,2,3,4,5,6", "9.5", "-9"])
def test_numbers_that_are_none_are_refused(owner, tiers):
    fields = {
        "csrf_token": token(owner, "/settings/quotas/new"),
        "name": "Kiné",
        "discipline": "persphysiotherapist",
    }
    assert owner.post("/settings/quotas/new", data={**fields, "tiers": tiers}).status_code == 422


def test_the_usual_ones_come_back_and_what_was_changed_stays(owner, practice):
    with practice_context(practice):
        QuotaRule.delete().where(QuotaRule.key == "kine-f-acute").execute()
        QuotaRule.update(per_year=5).where(QuotaRule.key == "kine-common").execute()
    fields = {"csrf_token": token(owner, "/settings/quotas")}
    assert owner.post("/settings/quotas/usual", data=fields).status_code == 303
    with practice_context(practice):
        assert {row.key: row.per_year for row in QuotaRule.select()} == {"kine-common": 5, "kine-f-acute": 60}


def test_the_reception_does_not_change_what_owners_say(desk):
    assert desk.get("/settings/quotas").status_code == 403
