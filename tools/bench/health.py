"""O1: the page of a parameter with ten years of daily values, against the same page with a hundred of them."""

from __future__ import annotations

from datetime import timedelta

from app.identity import sessions
from app.identity.actions import open_account
from app.identity.sessions import Seen
from app.kernel import db
from app.kernel.tenancy import account_context
from app.record.models import Observation
from tools.bench.engine import compared
from tools.bench.goals import Found
from tools.bench.inside import Portal

GOALS = ("O1",)
MANY, FEW = 3650, 100
ROWS = 300  # of one statement
PAGE = "/me/health/weight?period=all"


def measure(wanted, bench):
    """Whole pages, as a signed-in person asks for them; the picture of everything, and the first page of the table."""
    portal = Portal(bench.sqlite("health"))
    host = bench.team.host
    services = portal.app.extensions["parvis.services"]
    now = services.clock.now()
    with portal.app.app_context(), db.connection():
        tokens = [person(number, host, services, now=now) for number in (MANY, FEW)]

    def page(token):
        def ask():
            status, _headers, body = portal.get(PAGE, host=host, headers={"Cookie": f"session={token}"})
            assert status == 200 and b"chart-line" in body, status

        return ask

    many, few = compared(page(tokens[0]), page(tokens[1]), calls=(20, 20))
    note = f"{many / 1000:.1f} ms with {MANY} values, {few / 1000:.1f} ms with {FEW}"
    return {"O1": Found({"": many / few}, notes=[note])}


def person(values, host, services, *, now):
    """Somebody with so many days of weight; the token of their session."""
    account = open_account(
        email=f"measures-{values}@example.be", password_hash="-", given_name="A", family_name="B", language="fr",
        sealer=services.sealer, now=now,
    )  # fmt: skip
    rows = [
        {
            "kind": "weight",
            "value": 700 + day % 40,
            "at": now - timedelta(days=day),
            "created_at": now - timedelta(days=day),  # noted on its day: none of them is just typed
        }
        for day in range(values)
    ]
    with account_context(account):
        for begin in range(0, values, ROWS):
            Observation.insert_many(rows[begin : begin + ROWS]).execute()
    seen = Seen("bench", "127.0.0.1")
    _row, token = sessions.start(
        account, host=host, stage="open", staff=False, method="app", seen=seen, now=now
    )
    return token
