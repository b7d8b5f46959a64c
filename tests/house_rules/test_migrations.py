"""A database of the release before, with people in it, becomes today's and loses nobody."""

import uuid

import peewee as pw
import pytest
from playhouse.migrations import Runner

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
        make_database(server, "old_release")
        url = in_database(server, "old_release")
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
