"""The journal holds together: whoever changes, removes, moves or slips in a row is found by the next check."""

import contextlib
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import uuid4

import pytest

from app.kernel import audit, audit_check, outbox
from app.kernel.audit import AccountEvent, AuditEvent, AuditHead, record, record_account
from app.kernel.db import connection, database, is_sqlite, write_tx
from app.kernel.tenancy import practice_context
from tests.factories import NOW

ROOT = Path(__file__).resolve().parents[3]


def chain_of(practice):
    return audit_check.Chain.of_practice(practice)


def broken(practice):
    with practice_context(practice):
        return audit_check.first_break(chain_of(practice))


def write(practice, rows=5):
    with practice_context(practice):
        for number in range(rows):
            record(by="test", verb="x.y", target=f"t:{number}", at=NOW, detail={"é": number})


def run(sql, *values):
    """Past the models, as somebody with the database in hand would."""
    database.obj.connection().cursor().execute(sql.replace("?", database.param), values)
    if not is_sqlite():
        database.obj.connection().commit()


def unlock(table="audit_event"):
    """What keeps the rows still is taken away, so that the chain alone must notice."""
    if is_sqlite():
        for name in (f"{table}_no_update", f"{table}_no_delete"):
            run(f"DROP TRIGGER {name}")
    else:
        run(f"DROP TRIGGER {table}_no_change ON {table}")


def whose(practice):
    return practice.id.hex


@pytest.fixture
def written(practice):
    write(practice)
    assert broken(practice) is None  # the control of every test below
    unlock()
    return practice


def place(practice, from_end):
    """The seq of a row counted from the end of the chain."""
    with practice_context(practice):
        return AuditEvent.select(AuditEvent.seq).order_by(AuditEvent.seq.desc()).limit(from_end)[-1].seq


def test_a_chain_is_whole_and_each_practice_has_its_own(practice, neighbour):
    write(practice, 3)
    write(neighbour, 2)
    record_account(uuid4(), verb="sign-in", at=NOW)
    assert broken(practice) is None and broken(neighbour) is None
    assert audit_check.first_break(audit_check.Chain.of_platform()) is None
    chains = {chain: seq for chain, seq, _ in audit_check.heads()}
    assert chains[neighbour.id.hex] < chains[practice.id.hex] and chains["platform"] == 1


@pytest.mark.parametrize("column", ["actor", "verb", "target", "detail"])
def test_a_changed_row_is_found_and_named(written, column):
    seq = place(written, 3)
    run(
        f'UPDATE audit_event SET "{column}" = \'"other"\' WHERE practice_id = ? AND seq = ?',
        whose(written),
        seq,
    )
    found = broken(written)
    assert found.seq == seq and found.id and found.at == NOW and "changed" in found.why


def test_a_changed_time_is_found(written):
    seq = place(written, 2)
    run("UPDATE audit_event SET at = at + 1 WHERE practice_id = ? AND seq = ?", whose(written), seq)
    assert broken(written).seq == seq


def test_a_row_taken_out_of_the_middle_is_found(written):
    seq = place(written, 3)
    run("DELETE FROM audit_event WHERE practice_id = ? AND seq = ?", whose(written), seq)
    found = broken(written)
    assert found.seq == seq + 1 and "missing" in found.why


def test_a_middle_row_taken_out_with_its_traces_is_found(written):
    """The numbers are closed up, so that no gap shows."""
    seq = place(written, 3)
    run("DELETE FROM audit_event WHERE practice_id = ? AND seq = ?", whose(written), seq)
    for later in (seq + 1, seq + 2):
        run("UPDATE audit_event SET seq = seq - 1 WHERE practice_id = ? AND seq = ?", whose(written), later)
    run("UPDATE audit_head SET seq = seq - 1 WHERE chain = ?", whose(written))
    assert broken(written).seq == seq


def test_an_end_cut_off_is_found(written):
    run("DELETE FROM audit_event WHERE practice_id = ? AND seq = ?", whose(written), place(written, 1))
    assert "missing at the end" in broken(written).why


def test_everything_gone_is_found(written):
    run("DELETE FROM audit_event WHERE practice_id = ?", whose(written))
    assert "missing at the end" in broken(written).why


def test_a_head_that_was_set_back_is_found(written):
    run("UPDATE audit_head SET seq = seq - 1 WHERE chain = ?", whose(written))
    assert "set back" in broken(written).why


def test_a_head_with_another_hash_is_found(written):
    run("UPDATE audit_head SET hash = ? WHERE chain = ?", "0" * 64, whose(written))
    assert "head" in broken(written).why


def test_two_rows_that_changed_places_are_found(written):
    one, two = place(written, 3), place(written, 2)
    for before, after in ((one, 10**6), (two, one), (10**6, two)):
        run("UPDATE audit_event SET seq = ? WHERE practice_id = ? AND seq = ?", after, whose(written), before)
    assert broken(written).seq == one


def insert_unchained(practice, at):
    run(
        "INSERT INTO audit_event (id, practice_id, at, actor, verb, target, detail) "
        "VALUES (?, ?, ?, 'x', 'y', 'z', '{}')",
        uuid4().hex, practice.id.hex, AuditEvent.at.db_value(at),
    )  # fmt: skip


def test_a_row_slipped_in_without_a_place_is_found(written):
    from datetime import timedelta

    with practice_context(written):
        first = AuditEvent.select(AuditEvent.at).where(AuditEvent.seq == 1).scalar()
    insert_unchained(written, first - timedelta(days=1))
    assert broken(written) is None  # from before there was a chain
    insert_unchained(written, first + timedelta(days=1))
    assert "never was" in broken(written).why


def test_another_key_does_not_fit(written, services):
    try:
        audit.install(b"another key, as long as the first")
        assert broken(written).seq == 1
    finally:
        audit.install(services.sealer.keys.audit)
    assert broken(written) is None


def test_what_concerns_a_person_has_a_chain_and_stands_still(inside):
    who = uuid4()
    for verb in ("sign-in", "password.change", "sign-out"):
        record_account(who, verb=verb, at=NOW, target="t", detail={"device": "x"})
    platform = audit_check.Chain.of_platform()
    assert audit_check.first_break(platform) is None
    assert {row.actor for row in AccountEvent.select()} == {f"account:{who}"}
    with pytest.raises(Exception, match="append-only"), write_tx():
        AccountEvent.update(actor="nobody").execute()
    with pytest.raises(Exception, match="append-only"), write_tx():
        AccountEvent.delete().execute()
    unlock("account_event")
    run("UPDATE account_event SET verb = 'x' WHERE seq = 2")
    assert audit_check.first_break(platform).seq == 2


def test_a_row_lives_and_dies_with_its_change(practice):
    with practice_context(practice):
        before = AuditHead.get_by_id(practice.id.hex).seq
        with pytest.raises(ZeroDivisionError), write_tx():
            record(by="test", verb="x.y", target="t:1", at=NOW)
            raise ZeroDivisionError
        assert AuditHead.get_by_id(practice.id.hex).seq == before
        record(by="test", verb="x.y", target="t:2", at=NOW)
    assert broken(practice) is None


def test_eight_threads_write_two_hundred_rows_into_one_unbroken_chain(practice):
    before, problems = place_of_end(practice), []

    def writer():
        for _ in range(25):
            try:
                with connection(), practice_context(practice), write_tx():
                    record(by="thread", verb="x.y", target="t", at=NOW)
            except Exception as problem:  # shown below
                problems.append(problem)

    threads = [threading.Thread(target=writer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert place_of_end(practice) == before + 200 and broken(practice) is None


def test_without_the_lock_of_the_head_writers_meet(practice, monkeypatch):
    """The control: the same storm while the head is read without waiting, and nothing is compared, breaks the chain or
    loses rows."""
    take_the_guard_off(monkeypatch)
    problems = []

    def writer():
        for _ in range(25):
            try:
                with connection(), practice_context(practice), database.atomic():
                    record(by="thread", verb="x.y", target="t", at=NOW)
            except Exception as problem:  # counted below
                problems.append(problem)

    threads = [threading.Thread(target=writer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems


def both_orders(practice, *, times=50, between=lambda: None):
    """Two writers, one of each order, over and over; what went wrong."""
    problems = []

    def writer(person_first):
        for _ in range(times):
            try:
                with connection(), practice_context(practice), write_tx():
                    for step in (0, 1):
                        if person_first == (step == 0):
                            record_account(uuid4(), verb="x.y", at=NOW)
                        else:
                            record(by="thread", verb="x.y", target="t", at=NOW)
                        if step == 0:
                            between()
            except Exception as problem:  # shown by the tests
                problems.append(problem)

    threads = [threading.Thread(target=writer, args=(order,)) for order in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def test_practice_and_person_in_either_order_never_wait_for_each_other(practice):
    assert both_orders(practice) == []
    assert broken(practice) is None
    assert audit_check.first_break(audit_check.Chain.of_platform()) is None


@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_the_control_without_one_order_they_do(practice, monkeypatch):
    monkeypatch.setattr(audit, "open_practice_id", lambda: None)
    each_has_one = threading.Barrier(2, timeout=20)
    problems = both_orders(practice, times=1, between=each_has_one.wait)
    assert ["deadlock" in str(problem) for problem in problems] == [True]


class Forgetful(dict):
    def get(self, _chain):
        return None


def take_the_guard_off(monkeypatch, *, remembered=None):
    monkeypatch.setattr(audit, "_head", loose_head)
    monkeypatch.setattr(audit, "_ends", Forgetful() if remembered is None else remembered)
    monkeypatch.setattr(audit, "_put_after", put_anywhere)


def loose_head(chain):
    row = AuditHead.get_by_id(chain)
    return row.seq, row.hash


def put_anywhere(_end, table, _chain, owner_column, row):
    names = ("seq", "id", owner_column, *audit.COLUMNS, "hash")
    columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join([database.param] * len(row))
    database.execute_sql(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', row)


def cost(act):
    before = database.obj.statements
    act()
    return database.obj.statements - before


def one_more(at=NOW):
    record(by="test", verb="x.y", target="t", at=at)


def test_a_transaction_reads_the_end_once(app, inside, practice):
    with practice_context(practice):
        audit._ends.clear()
        with write_tx():
            assert cost(one_more) == 2 and cost(one_more) == cost(one_more) == 1
    assert broken(practice) is None


def test_what_is_told_brings_the_end_along(app, inside, practice):
    """Whichever process wrote last: no statement of its own."""
    with practice_context(practice):
        one_more()
        for told, known in enumerate(({}, {practice.id.hex: audit._ends[practice.id.hex]})):
            one_more()
            audit._ends.clear()
            audit._ends.update(known)
            with write_tx():
                assert cost(lambda key=str(told): outbox.post("x", {}, key=key, now=NOW)) == 1
                assert cost(one_more) == 1
    assert broken(practice) is None


def test_what_another_process_wrote_meanwhile_is_found(practice, monkeypatch):
    with practice_context(practice):
        one_more()
        old = dict(audit._ends)
        one_more()
        audit._ends.update(old)
        one_more()
        assert place_of_end(practice) == audit._ends[practice.id.hex][0] and broken(practice) is None
        take_the_guard_off(monkeypatch, remembered=old)  # the control: nothing is compared
        with pytest.raises(Exception, match=r"(?i)unique"):
            one_more()


def test_an_end_that_was_undone_is_none(practice, neighbour):
    with practice_context(practice):
        one_more()
        before = audit._ends[practice.id.hex]
        with pytest.raises(ZeroDivisionError), write_tx():
            one_more()
            raise ZeroDivisionError
        assert audit._ends[practice.id.hex] != before  # it is remembered, and no harm
        one_more()
        with write_tx():
            with pytest.raises(ZeroDivisionError), write_tx():
                one_more()
                raise ZeroDivisionError
            one_more()
        assert place_of_end(practice) == before[0] + 2
    write(neighbour, 2)
    assert broken(practice) is None and broken(neighbour) is None


def test_what_was_remembered_of_another_database_is_none(practice, neighbour):
    with practice_context(practice):
        audit._ends[practice.id.hex] = (1, "0" * 64)
        one_more()
        seq, digest = audit._ends[practice.id.hex]
        audit._ends[practice.id.hex] = (seq, "0" * 64)  # the same place in a chain that says something else
        one_more()
        audit._ends[practice.id.hex] = (seq - 1, digest)
        one_more()
    assert broken(practice) is None


@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.parametrize("undone", [True, False])
def test_whoever_waits_for_the_end_goes_on_where_the_other_left_it(practice, undone):
    """Both knew the same end; the second one waits, looks again and writes behind what it finds."""
    write(practice, 1)
    wrote, end = threading.Event(), place_of_end(practice)

    def slowly():
        with contextlib.suppress(ZeroDivisionError), connection(), practice_context(practice), write_tx():
            one_more()
            wrote.set()
            time.sleep(0.5)
            if undone:
                raise ZeroDivisionError

    known = dict(audit._ends)
    other = threading.Thread(target=slowly)
    other.start()
    assert wrote.wait(10)
    audit._ends.update(known)
    write(practice, 1)
    other.join()
    assert broken(practice) is None
    assert place_of_end(practice) == end + (1 if undone else 2)


def place_of_end(practice):
    row = AuditHead.get_or_none(AuditHead.chain == practice.id.hex)
    return row.seq if row else 0


def test_two_processes_write_one_unbroken_chain(practice, database_url):
    code = """
import sys
from app.kernel import audit
from app.kernel.db import connection, open_database, write_tx
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.services import Services
from tests.factories import NOW
open_database(sys.argv[1])
audit.install(Services.fakes().sealer.keys.audit)
for _ in range(100):
    with connection(), practice_context(Practice.get(Practice.slug == "lavande")), write_tx():
        audit.record(by="process", verb="x.y", target="t", at=NOW)
"""
    before = place_of_end(practice)
    running = [subprocess.Popen([sys.executable, "-c", code, database_url], cwd=ROOT) for _ in range(2)]
    assert [process.wait(timeout=120) for process in running] == [0, 0]
    assert place_of_end(practice) == before + 200 and broken(practice) is None


def test_the_command_says_whole_or_where_it_breaks(app, practice):
    runner = app.test_cli_runner()
    write(practice)
    whole = runner.invoke(args=["audit", "verify"])
    assert whole.exit_code == 0 and "lavande: whole" in whole.output and "platform: whole" in whole.output
    heads = runner.invoke(args=["audit", "head"]).output
    assert f"lavande  {place_of_end(practice)}  " in heads
    unlock()
    run("UPDATE audit_event SET actor = 'x' WHERE practice_id = ? AND seq = 2", whose(practice))
    told = runner.invoke(args=["audit", "verify"])
    assert told.exit_code == 1 and "lavande: BROKEN" in told.output and "row 2, " in told.output
    assert "voisin: whole" in told.output
    assert runner.invoke(args=["audit", "verify", "voisin"]).exit_code == 0
    assert runner.invoke(args=["audit", "verify", "nobody"]).exit_code == 1
