"""What every test stands on: both databases, a clock that stands still, fakes outside, and always a neighbour."""

import contextvars
import gc
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from app import reactions
from app.booking import catalogue
from app.config import Config
from app.consent import queries as consent
from app.directory import faces
from app.factory import create_app
from app.identity import passwords
from app.kernel import events
from app.kernel.db import database, open_database
from app.kernel.owners import Practice
from app.practice import folder
from app.practice import queries as practices
from app.questionnaires.actions import with_services
from app.schema import upgrade
from app.services import Services
from app.settings.opening import open_practice
from app.web import inspection
from tests import tokens
from tests.databases import Copies, in_database, make_database, plant_seed
from tools.postgres import NoPostgres, cluster

settings.register_profile("calm", deadline=None)  # no test is timed: a busy machine is no bug
settings.load_profile("calm")
ROOT = Path(__file__).resolve().parent.parent
HOST = "parvis.test"

# The workers of one run each take the next file: a long one taken last would leave the others idle.
LONGEST = ("house_rules/test_canary.py", "integration/account/test_attacks_input.py", "browser/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; all others in their order."""

    def turn(item: pytest.Item) -> int:
        place = item.path.relative_to(ROOT / "tests").as_posix()
        return next((at for at, begin in enumerate(LONGEST) if place.startswith(begin)), len(LONGEST))

    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """What was read to collect the tests stays: looking through it again and again took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def configured(url: str, **changes: object) -> Config:
    return Config(
        database_url=url,
        secret_key="s" * 40,
        data_key=b"k" * 32,
        app_host=HOST,
        scheme="http",
        mailer="fake",
        check_sql=True,
        **changes,
    )


def forget() -> None:
    """What a process remembers per practice and version: another test has another past."""
    catalogue.forget()
    with_services.forget()
    for remembered in (practices._practice, consent._newest, faces.face_of):
        remembered.cache_clear()


def furnish(url: str) -> None:
    """Lavande, and next door a practice that looks the same."""
    services = Services.fakes()
    app = create_app(configured(url), services)
    with app.app_context(), database.connection_context():
        upgrade()
        lavande = folder.read(ROOT / "tenants" / "lavande")
        for slug, name in (("lavande", lavande.name), ("voisin", "Cabinet Voisin")):
            open_practice(
                replace(lavande, slug=slug, name=name), hosts=[f"{slug}.{HOST}"], now=services.clock.now()
            )
    database.obj.close_all()
    forget()


QUICK = PasswordHasher(memory_cost=64, time_cost=1, parallelism=1)


@pytest.fixture(autouse=True)
def quick_hashes():
    """argon2id at its least, where a password is one step among others; those of people are tests/unit/identity's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", QUICK)
        yield


@pytest.fixture(autouse=True)
def tokens_watched(monkeypatch):
    with tokens.watched(monkeypatch):
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "parvis.db"
    furnish(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server():
    try:
        with cluster(durable=False) as url:
            yield url
    except NoPostgres as missing:
        pytest.fail(f"the PostgreSQL suite cannot run: {missing}")


@pytest.fixture(scope="session")
def postgres_copies(postgres_server):
    make_database(postgres_server, "furnished")
    furnish(in_database(postgres_server, "furnished"))
    plant_seed(in_database(postgres_server, "furnished"))
    return Copies(postgres_server, "furnished")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request):
    return request.param


@pytest.fixture
def database_url(engine, tmp_path, request):
    if engine == "sqlite":
        path = tmp_path / "parvis.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    return request.getfixturevalue("postgres_copies").lend()


@pytest.fixture
def services():
    return Services.fakes()


@pytest.fixture
def clock(services):
    return services.clock


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """One application for the process: its routes and templates compile once, and not for every test."""
    return create_app(
        configured(f"sqlite:///{tmp_path_factory.mktemp('built') / 'unused.db'}"), Services.fakes()
    )


@pytest.fixture
def app(request, database_url, services):
    """The application at a test's own database; `own_app` marks who hangs pages of its own on it."""
    if request.node.get_closest_marker("own_app"):
        app, restore = create_app(configured(database_url), services), None
    else:
        app = request.getfixturevalue("built")
        restore = lend(app, configured(database_url), services)
    forget()
    yield app
    if not database.is_closed():
        database.close()
    database.obj.close_all()
    if restore:
        restore()


def lend(app: Flask, config: Config, services: Services) -> Callable[[], None]:
    """Point the application at a database and an outside world; the answer puts back what a test changed on it."""
    changeable = (app.config, app.extensions, app.view_functions, app.jinja_env.globals)
    before, browser = [dict(one) for one in changeable], app.test_client_class
    addresses = len(list(app.url_map.iter_rules()))
    app.extensions |= {"parvis.config": config, "parvis.services": services}
    open_database(config.database_url)
    inspection.install(app)
    events.install(reactions.REACTIONS)

    def restore() -> None:
        for one, was in zip(changeable, before, strict=True):
            one.clear()
            one.update(was)
        app.test_client_class = browser
        assert len(list(app.url_map.iter_rules())) == addresses, (
            "a page was hung on everybody's: mark it own_app"
        )

    return restore


@pytest.fixture
def inside(app):
    """An open connection and app context, for tests that call actions and queries themselves."""
    with app.app_context():
        database.connect(reuse_if_open=True)
        yield
        if not database.is_closed():
            database.close()


@pytest.fixture
def practice(inside):
    return Practice.get(Practice.slug == "lavande")


@pytest.fixture
def neighbour(inside):
    return Practice.get(Practice.slug == "voisin")


class Browser(FlaskClient):
    """Lives at Lavande's address unless `base_url` says otherwise, and knows nothing of the test's own contexts."""

    def open(self, *args, **kwargs):
        kwargs.setdefault("base_url", f"http://lavande.{HOST}")
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        answer.request.environ["wsgi.input"].close()  # a large upload lies in a file of the client's own
        return answer


@pytest.fixture
def client(app):
    """A browser at Lavande's own address, speaking French."""
    app.test_client_class = Browser
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr-BE,fr;q=0.9"
    return client
