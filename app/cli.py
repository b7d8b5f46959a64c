"""The operator's commands: flask db upgrade, practice open|check|export|close|list, demo, work, config."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import peewee as pw
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app import config as settings
from app import schema, worker
from app.account import texts
from app.booking.upkeep import purge_holds, refresh_listings
from app.consent.upkeep import publish_texts
from app.kernel import db, i18n
from app.kernel.owners import Practice
from app.practice import folder
from app.practice.folder import BadFolder, PracticeFolder
from app.practice.queries import primary_host
from app.profile.widget import gallery
from app.settings import closing, demo, demo_people, exporting, opening
from app.web.outside import config, services


class Complaint(click.ClickException):
    """A plain sentence on the terminal, and exit code 1."""

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


@contextmanager
def at_work(*, on_old_schema: bool = False) -> Iterator[None]:
    """An open connection to a database that is up to date, and every expected refusal as a sentence, in English."""
    try:
        with db.connection(), i18n.speaking("en"):
            if not on_old_schema and not schema.is_current():
                raise Complaint("The database is not up to date: flask db upgrade brings it there.")
            yield
    except BadFolder as bad:
        raise Complaint("\n".join(str(problem) for problem in bad.problems)) from bad
    except (opening.CannotOpen, demo.NotHere) as no:
        raise Complaint(str(no)) from no
    except pw.OperationalError as down:
        raise Complaint(f"The database cannot be used: {down}") from down


def install(app: Flask) -> None:
    for command in (database, practice, show_demo, work, show_config):
        app.cli.add_command(command)


# ---- the database ---------------------------------------------------------------------------------------------------

database = AppGroup("db", help="The database.")


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database up to date."""
    with at_work(on_old_schema=True):
        applied = schema.upgrade()
    for name in applied:
        click.echo(f"Applied {name}.")
    if not applied:
        click.echo("The database is up to date.")


# ---- practices ------------------------------------------------------------------------------------------------------

practice = AppGroup("practice", help="Practices: opened from a folder, written back to one, closed for ever.")
FOLDERS = click.argument(
    "folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FOLDER..."
)


@practice.command("open")
@FOLDERS
def open_(folders: tuple[Path, ...]) -> None:
    """Open the practices these folders describe: all of them, or none.

    A practice that is open already stays exactly as it is, whatever its folder says.
    """
    sources = _sound(folders)
    with at_work():
        with db.write_tx():
            said = [_open(source) for source in sources]
        publish_texts()
        refresh_listings(limit=500)  # the search shows first free times before the worker's first round
    click.echo("\n".join(said))


def _open(source: PracticeFolder) -> str:
    is_new = Practice.get_or_none(Practice.slug == source.slug) is None
    hosts = source.hosts or (f"{source.slug}.{config().app_host}",)
    if config().app_host in hosts:
        raise opening.CannotOpen(f"{config().app_host} is the portal's own address.")
    found = opening.open_practice(source, hosts=hosts, now=services().clock.now())
    what = "is open" if is_new else "was open already and is left as it is"
    return f"{source.slug} {what}: {config().scheme}://{primary_host(found.id)}"


@practice.command("check")
@FOLDERS
def check(folders: tuple[Path, ...]) -> None:
    """Say what keeps these folders from being opened."""
    for path, _source in zip(folders, _sound(folders), strict=True):
        click.echo(f"{path} is in order.")


def _sound(folders: tuple[Path, ...]) -> list[PracticeFolder]:
    """All read, or every problem of every folder on a line of its own."""
    sources, problems = [], []
    for path in folders:
        try:
            if path.name.startswith("_") and path.is_dir():
                problems.append(f"{path}: a folder that begins with _ is a model to copy, not a practice")
                continue
            source = folder.read(path)
            problems += [f"{path}: {problem}" for problem in opening.impossible(source)]
            problems += [
                f"{path}: practice.toml: widgets: there is no widget {slug}; there are {', '.join(gallery())}"
                for slug in source.widgets or ()
                if slug not in gallery()
            ]
            sources.append(source)
        except BadFolder as bad:
            problems += [f"{path}: {problem}" for problem in bad.problems]
    if problems:
        raise Complaint("\n".join(problems))
    return sources


@practice.command("export")
@click.argument("slug")
@click.argument("path", type=click.Path(path_type=Path))
def export(slug: str, path: Path) -> None:
    """Write the practice back as a folder, without its patients."""
    with at_work():
        try:
            exporting.export(the_practice(slug), path, now=services().clock.now())
        except (OSError, ValueError) as refused:
            raise Complaint(f"{path} cannot be written: {refused}") from refused
    click.echo(f"{slug} is written to {path}.")
    if path.resolve().name != slug:
        click.echo(f"To open a practice from it, name the folder {slug}.")


@practice.command("close")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask.")
def close(slug: str, *, yes: bool) -> None:
    """Close a practice for ever; its records stay."""
    with at_work():
        found = the_practice(slug)
        question = f"Close {found.name}? Its addresses lead nowhere from then on, and nobody can ever have them again."
        if found.status == "open" and not yes:
            click.confirm(question, abort=True)
        if closing.close(found, now=services().clock.now()):
            click.echo(f"{slug} is closed.")
        else:
            click.echo(f"{slug} was closed already.")


@practice.command("list")
def list_() -> None:
    """Every practice with its address."""
    with at_work():
        rows = [
            (row.slug, row.status, primary_host(row.id) or "-", row.name)
            for row in Practice.select().order_by(Practice.slug)
        ]
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(3)]
    for row in rows:
        click.echo(
            "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]])
        )
    if not rows:
        click.echo("There is no practice yet: flask practice open tenants/<slug> opens one.")


def the_practice(slug: str) -> Practice:
    found = Practice.get_or_none(Practice.slug == slug)
    if found is None:
        raise Complaint(f"There is no practice called {slug}: flask practice list shows them all.")
    return found


# ---- the rest -------------------------------------------------------------------------------------------------------


@click.command("demo")
@with_appcontext
def show_demo() -> None:
    """Open four demo practices with people and appointments; again, it adds only what is missing."""
    with at_work():
        now = services().clock.now()
        shown = demo.furnish(now=now)
        for account in demo_people.accounts():
            texts.accept(account, language=account.language, host=config().app_host, now=now)
    portal = f"{config().scheme}://{config().app_host}"
    click.echo(
        f"Search and book   {portal}\n\nThe demo practices, each with its owner and its reception (/sign-in):"
    )
    for one in shown:
        click.echo(f"  {one.name}\n    {one.address}\n    {one.owner}, {one.reception}")
    patients = ", ".join(who.email for who, _niss, _factor in demo_people.PATIENTS)
    click.echo(f"Patients with an account: {patients}")
    click.echo(f"Password of everybody: {demo_people.PASSWORD}")
    if config().dev_mailbox:
        click.echo(f"Codes of everybody's authenticator app: {portal}/dev/mailbox")
    click.echo("Patients and appointments are invented.")
    if config().mailer == "folder":
        mailbox = f"{portal}/dev/mailbox, and " if config().dev_mailbox else ""
        click.echo(f"Mail stays here: {mailbox}files in {config().mail_folder}")


@click.command("work")
@click.option("--once", is_flag=True, help="Deliver what is due, then stop.")
@with_appcontext
def work(*, once: bool) -> None:
    """Deliver mail and keep the timetable of jobs, until stopped."""
    delivered = 0
    with (
        at_work()
    ):  # also before running on: a database that cannot be used is said once, not logged every second
        while once and (batch := worker.deliver_due()):
            delivered += batch
        purge_holds()
        refresh_listings(limit=500)
    if once:
        click.echo(f"Messages dealt with: {delivered}")
    else:
        worker.run(current_app._get_current_object())


@click.command("config")
@with_appcontext
def show_config() -> None:
    """List the settings of the portal."""
    for name, what in settings.table():
        click.echo(f"{name:28}{what}")
