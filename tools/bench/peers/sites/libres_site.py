"""Free times by libres: `python libres_site.py` fills it with workload W, `libres_site:app` answers with JSON.

Runs in an environment of its own and imports nothing of the portal. It has no framework around it, no language and no
practice: only what its own example does to find the free slots of a span.
"""

import json
import os
import sys
from datetime import datetime
from urllib.parse import parse_qs

import libres
from libres.modules import events

URL = os.environ["PEER_DATABASE"]
context = libres.registry.register_context("bench")
context.set_setting("dsn", URL)
scheduler = libres.new_scheduler(context, "agenda", "Europe/Brussels")
RASTER = 15


def furnish():
    """Reads {"hours": [[start, end], …], "booked": [[start, end], …]} in local time."""
    del events.on_reservations_approved[:]
    asked = json.load(sys.stdin)
    scheduler.setup_database()
    for start, end in asked["hours"]:
        scheduler.allocate((moment(start), moment(end)), partly_available=True, raster=RASTER)
    for start, end in asked["booked"]:
        token = scheduler.reserve("client@example.be", (moment(start), moment(end)))
        scheduler.approve_reservations(token)
    scheduler.commit()


def moment(text):
    return datetime.fromisoformat(text)


def app(environ, start_response):
    asked = parse_qs(environ.get("QUERY_STRING", ""))
    found = []
    if asked:
        start, end = moment(asked["start"][0]), moment(asked["end"][0])
        for allocation in scheduler.allocations_in_range(start, end).all():
            found += [slot[0].isoformat() for slot in allocation.free_slots()]
        scheduler.rollback()
    body = json.dumps(found).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


if __name__ == "__main__":
    furnish()
