"""Alice with a file at both practices and a child, and browsers at their hosts and on the central portal."""

from datetime import date

from app.identity import representation
from app.identity.representation import Child
from app.kernel.db import connection
from tests.conftest import HOST
from tests.factories import NOW
from tests.integration.messaging.world import tie
from tests.people import SEALER, make_account, sign_in_as

PORTAL = f"http://{HOST}"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def alice_at(client, clock, *practices, **more):
    """Signed in at Lavande and on the portal, known at these practices; `files`: practice id -> patient."""
    alice = make_account(**more)
    alice.files = {practice.id: tie(alice, practice) for practice in practices}
    sign_in_as(client, alice, clock=clock)
    sign_in_as(client, alice, clock=clock, host=HOST)
    return alice


def child_of(alice, practice, *, given_name="Zoé", born=date(2018, 5, 1)):
    """(how Alice acts for the child, its file at the practice)."""
    with connection():
        child = Child(given_name, "Dupont", born, "female", "fr")
        row = representation.add_child(alice, child, basis="parent", sealer=SEALER, now=NOW)
    return row, tie(alice, practice, dependant=row.dependant_id, given_name=given_name)


def acting(client, alice, row, clock, *, host=f"lavande.{HOST}"):
    """Alice's browser, speaking for somebody."""
    session = sign_in_as(client, alice, clock=clock, host=host)
    with connection():
        whom = representation.of_id(alice, row.id, now=clock.now())[1]
        representation.start_acting(session, whom, now=clock.now())
    return session
