"""flask account …: what the operator does with accounts, without ever seeing one."""

import json
from datetime import datetime
from uuid import UUID

import click
from flask import Flask
from flask.cli import AppGroup

from app.account import farewell
from app.cli import Complaint, at_work
from app.identity.models import Erasure
from app.web.outside import services

account = AppGroup("account", help="Accounts that were deleted, and backups from before.")


def install(app: Flask) -> None:
    app.cli.add_command(account)


@account.command("erasures")
def erasures() -> None:
    """Write every deletion as one line of JSON: keep the list away from the database and its backups."""
    with at_work():
        for row in Erasure.select().order_by(Erasure.at):
            line = {"account": str(row.account_id), "reference": row.reference, "at": row.at.isoformat()}
            click.echo(json.dumps(line))


@account.command("erase-again")
@click.argument("source", type=click.File(), default="-")
def erase_again(source) -> None:  # type: ignore[no-untyped-def]
    """After restoring a backup: delete once more whoever had left since. Reads what `erasures` wrote."""
    gone = 0
    with at_work():
        for number, line in enumerate(filter(str.strip, source), 1):
            try:
                told = json.loads(line)
                erased = Erasure(
                    account_id=UUID(told["account"]),
                    reference=str(told["reference"])[:20],
                    at=datetime.fromisoformat(told["at"]),
                )
            except (ValueError, KeyError, TypeError) as broken:
                raise Complaint(f"Line {number} is not one that `flask account erasures` wrote.") from broken
            gone += farewell.again(erased, sealer=services().sealer, now=services().clock.now())
    click.echo(f"Accounts deleted again: {gone}")
