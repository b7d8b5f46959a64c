"""A database of the release before, with people in it, becomes today's and loses nobody."""

import uuid

import peewee as pw
import pytest
from playhouse.migrations import Runner

from app.booking import queries
from app.booking.models import Appointment
from app.identity.models import Factor, Session
from app.kernel import audit
from app.kernel.audit import AuditEvent
from app.kernel.audit_check import Chain, first_break
from app.kernel.db import database, open_database, write_tx
from app.kernel.outbox import Outbox
from app.kernel.owners import Account, Practice
from app.kernel.sealing import Keys
from app.kernel.tenancy import account_context, practice_context
from app.schema import MIGRATIONS, upgrade
from app.staff.models import Member
from tests.databases import in_database, make_database
from tests.factories import NOW

WHEN = 1_763_600_000_000_000
PRACTICE, ACCOUNT = uuid.uuid4(), uuid.uuid4()
ROWS = {
    "practice": {
        "id": PRACTICE, "slug": "lavande", "name": "Lavande", "discipline": "persphysiotherapist",
        "timezone": "Europe/Brussels", "languages": '["fr"]', "profile": "{}", "brand_color": "#0f766e",
        "status": "open", "catalogue_version": 1, "created_at": WHEN,
    },
    "account": {
        "id": ACCOUNT, "email": "sylvie@lavande.example", "password_hash": "x", "given_name": "Sylvie",
        "family_name": "Renard", "language": "fr", "created_at": WHEN,
    },
    "member": {
        "id": uuid.uuid4(), "practice_id": PRACTICE, "account_id": ACCOUNT, "roles": '["receptionist"]',
        "starts_on": "2026-01-01",
    },
    "session": {
        "id": uuid.uuid4(), "account_id": ACCOUNT, "token_hash": "t" * 64, "host": "h", "created_at": WHEN,
        "seen_at": WHEN, "expires_at": WHEN, "user_agent": "",
    },
    "outbox": {
        "id": uuid.uuid4(), "practice_id": PRACTICE, "event": "appointment-booked", "payload": '{"a":"b"}',
        "idempotency_key": "key", "state": "waiting", "due_at": WHEN, "attempts": 0, "created_at": WHEN,
    },
    "audit_event": {
        "id": uuid.uuid4(), "practice_id": PRACTICE, "at": WHEN, "actor": "guest", "verb": "appointment.book",
        "target": "appointment:x", "detail": "{}",
    },
}  # fmt: skip


@pytest.fixture
def before(engine, tmp_path, request):
    """Bound to a database that knows 0001 alone, with one row in each table that 0002 touches."""
    if engine == "sqlite":
        url = f"sqlite:///{tmp_path}/old.db"
    else:
        server = request.getfixturevalue("postgres_server")
        name = f"old_{request.function.__name__}"[:60]
        make_database(server, name)
        url = in_database(server, name)
    open_database(url)
    database.connect(reuse_if_open=True)
    Runner(database.obj, directory=str(MIGRATIONS), table_name="schema_migration").up(target="0001_initial")
    for table, row in ROWS.items():
        _insert(table, row)
    yield
    database.close()
    database.obj.close_all()


def test_nobody_is_lost_on_the_way(before):
    assert next(iter(upgrade())).startswith("0002")
    account, practice = Account.get(), Practice.get()
    assert (account.email, account.username, account.version) == ("sylvie@lavande.example", None, 1)
    message = Outbox.get()
    assert (message.event, message.payload, message.state) == ("appointment-booked", {"a": "b"}, "waiting")
    assert message.practice_id == practice.id and message.idempotency_key == "key"
    with practice_context(practice):
        assert Member.get().roles == ["receptionist"] and Member.get().version == 1
        old = AuditEvent.get()
        assert (old.verb, old.seq, old.hash) == ("appointment.book", None, None)
        audit.install(Keys.derive(b"k" * 32).audit)
        with write_tx():
            audit.record(by="worker", verb="day.read", target="day:x", at=NOW)
    assert first_break(Chain.of_practice(practice)) is None


def test_what_was_accepted_stands_on_its_appointment(before):
    """0003 takes the consent of each booking to its row; a neighbour's, or one of nothing, goes nowhere."""
    Runner(database.obj, directory=str(MIGRATIONS), table_name="schema_migration").up(target="0002_accounts")
    for table, row in BOOKED.items():
        _insert(table, row)
    for number, changes in enumerate(
        ({}, {"appointment_id": uuid.uuid4()}, {"sentence": "Later", "at": WHEN + 1})
    ):
        _insert("consent", {**CONSENT, "id": uuid.UUID(int=number + 1), **changes})
    upgrade()
    with practice_context(PRACTICE):
        told = queries.consent_of(Appointment.get())
        assert (told.texts, told.sentence, told.accepted) == ([{"kind": "fee"}], "Gratuit", True)
        assert (told.channel, told.language) == ("web", "nl")
        with pytest.raises(pw.DatabaseError, match="appointment_consent_stands"), write_tx():
            Appointment.update(policy_sentence="Otherwise").execute()
        with write_tx():
            Appointment.update(policy_sentence="Gratuit", note="x").execute()  # the control


def test_factors_survive_their_new_kind(engine, tmp_path, request):
    """0004 makes the table of factors anew: none is lost, and a number opens one account."""
    if engine == "sqlite":
        url = f"sqlite:///{tmp_path}/old.db"
    else:
        server = request.getfixturevalue("postgres_server")
        make_database(server, "before_csam")
        url = in_database(server, "before_csam")
    open_database(url)
    database.connect(reuse_if_open=True)
    try:
        runner = Runner(database.obj, directory=str(MIGRATIONS), table_name="schema_migration")
        runner.up(target="0002_accounts")
        _insert("account", {**ROWS["account"], "version": 1})
        _insert("factor", FACTOR)
        _insert("session", {**ROWS["session"], **SESSION})
        upgrade()
        with account_context(ACCOUNT):
            kept = Factor.get()
            assert (kept.kind, kept.credential_id, kept.last_step) == ("passkey", "abc", 7)
            assert Session.get().level == 0
            key = {"kind": "csam", "created_at": NOW, "confirmed_at": NOW}
            Factor.create(credential_id="csam:x", **key)
            with pytest.raises(pw.IntegrityError):
                Factor.create(credential_id="csam:x", **key)
    finally:
        database.close()
        database.obj.close_all()


SITE, WHO, AGENDA, CARE, FILE, VISIT = (uuid.uuid4() for _ in range(6))
HERE = {"practice_id": PRACTICE}
BOOKED = {
    "patient": {**HERE, "id": FILE, "given_name": "Alice", "family_name": "Dupont", "language": "nl",
                "identity_key": "k", "created_at": WHEN, "seen_at": WHEN},
    "location": {**HERE, "id": SITE, "key": "s", "name": "{}", "street": "x", "postcode": "5000", "town": "{}",
                 "lat": 50.4, "lon": 4.8, "phone": "", "access": "{}", "timezone": "Europe/Brussels", "position": 0},
    "practitioner": {**HERE, "id": WHO, "key": "p", "given_name": "Aline", "family_name": "L", "languages": "[]",
                     "discipline": "x", "title": "", "inami": "", "presentation": "{}", "position": 0,
                     "availability_version": 1},
    "schedule": {**HERE, "id": AGENDA, "key": "a", "practitioner_id": WHO, "location_id": SITE, "public": True,
                 "position": 0},
    "healthcare_service": {**HERE, "id": CARE, "key": "c", "name": "{}", "description": "{}", "preparation": "{}",
                           "duration_minutes": 30, "grid_minutes": 15, "grid_offset_minutes": 0,
                           "buffer_before_minutes": 0, "buffer_after_minutes": 0, "capacity": 1, "staff_reserved": 0,
                           "online": True, "archived": False, "position": 0},
    "appointment": {**HERE, "id": VISIT, "patient_id": FILE, "practitioner_id": WHO, "schedule_id": AGENDA,
                    "service_id": CARE, "location_id": SITE, "starts": 29_000_000, "ends": 29_000_030,
                    "buffer_before": 0, "buffer_after": 0, "session_key": uuid.uuid4(), "seat": 1, "capacity": 1,
                    "status": "booked", "origin": "web", "version": 1, "language": "nl",
                    "idempotency_key": uuid.uuid4(), "cancel_until": 28_999_000, "created_at": WHEN,
                    "cancelled_late": False},
}  # fmt: skip
CONSENT = {
    **HERE, "appointment_id": VISIT, "patient_id": FILE, "texts": '[{"kind":"fee"}]', "sentence": "Gratuit",
    "accepted": True, "channel": "web", "language": "nl", "at": WHEN,
}  # fmt: skip
FACTOR = {
    "id": uuid.uuid4(), "account_id": ACCOUNT, "kind": "passkey", "label": "", "last_step": 7, "credential_id": "abc",
    "sign_count": 0, "created_at": WHEN, "confirmed_at": WHEN,
}  # fmt: skip
SESSION = {"stage": "open", "staff": False, "kept": False, "method": "app", "address": ""}


def _insert(table, row):
    values = [value.hex if isinstance(value, uuid.UUID) else value for value in row.values()]
    columns = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join([database.param] * len(row))
    database.execute_sql(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', values)
