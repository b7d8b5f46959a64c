"""The operator's way to give people a place at a practice: flask staff add|invite."""

import sys

import click
from email_validator import EmailNotValidError, validate_email
from flask import Flask
from flask.cli import AppGroup

from app.cli import Complaint, at_work, the_practice
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import LANGUAGES
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.practice.queries import primary_host
from app.settings import members
from app.settings.members import Newcomer
from app.staff import invitations
from app.staff.actions import Terms
from app.staff.invitations import Guest
from app.web.outside import config, services

staff = AppGroup("staff", help="The members of a practice.")
ROLES = click.option("--role", "roles", multiple=True, required=True, type=click.Choice(members.ROLES))
GIVEN = click.option("--given-name", required=True)
FAMILY = click.option("--family-name", required=True)
LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), help="By default the practice's first language."
)


def install(app: Flask) -> None:
    app.cli.add_command(staff)


@staff.command("add")
@click.argument("slug")
@click.argument("email")
@ROLES
@GIVEN
@FAMILY
@LANGUAGE
def add(
    slug: str, email: str, *, roles: tuple[str, ...], given_name: str, family_name: str, language: str
) -> None:
    """Give a person a place at a practice.

    The password is asked twice, or read as one line from standard input when that is not a terminal.
    """
    with at_work():
        found, email = _open(slug), _address(email)
        known = members.account_of(email)
        who = Newcomer(email, given_name, family_name, language or found.languages[0])
        password = "" if known else _password(who)
        if not members.add(found, who, roles=roles, password=password, now=services().clock.now()):
            raise Complaint(f"{email} is a member of {slug} already.")
        click.echo(f"{email} can sign in at {config().scheme}://{primary_host(found.id)}/sign-in")
        if known:
            click.echo("This person has an account already and keeps its name and password.")


@staff.command("invite")
@click.argument("slug")
@click.argument("email")
@ROLES
@GIVEN
@FAMILY
@LANGUAGE
def invite(
    slug: str, email: str, *, roles: tuple[str, ...], given_name: str, family_name: str, language: str
) -> None:
    """Ask a person by mail to work at a practice: its first owner, for instance. They choose a password themselves."""
    with at_work():
        found, now = _open(slug), services().clock.now()
        guest = Guest(_address(email), given_name, family_name, language or found.languages[0])
        terms = Terms(tuple(sorted(set(roles))), clock.today(now, found.timezone))
        try:
            with practice_context(found):
                made = invitations.invite(
                    found, guest, terms, by="operator", sealer=services().sealer, now=now
                )
        except Refusal as refusal:
            raise Complaint(refusal.sentence()) from refusal
        click.echo(f"A mail to {made.email} is queued; its link works for {invitations.LASTS.days} days.")


def _open(slug: str) -> Practice:
    found = the_practice(slug)
    if found.status != "open":
        raise Complaint(f"{slug} is closed.")
    return found


def _address(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False).normalized.lower()
    except EmailNotValidError as wrong:
        raise Complaint(f"{email} is not an e-mail address.") from wrong


def _password(who: Newcomer) -> str:
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    wrong = members.problem(password, who)
    if wrong:
        raise Complaint(wrong)
    return password
