"""People of the portal under test who are signed in already: accounts and sessions written into its database."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

from tests.browser.portal import PASSWORD, ROOT, settings

SCRIPT = """
import json, sys
from datetime import UTC, datetime, timedelta
from app.account import texts
from app.account.export import jobs
from app.config import Config
from app.factory import create_app
from app.identity import mandates, recovery, representation, sessions, totp
from app.identity.actions import open_account
from app.identity.models import Factor, Session
from app.identity.passwords import hash_of
from app.kernel.db import connection
from app.kernel.owners import Account, Practice
from app.kernel.tenancy import account_context, practice_context
from app.settings.demo_people import secret_of
from app.staff.models import Member
from app.web.outside import services

now, password, wished = datetime.now(UTC), sys.argv[1], json.load(sys.stdin)
hashed, answers = hash_of(password), []


def settle(email, language, given_name, family_name, factor, works_at, phone):
    account = open_account(email=email, password_hash=hashed, given_name=given_name, family_name=family_name,
                           language=language, phone=phone, sealer=services().sealer, now=now)
    texts.accept(account, language=language, host="localhost", now=now)
    with account_context(account):
        if factor:
            made = Factor.create(kind=factor, created_at=now, confirmed_at=now)
            if factor == "app":
                made.secret_sealed = services().sealer.seal(secret_of(email), cell=totp.cell(made))
                made.save()
    if works_at:
        practice = Practice.get(Practice.slug == works_at)
        with practice_context(practice):
            Member.create(account=account, roles=["receptionist"], starts_on=now.date())
    return account


def session(account, host, stage, method, staff, stale):
    made, token = sessions.start(account, host=host, stage=stage, method=method, staff=staff,
                                 seen=sessions.Seen("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "127.0.0.1"),
                                 now=now)
    if stale:
        with account_context(account):
            Session.update(proved_at=now - timedelta(minutes=20)).where(Session.id == made.id).execute()
    return token


def more(account, child, copy, offer, codes):
    found = {}
    if child:
        one = representation.Child(given_name="Léo", family_name="Fontaine", birth_date=now.date().replace(
            year=now.year - 8, day=1), sex="male", language="fr", niss=None, country="FR")
        row = representation.add_child(account, one, basis="parent", sealer=services().sealer, now=now)
        found["child"] = str(row.id)
    if copy:
        found["copy"] = str(jobs.ask(account, language="fr", with_number=False, now=now).id)
    if offer:
        made = mandates.offer(account, offer, scopes=["book", "health"], ends_on=None, sealer=services().sealer,
                              now=now)
        found["offer"] = mandates.token_of(made.id, sealer=services().sealer)
    if codes:
        found["codes"] = recovery.make(account.id, sealer=services().sealer, now=now)
    return found


with create_app(Config.from_env()).app_context(), connection():
    for person, rooms, extras in wished:
        account = Account.get_or_none(Account.email == person["email"]) or settle(**person)
        tokens = [session(account, **room) for room in rooms]
        answers.append({"tokens": tokens, **more(account, **extras)})
print(json.dumps(answers))
"""


@dataclass(frozen=True)
class Room:
    """One session: where, how far it has come, and what opened it; a stale one was proved a while ago."""

    slug: str = "lavande"  # or nothing, for the central portal
    stage: str = "open"
    method: str = "app"
    staff: bool = False
    stale: bool = False


@dataclass(frozen=True)
class Resident:
    """Somebody with an account (made when there is none), and what they have besides."""

    email: str
    language: str = "fr"
    given_name: str = "Nora"
    family_name: str = "Baert"
    factor: str = "app"
    works_at: str = ""
    phone: str | None = None
    rooms: tuple[Room, ...] = (Room(),)
    child: bool = False
    copy: bool = False
    offer: str = ""  # to this address
    codes: bool = False

    def as_asked(self, portal):
        person = {name: getattr(self, name) for name in PERSON}
        extras = {name: getattr(self, name) for name in ("child", "copy", "offer", "codes")}
        rooms = []
        for room in self.rooms:
            host = portal.site(room.slug) if room.slug else portal.url
            parts = {name: getattr(room, name) for name in ("stage", "method", "staff", "stale")}
            rooms.append({"host": host.removeprefix("http://"), **parts})
        return person, rooms, extras


PERSON = ("email", "language", "given_name", "family_name", "factor", "works_at", "phone")


def settle(portal, *residents):
    """One answer each: `tokens` of the rooms, and the addresses of what else was asked for."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, PASSWORD],
        cwd=ROOT,
        env={**os.environ, **settings(portal.folder, portal.port)},
        input=json.dumps([one.as_asked(portal) for one in residents]),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def let_in(visitor, token, *, slug="lavande"):
    """This browser has that session from here on; answers the address of the place."""
    place = visitor.portal.site(slug) if slug else visitor.portal.url
    visitor.context.add_cookies([{"name": "session", "value": token, "url": place}])
    return place


def at_home(visitor, email, *, slug="lavande", **more):
    """Somebody new who is signed in at `slug` in this browser, in its language; answers the address of the place."""
    room = Room(
        slug, **{name: more.pop(name) for name in ("stage", "method", "staff", "stale") if name in more}
    )
    one = Resident(email, visitor.language, rooms=(room,), **more)
    return let_in(visitor, settle(visitor.portal, one)[0]["tokens"][0], slug=slug)
