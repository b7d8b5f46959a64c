"""The operator's commands: what they say, what they change, and how they end."""

import base64
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.booking import catalogue, queries
from app.booking.models import Appointment
from app.directory.models import Listing
from app.factory import create_app
from app.identity import passwords, totp
from app.identity.models import Factor, PersonalDetails
from app.kernel.clock import day_bounds
from app.kernel.db import database
from app.kernel.outbox import Outbox
from app.kernel.owners import Account, Practice
from app.kernel.tenancy import account_context, across_practices, practice_context
from app.messaging.threads import confidential
from app.patients.models import AccessEntry, Connection
from app.practice.queries import primary_host
from app.services import Services
from app.settings import demo, demo_people
from app.staff.models import Invitation, Member
from tests.conftest import configured, forget, in_database, make_database
from tests.people import SEALER

TENANTS = Path(__file__).resolve().parents[3] / "tenants"
DEMOS = ("lavande", "de-linde", "bergweg", "sablon")


@pytest.fixture
def run(app):
    return commands(app)


def commands(app):
    runner = app.test_cli_runner()

    def run(*words, **more):
        result = runner.invoke(args=[str(word) for word in words], **more)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


@pytest.fixture
def bare_url(engine, tmp_path, request):
    """A database nobody has touched yet."""
    if engine == "sqlite":
        return f"sqlite:///{tmp_path / 'bare.db'}"
    server, name = (
        request.getfixturevalue("postgres_server"),
        f"bare{abs(hash(request.node.nodeid)) % 10**12}",
    )
    make_database(server, name)
    return in_database(server, name)


@pytest.fixture
def bare(bare_url):
    """The commands of a portal in which nothing has happened."""
    app = create_app(configured(bare_url), Services.fakes())
    forget()
    yield commands(app)
    database.obj.close_all()


def test_a_new_database_is_brought_up_to_date_once(bare):
    assert bare("practice", "list") == (
        1,
        "The database is not up to date: flask db upgrade brings it there.\n",
    )
    assert bare("db", "upgrade")[0] == 0
    assert bare("db", "upgrade") == (0, "The database is up to date.\n")
    assert bare("practice", "list")[0] == 0


def test_practices_move_to_an_empty_database_and_back_byte_for_byte(bare, tmp_path):
    bare("db", "upgrade")
    code, said = bare("practice", "open", *(TENANTS / slug for slug in DEMOS))
    assert (code, said.splitlines()[0]) == (0, "lavande is open: http://lavande.parvis.test")
    for slug in DEMOS:
        assert bare("practice", "export", slug, tmp_path / slug)[0] == 0
        assert contents(tmp_path / slug) == contents(TENANTS / slug)


def contents(path):
    return {file.relative_to(path): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def test_check_says_which_folders_are_in_order(run):
    code, said = run("practice", "check", *(TENANTS / slug for slug in DEMOS))
    assert code == 0
    assert said.count("is in order") == 4


def test_every_problem_of_a_bad_folder_is_said_and_nothing_is_opened(run, tmp_path):
    bad = tmp_path / "lavande"
    shutil.copytree(TENANTS / "lavande", bad)
    (bad / "policy.toml").unlink()
    (bad / "brand.toml").write_text('color = "purple"\n')
    (bad / "agendas.toml").write_text(
        (bad / "agendas.toml").read_text().replace("2026-12-25T00:00:00", "2027-03-28T02:30:00")
    )
    for command in ("check", "open"):
        code, said = run("practice", command, TENANTS / "sablon", bad)
        assert code == 1
        assert len(said.splitlines()) == 3
        assert "policy.toml: this file is missing" in said
    assert [line.split()[0] for line in run("practice", "list")[1].splitlines()] == ["lavande", "voisin"]


def test_a_folder_to_copy_is_not_a_practice(run, tmp_path):
    shutil.copytree(TENANTS / "lavande", tmp_path / "_template")
    code, said = run("practice", "open", tmp_path / "_template")
    assert (code, "a model to copy" in said) == (1, True)


def test_an_open_practice_is_left_as_it_is_and_said_to_be(run):
    assert run("practice", "open", TENANTS / "lavande") == (
        0,
        "lavande was open already and is left as it is: http://lavande.parvis.test\n",
    )


def test_one_refused_address_opens_none_of_them(run):
    assert run("practice", "close", "lavande", "--yes") == (0, "lavande is closed.\n")
    code, said = run("practice", "open", TENANTS / "sablon", TENANTS / "lavande")
    assert code == 1
    assert said == "lavande was closed, and its name is never used again: choose another slug.\n"
    assert "sablon" not in run("practice", "list")[1]


def test_closing_asks_first(run):
    assert run("practice", "close", "lavande", input="n\n")[0] == 1
    assert "lavande  open" in run("practice", "list")[1]
    assert run("practice", "close", "lavande", input="y\n")[0] == 0
    assert run("practice", "close", "lavande") == (0, "lavande was closed already.\n")
    assert "lavande  closed" in run("practice", "list")[1]


@pytest.mark.parametrize("command", [("close",), ("export", "x")])
def test_an_unknown_practice_is_said_to_be_unknown(run, command):
    code, said = run("practice", command[0], "nobody", *command[1:])
    assert (code, said) == (1, "There is no practice called nobody: flask practice list shows them all.\n")


def test_export_complains_about_a_place_it_cannot_write(run, tmp_path):
    (tmp_path / "elsewhere").symlink_to(TENANTS)
    code, said = run("practice", "export", "lavande", tmp_path / "elsewhere")
    assert (code, "cannot be written" in said) == (1, True)


# ---- people ---------------------------------------------------------------------------------------------------------

PASSWORD = "vijftien gele fietsen op zolder"
OWNER = ("--role", "owner", "--role", "practitioner", "--given-name", "Aline", "--family-name", "Lambert")


def test_a_first_member_can_sign_in(run, practice, clock):
    code, said = run("staff", "add", "lavande", "Aline@lavande.be", *OWNER, input=f"{PASSWORD}\n")
    assert (code, said) == (0, "aline@lavande.be can sign in at http://lavande.parvis.test/sign-in\n")
    account = Account.get(email="aline@lavande.be")
    assert passwords.matches(account.password_hash, PASSWORD)
    with account_context(account):
        assert PersonalDetails.select().count() == 1
    with practice_context(practice):
        member = Member.get(account=account.id)
    assert (member.roles, member.starts_on) == (["owner", "practitioner"], clock.now().date())


def test_a_first_owner_is_asked_by_mail_and_chooses_a_password(run, practice, inside):
    code, said = run("staff", "invite", "lavande", "Aline@lavande.be", *OWNER)
    assert (code, said) == (0, "A mail to aline@lavande.be is queued; its link works for 7 days.\n")
    with practice_context(practice):
        made = Invitation.get()
    assert (made.email, made.roles, made.actor) == ("aline@lavande.be", ["owner", "practitioner"], "operator")
    assert Outbox.select().where(Outbox.event == "staff-invited").count() == 1
    assert run("staff", "invite", "lavande", "aline@lavande.be", *OWNER)[0] == 1
    assert run("staff", "invite", "lavande", "aline", *OWNER)[0] == 1


def test_somebody_who_has_an_account_keeps_its_password(run, inside):
    run("staff", "add", "lavande", "aline@lavande.be", *OWNER, input=f"{PASSWORD}\n")
    before = Account.get(email="aline@lavande.be").password_hash
    code, said = run("staff", "add", "voisin", "aline@lavande.be", *OWNER)
    assert (code, "keeps its name and password" in said) == (0, True)
    assert Account.get(email="aline@lavande.be").password_hash == before
    assert run("staff", "add", "voisin", "aline@lavande.be", *OWNER)[0] == 1


@pytest.mark.parametrize(
    ("email", "password", "complaint"),
    [
        ("aline@lavande.be", "too short", "Use at least 15 characters. A few words are easy to remember."),
        ("aline@lavande.be", "x" * 129, "Use at most 128 characters, all of them ordinary ones."),
        ("aline", PASSWORD, "aline is not an e-mail address."),
    ],
)
def test_a_member_needs_an_address_and_a_password(run, inside, email, password, complaint):
    assert run("staff", "add", "lavande", email, *OWNER, input=f"{password}\n") == (1, f"{complaint}\n")
    assert not Account.select().exists()


# ---- demo, work, config ---------------------------------------------------------------------------------------------


def everything():
    with across_practices(reason="a test counts rows"):
        return [model.select().count() for model in (Practice, Account, Member, Appointment, Outbox)]


def test_the_demo_shows_where_to_look_and_adds_nothing_the_second_time(run, inside):
    code, said = run("demo")
    assert code == 0
    for slug, receptionist in demo.RECEPTIONISTS.items():
        assert f"http://{slug}.parvis.test" in said
        assert receptionist.email in said and demo.OWNERS[slug].email in said
    assert demo_people.PASSWORD in said and "claire@example.be" in said
    before = everything()
    assert run("demo") == (0, said)
    assert everything() == before


def test_the_demo_fills_the_coming_days_without_mail_and_leaves_times_free(run, practice, clock):
    run("demo")
    with practice_context(practice):
        assert (
            8 <= Appointment.select().count() <= demo.DAYS * demo.A_DAY + 4
        )  # and two each of the patients below
        assert queries.visits(
            *day_bounds(date(2026, 11, 23), practice.timezone)
        )  # the next Monday at the desk
        shop = catalogue.of(practice, now=clock.now())
        for offer in shop.offers:
            assert queries.first_free([offer], now=clock.now()) is not None
    assert {message.state for message in Outbox.select()} == {"dropped"}
    assert run("work", "--once") == (0, "Messages dealt with: 0\n")


def test_the_demo_people_have_a_second_factor_and_patients_something_to_look_at(run, practice, clock):
    run("demo")
    with practice_context(practice):
        owners = [member for member in Member.select() if "owner" in member.roles]
        assert len(owners) == 1
        (herself,) = confidential.offered(today=clock.now().date())  # patients may write to her alone
        assert confidential.reader_of(herself.id, today=clock.now().date()) == owners[0]
        tied = list(Connection.select(Connection, Account).join(Account))
        assert sorted(row.account.email for row in tied) == ["bruno@example.be", "claire@example.be"]
        for row in tied:
            mine = Appointment.select().where(Appointment.patient == row.patient_id)
            assert {visit.status for visit in mine} >= {"booked", "fulfilled"}
            assert AccessEntry.select().where(AccessEntry.patient == row.patient_id).count() == 3
    for one in demo_people.codes():
        account = Account.get(email=one.email)
        with account_context(account):
            (factor,) = Factor.select().where(Factor.kind == "app")
        secret = SEALER.unseal(factor.secret_sealed, cell=totp.cell(factor))
        assert totp.step_of(secret, one.digits, now=clock.now())
        assert len(base64.b32decode(secret)) * 8 >= 112
    assert len(demo_people.codes()) == 9


def test_the_demo_goes_on_when_days_have_passed(run, practice, clock):
    run("demo")
    clock.move(days=4)
    run("demo")
    with practice_context(practice):
        assert Appointment.select().where(Appointment.starts > clock.now().timestamp() // 60).count() >= 9


def test_the_demo_follows_the_portal_to_another_port(run, database_url):
    run("demo")
    database.obj.close_all()
    moved = create_app(replace(configured(database_url), app_host="parvis.test:81"), Services.fakes())
    assert "http://lavande.parvis.test:81" in commands(moved)("demo")[1]
    with database.connection_context():
        assert primary_host(Practice.get(slug="lavande").id) == "lavande.parvis.test:81"
        assert {
            row.card["host"].partition(":")[2]
            for row in Listing.select()
            if row.card["practice"] != "Cabinet Voisin"
        } == {"81"}


def test_the_demo_skips_a_closed_practice(run, inside):
    run("practice", "close", "lavande", "--yes")
    code, said = run("demo")
    assert (code, "lavande" in said, "sablon" in said) == (0, False, True)


def test_the_demo_stays_away_from_a_portal_on_the_network(app, database_url):
    database.obj.close_all()
    live = create_app(replace(configured(database_url), scheme="https"), Services.fakes())
    code, said = commands(live)("demo")
    assert (code, "developer's machine" in said) == (1, True)


def test_the_settings_are_listed(run):
    code, said = run("config")
    assert (code, "PARVIS_DATABASE_URL" in said) == (0, True)
