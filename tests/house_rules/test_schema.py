"""The database made by migrations is the one the models speak of."""

import hashlib

import pytest
from playhouse.schema_diff import diff_models

from app.kernel.cabinets import AccountModel, TenantModel
from app.kernel.db import database
from app.schema import MIGRATIONS, TABLES, is_current, upgrade
from tools.freeze import DRY, unreleased

RELEASED = {
    "0001_initial.postgresql.sql": "19483733b780b7fdff0ab8e939a2001de3138e1118989ecd0b6c0ffc74e55728",
    "0001_initial.sqlite.sql": "5d46e651d9aa4bc0db11980a4b88ea6b1009de6077b719b7422a87b1a6b0f0ee",
    "0002_accounts.postgresql.sql": "5e85bf6675e48e4495637689ec2829886c76cb5cd8e5369ed70e926afee29d44",
    "0002_accounts.sqlite.sql": "7d2088fe344113050fd9e4984d2df1f60e0fc40c419a7bb43ef95351a6288f14",
}


def test_migrations_make_what_the_models_describe(inside):
    found = diff_models(database.obj, list(TABLES))
    assert not found.create_tables and not found.add_columns and not found.drop_columns, found


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_not_released_yet_is_the_models_own(inside):
    bound = database.obj
    try:
        for step in unreleased():
            for engine in DRY:
                assert (MIGRATIONS / f"{step.name}.{engine}.sql").read_text() == step.ddl(engine), step.name
    finally:
        database.initialize(bound)


def test_what_was_released_never_changes():
    found = {name: hashlib.sha256((MIGRATIONS / name).read_bytes()).hexdigest() for name in RELEASED}
    assert found == RELEASED


def test_upgrading_again_does_nothing(inside):
    assert is_current()
    assert upgrade() == []


def test_every_table_is_listed():
    everywhere = {*TenantModel.__subclasses__(), *AccountModel.__subclasses__()}
    assert everywhere <= set(TABLES)


def test_four_servers_starting_together_upgrade_once(tmp_path):
    import subprocess
    import sys
    from pathlib import Path

    code = (
        "import sys; from app.kernel.db import open_database; open_database(sys.argv[1]); "
        "from app.schema import upgrade; print(len(upgrade()))"
    )
    url = f"sqlite:///{tmp_path}/fresh.db"
    root = Path(__file__).resolve().parents[2]
    running = [
        subprocess.Popen([sys.executable, "-c", code, url], cwd=root, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    every = len(list(MIGRATIONS.glob("[0-9]*.py")))
    assert sorted(process.communicate()[0].strip() for process in running) == ["0", "0", "0", str(every)]
