"""P7: weeks and months of free times against libres, both on PostgreSQL."""

from __future__ import annotations

from contextlib import ExitStack

from tools.bench import peers, servers, times
from tools.bench.goals import Found
from tools.bench.peers import libres

GOALS = ("P7",)
SPANS = {"week": 7, "month": 35}


def measure(_wanted, bench):
    if why := bench.why_no_postgres():
        return {"P7": Found(missing={"": why.splitlines()[0]})}
    here = bench.solo
    environment = servers.portal_environment(bench.postgres("times"))
    with ExitStack() as stack:
        try:
            peer = stack.enter_context(libres.site(bench, here))
        except (peers.NoPeer, servers.NoServer) as trouble:
            return {"P7": Found(missing={"": str(trouble)})}
        portal = stack.enter_context(servers.serve("wsgi:app", name="portal-libres", environment=environment))
        times.check(portal, here)
        cases = {}
        for span, days in SPANS.items():
            cases[f"{span} PostgreSQL"] = (portal, times.fragments(here, span))
            cases[f"{span} libres"] = (peer, libres.requests(here, days))
        figures = bench.interleaved(cases, seconds=times.SHORT, others=(bench.postgres_pid,))
    found = Found(notes=[each.note() for each in figures.values()])
    for span in SPANS:
        found.values[span] = figures[f"{span} libres"].cpu_us / figures[f"{span} PostgreSQL"].cpu_us
    found.notes.append("P7 counts the processor time of PostgreSQL too")
    return {"P7": found}
