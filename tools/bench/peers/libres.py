"""libres as a peer: installed, filled with workload W on PostgreSQL, served, and asked for spans of times."""

from __future__ import annotations

import contextlib
import json
import subprocess
from datetime import timedelta

from app.kernel.clock import local
from tools.bench import load, peers, servers, world

HOST = "libres.bench.test"


@contextlib.contextmanager
def site(bench, here: world.World):
    """`server`; raises NoPeer or NoPostgres."""
    python = peers.python_of("libres", peers.LIBRES)
    url = bench.empty_postgres("libres")
    environment = {"PEER_DATABASE": url}
    asked = {
        "hours": [
            [f"{day}T{start // 60:02}:00", f"{day}T{end // 60:02}:00"]
            for day in here.days
            for start, end in world.HOURS
        ],
        "booked": [[wall(start), wall(start + world.DURATION)] for start in here.booked_starts(0)],
    }
    filled = subprocess.run(
        [str(python), "libres_site.py"],
        cwd=peers.SITES,
        env=environment,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=120,
    )
    if filled.returncode:
        raise peers.NoPeer(f"libres: {filled.stderr.strip()[-200:]}")
    with servers.serve(
        "libres_site:app", name="libres", python=python, environment=environment, folder=peers.SITES
    ) as server:
        yield server


def wall(start):
    return f"{local(start, world.ZONE):%Y-%m-%dT%H:%M}"


def requests(here: world.World, days):
    """A span of `days` days from each working day of W."""
    return [
        load.request("GET", f"/?start={day}T00:00&end={day + timedelta(days=days)}T00:00", host=HOST)
        for day in here.days
    ]
