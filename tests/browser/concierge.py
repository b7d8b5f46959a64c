"""Writes people, sessions and what they have into the database of the portal under test: a line asked, a line answered.

A process of its own beside the portal, with the portal's settings, and one for all journeys: to start costs seconds.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import cache

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

AS_SEEN = sessions.Seen("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "127.0.0.1")


class Concierge:
    """Asks the process, which begins with the first question."""

    def __init__(self, environment, folder, log):
        self._how = {"env": environment, "cwd": folder, "stderr": log}
        self._process = None

    def ask(self, wished):
        """One answer for each (person, rooms, more) of `wished`: see residents.py."""
        if self._process is None:
            words, pipes = (
                [sys.executable, "-m", __name__],
                {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE},
            )
            self._process = subprocess.Popen(words, **pipes, **self._how, text=True, bufsize=1)
        self._process.stdin.write(json.dumps(wished) + "\n")
        answer = self._process.stdout.readline()
        assert answer, "the concierge has gone: see the portal's log"
        return json.loads(answer)

    def leave(self):
        if self._process is not None:
            self._process.communicate()


# ---- in the process -------------------------------------------------------------------------------------------------

hashed = cache(hash_of)


def settle(now, *, email, password, language, given_name, family_name, factor, works_at, phone):
    account = open_account(
        email=email,
        password_hash=hashed(password),
        given_name=given_name,
        family_name=family_name,
        language=language,
        phone=phone,
        sealer=services().sealer,
        now=now,
    )
    texts.accept(account, language=language, host="localhost", now=now)
    with account_context(account):
        if factor:
            made = Factor.create(kind=factor, created_at=now, confirmed_at=now)
            if factor == "app":
                made.secret_sealed = services().sealer.seal(secret_of(email), cell=totp.cell(made))
                made.save()
    if works_at:
        with practice_context(Practice.get(Practice.slug == works_at)):
            Member.create(account=account, roles=["receptionist"], starts_on=now.date())
    return account


def session(now, account, *, host, stage, method, staff, stale):
    made, token = sessions.start(
        account, host=host, stage=stage, method=method, staff=staff, seen=AS_SEEN, now=now
    )
    if stale:
        with account_context(account):
            Session.update(proved_at=now - timedelta(minutes=20)).where(Session.id == made.id).execute()
    return token


def more(now, account, *, child, copy, offer, codes):
    found, sealer = {}, services().sealer
    if child:
        born = now.date().replace(year=now.year - 8, day=1)
        one = representation.Child("Léo", "Fontaine", born, "male", "fr", niss=None, country="FR")
        row = representation.add_child(account, one, basis="parent", sealer=sealer, now=now)
        found["child"] = str(row.id)
    if copy:
        found["copy"] = str(jobs.ask(account, language="fr", with_number=False, now=now).id)
    if offer:
        made = mandates.offer(account, offer, scopes=["book", "health"], ends_on=None, sealer=sealer, now=now)
        found["offer"] = mandates.token_of(made.id, sealer=sealer)
    if codes:
        found["codes"] = recovery.make(account.id, sealer=sealer, now=now)
    return found


def answer(wished):
    now = datetime.now(UTC)
    for person, rooms, extras in wished:
        account = Account.get_or_none(Account.email == person["email"]) or settle(now, **person)
        tokens = [session(now, account, **room) for room in rooms]
        yield {"tokens": tokens, **more(now, account, **extras)}


def main():
    with create_app(Config.from_env()).app_context():
        for line in sys.stdin:
            with connection():
                print(json.dumps(list(answer(json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
