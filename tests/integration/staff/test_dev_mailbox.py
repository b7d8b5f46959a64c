"""The development mailbox shows the codes of the demo people, and is nowhere else."""

import re
from dataclasses import replace

import pytest

from app.factory import create_app
from app.kernel.db import database
from app.services import Services
from app.settings import demo_people
from tests.conftest import HOST, configured

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def newcomer(app, database_url, tmp_path):
    """Somebody at a portal with demo practices, as `make run` starts it."""
    database.obj.close_all()
    settings = replace(configured(database_url), dev_mailbox=True, mail_folder=str(tmp_path / "mail"))
    portal = create_app(settings, Services.fakes())
    assert portal.test_cli_runner().invoke(args=["demo"]).exit_code == 0
    yield portal.test_client()
    database.obj.close_all()


def test_everybodys_code_is_there(newcomer):
    page = newcomer.get("/dev/mailbox", base_url=f"http://{HOST}").get_data(as_text=True)
    now = Services.fakes().clock.now()
    for email in ("aline@lavande.example", "accueil@lavande.example", "bruno@example.be"):
        code = demo_people.code_of(email, now=now)
        assert email in page and f"{code[:3]} {code[3:]}" in page
    assert "claire@example.be" not in page  # her codes come by mail
    assert len(re.findall(r"<code>\d{3} \d{3}</code>", page)) == 9


def test_without_the_setting_there_is_no_mailbox(client):
    assert client.get("/dev/mailbox").status_code == 404
