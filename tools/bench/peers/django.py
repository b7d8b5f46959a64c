"""django-appointment as a peer: installed, filled with workload W, served, and asked for times and bookings."""

from __future__ import annotations

import contextlib
import json
import subprocess
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from app.kernel.clock import local
from tools.bench import clients, load, peers, servers
from tools.bench.world import DURATION, ZONE, World

HOST = "peer.bench.test"


class Site:
    """The running peer and how to ask it."""

    def __init__(self, server, known):
        self.server = server
        self.known = known

    def day_request(self, day):
        query = urlencode(
            {
                "selected_date": day,
                "staff_member": self.known["staff"],
                "service_id": self.known["service"],
            }
        )
        return load.request(
            "GET",
            f"/ajax/available_slots/?{query}",
            host=HOST,
            headers={"X-Requested-With": "XMLHttpRequest", "Accept-Language": "en"},
        )

    def book(self, connection, start):
        """One booking of a signed-in client: the request, then the details; the status of the second."""
        begins = local(start, ZONE)
        key = self.known["sessions"][start // DURATION % len(self.known["sessions"])]
        first = self._post(connection, "/request-submit/", key, {
            "date": begins.date(),
            "start_time": f"{begins:%H:%M}",
            "end_time": f"{begins + timedelta(minutes=DURATION):%H:%M}",
            "service": self.known["service"],
            "staff_member": self.known["staff"],
        })  # fmt: skip
        if first[0] != 302:
            raise load.BadAnswers(f"django-appointment refused a request with {first[0]}")
        second = self._post(connection, urlsplit(first[1]["location"][0]).path, key, {
            "name": "Anne Dubois",
            "email": "client@example.be",
            "phone_0": "BE",
            "phone_1": "0470123456",
            "address": "Rue du Pont 1",
            "payment_type": "full",
        })  # fmt: skip
        if second[0] != 302:
            raise load.BadAnswers(f"django-appointment refused a booking with {second[0]}")
        return second[0]

    def _post(self, connection, path, session, values):
        headers = {"Cookie": f"sessionid={session}"}
        body = urlencode(values).encode()
        return connection.send(load.request("POST", path, host=HOST, headers=headers, body=body))


@contextlib.contextmanager
def site(world: World):
    python = peers.python_of("django", peers.DJANGO)
    database = servers.VAR / "peer-django.db"
    for left in database.parent.glob("peer-django.db*"):
        left.unlink()
    environment = {"PEER_DATABASE": str(database)}
    asked = {
        "clients": load.CONNECTIONS,
        "closed": str(world.closed_day),
        "booked": [
            [f"{moment:%Y-%m-%d}", f"{moment:%H:%M}"]
            for moment in (local(start, ZONE) for start in world.booked_starts(0))
        ],
    }
    filled = subprocess.run(
        [str(python), "django_site.py"],
        cwd=peers.SITES,
        env=environment,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=120,
    )
    if filled.returncode:
        raise peers.NoPeer(f"django-appointment: {filled.stderr.strip()[-200:]}")
    with servers.serve(
        "django_site:app", name="django", python=python, environment=environment, folder=peers.SITES
    ) as server:
        yield Site(server, json.loads(filled.stdout))


def bookings(peer: Site, starts, *, seconds):
    """Bookings a second by as many clients as everybody has."""
    taken, wall = clients.in_turn(
        peer.server.port, starts, seconds=seconds, connections=load.CONNECTIONS, act=peer.book
    )
    return len(taken), wall
