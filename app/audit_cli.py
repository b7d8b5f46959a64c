"""The operator's look at the journal: flask audit verify|head."""

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from app.cli import Complaint, at_work
from app.kernel import audit_check
from app.kernel.audit import PLATFORM
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context

audit = AppGroup("audit", help="The journal of who did what: is it whole?")


def install(app: Flask) -> None:
    app.cli.add_command(audit)


@audit.command("verify")
@click.argument("slug", required=False)
def verify(slug: str | None) -> None:
    """Walk every chain, or that of one practice, and say where it breaks first; exit code 1 when one does."""
    with at_work():
        query = Practice.select().order_by(Practice.slug)
        practices = list(query.where(Practice.slug == slug) if slug else query)
        if slug and not practices:
            raise Complaint(f"There is no practice called {slug}: flask practice list shows them all.")
        found = 0
        for practice in practices:
            with practice_context(practice):
                found += _told(practice.slug, audit_check.Chain.of_practice(practice))
        if not slug:
            found += _told(PLATFORM, audit_check.Chain.of_platform())
    if found:
        sys.exit(1)


def _told(name: str, chain: audit_check.Chain) -> bool:
    broken = audit_check.first_break(chain)
    if broken is None:
        click.echo(f"{name}: whole")
        return False
    where = [f"row {broken.seq}"] if broken.seq is not None else []
    where += [str(broken.id)] if broken.id else []
    where += [broken.at.isoformat(timespec="seconds")] if broken.at else []
    click.echo(f"{name}: BROKEN: {broken.why} ({', '.join(where) or 'no row is left'})")
    return True


@audit.command("head")
def head() -> None:
    """Where every chain ends. Kept on another machine, these lines prove later that no end was cut off."""
    with at_work():
        names = {row.id.hex: row.slug for row in Practice.select()}
        for chain, seq, digest in audit_check.heads():
            click.echo(f"{names.get(chain, chain)}  {seq}  {digest}")
