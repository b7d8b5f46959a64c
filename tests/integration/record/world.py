"""Somebody who measures: a person with a file at Lavande, values of theirs, and a practitioner who may read."""

import re
from datetime import timedelta
from uuid import uuid4

from app.account import farewell
from app.directory.models import Practitioner
from app.kernel.clock import HOME, today
from app.kernel.db import connection
from app.kernel.tenancy import practice_context
from app.record import actions, queries, whose
from app.record.actions import Reading
from app.record.kinds import KINDS
from app.record.models import HealthReader
from app.record.whose import Subject
from app.staff.models import Member
from tests.integration.messaging.world import tie
from tests.people import NOW, PASSWORD, SEALER, make_account, make_member


def measurer(practice, **more):
    """An account with a file at `practice`."""
    account = make_account(**more)
    account.file = tie(account, practice)
    return account


def subject(account, dependant=None):
    return Subject(account.id, f"account:{account.id}", dependant)


def note(account, kind, value, *, days_ago=0, second=None, dependant=None, now=NOW, **more):
    """One value, typed."""
    with connection():
        day = today(now, HOME) - timedelta(days=days_ago)
        reading = Reading(KINDS[kind], value, day, str(uuid4()), second, **more)
        return actions.add(subject(account, dependant), reading, now=now)


def reader(
    practice, *, practitioner=0, roles=("practitioner",), email="lea@lavande.example", reads=True, **names
):
    """A member who reads what is shared with one practitioner of the practice; the account has both."""
    account = make_member(practice, roles=roles, email=email, **names)
    with connection(), practice_context(practice):
        account.practitioner = list(Practitioner.select().order_by(Practitioner.position))[practitioner]
        account.member = Member.get(Member.account == account.id)
        if reads:
            HealthReader.create(member=account.member, practitioner=account.practitioner, created_at=NOW)
    return account


def share(account, kind, practitioner, *, earlier=True, until=None, now=NOW, dependant=None):
    with connection():
        one, day = subject(account, dependant), today(now, HOME)
        whom = queries.practitioner(one, whose.files(one, today=day), practitioner.id, today=day)
        actions.share(one, whom, KINDS[kind], earlier=earlier, until_day=until, now=now)


def stop(account, kind, practitioner, *, now=NOW):
    with connection():
        one, day = subject(account), today(now, HOME)
        whom = queries.practitioner(one, whose.files(one, today=day), practitioner.id, today=day)
        actions.stop_sharing(one, whom, KINDS[kind], now=now)


def post(client, address, data=None, **more):
    """As a form of a page of theirs: with its token."""
    if not hasattr(client, "token"):
        page = client.get("/me/health").text
        client.token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    return client.post(address, data={"csrf_token": client.token, **(data or {})}, **more)


def gone(account, *, now=NOW):
    """They delete their account."""
    with connection():
        farewell.delete(account, PASSWORD, language="fr", sealer=SEALER, now=now)
