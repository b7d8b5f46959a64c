"""P1 to P5 and P20: the free times of a practice over HTTP, against a bare Flask page and django-appointment."""

from __future__ import annotations

import time
from contextlib import ExitStack

from app.booking.pages import TAG_MINUTES
from tools.bench import load, peers, servers
from tools.bench.goals import Found
from tools.bench.peers import django

GOALS = ("P1", "P2", "P3", "P4", "P5", "P20")
SPANS = {"P1": "day", "P2": "week", "P3": "month"}
BROWSER = {
    "Accept": "text/html",
    "Accept-Language": "fr-BE,fr;q=0.9,en;q=0.5",
    "Accept-Encoding": "identity",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
}
FRAGMENT = {**BROWSER, "HX-Request": "true", "HX-Request-Type": "partial"}
SHORT = 2  # seconds of a round


def measure(wanted, bench):
    found = {}
    if set(wanted) - {"P20"}:
        found = with_granian(wanted, bench)
    if "P1" in wanted:
        with_gunicorn(found["P1"], bench)
    if "P20" in wanted:
        found["P20"] = memory(bench)
    return found


def fragments(world, span, **headers):
    """The times of every working day of W, each as its own request."""
    return [
        load.request("GET", world.url(span=span, day=day), host=world.host, headers={**FRAGMENT, **headers})
        for day in world.days
    ]


def hello():
    return [load.request("GET", "/", host="bare.bench.test", headers=FRAGMENT)]


def check(server, world):
    """Whether the answers hold what they should; how many times a week shows."""
    for span in SPANS.values():
        path = world.url(span=span, day=world.days[0])
        status, headers, body = server.get(path, host=world.host, headers=FRAGMENT)
        if status != 200 or b'name="start"' not in body or b"<html" in body:
            raise load.BadAnswers(f"{path} answered {status} without times: {body[:200]!r}")
        if "set-cookie" in headers:
            raise load.BadAnswers(f"{path} sets a cookie")


def unchanged(server, world, span="week"):
    """Requests that carry the ETag of what they would get; waits when it would expire during the round."""
    period = TAG_MINUTES * 60
    left = period - time.time() % period
    if left < load.SECONDS * 2:
        time.sleep(left + 0.2)
    requests = []
    for day in world.days:
        path = world.url(span=span, day=day)
        _, headers, _ = server.get(path, host=world.host, headers=FRAGMENT)
        asked = {**FRAGMENT, "If-None-Match": headers["etag"][0]}
        if (status := server.get(path, host=world.host, headers=asked)[0]) != 304:
            raise load.BadAnswers(f"{path} with its own ETag answered {status}")
        requests.append(load.request("GET", path, host=world.host, headers=asked))
    return requests


def with_granian(wanted, bench):
    world = bench.solo
    found = {goal: Found() for goal in GOALS if goal in wanted and goal != "P20"}
    environment = servers.portal_environment(bench.sqlite("times"))
    with ExitStack() as stack:
        bare = stack.enter_context(servers.serve("tools.bench.apps.bare:app", name="bare"))
        portal = stack.enter_context(servers.serve("wsgi:app", name="portal", environment=environment))
        check(portal, world)
        cases = {"H": (bare, hello())}
        for goal, span in SPANS.items():
            if goal in wanted or (goal == "P1" and "P5" in wanted):
                cases[goal] = (portal, fragments(world, span))
        if "P4" in wanted:
            cases["P4"] = (portal, lambda: unchanged(portal, world))
        if "P5" in wanted:
            try:
                peer = stack.enter_context(django.site(world))
                cases["P5"] = (peer.server, [peer.day_request(day) for day in world.days])
            except (peers.NoPeer, servers.NoServer) as why:
                found["P5"].missing[""] = str(why)
        figures = bench.interleaved(cases, seconds=SHORT if len(cases) > 3 else load.SECONDS)
    for goal in {"P1", "P2", "P3", "P4"} & set(found):
        value = figures["H"].cpu_us / figures[goal].cpu_us
        found[goal].values["granian" if goal == "P1" else ""] = value
        found[goal].notes += [figures["H"].note(), figures[goal].note()]
    if "P5" in figures:
        found["P5"].values[""] = figures["P5"].cpu_us / figures["P1"].cpu_us
        found["P5"].notes += [figures["P1"].note(), figures["P5"].note()]
    return found


def with_gunicorn(found, bench):
    """H and a day again, with the server that is the documented alternative."""
    environment = servers.portal_environment(bench.sqlite("times"))
    with (
        servers.serve("tools.bench.apps.bare:app", name="bare-gunicorn", by=servers.gunicorn) as bare,
        servers.serve(
            "wsgi:app", name="portal-gunicorn", by=servers.gunicorn, environment=environment
        ) as portal,
    ):
        figures = bench.interleaved(
            {"H gunicorn": (bare, hello()), "P1 gunicorn": (portal, fragments(bench.solo, "day"))},
            seconds=SHORT,
        )
    found.values["gunicorn"] = figures["H gunicorn"].cpu_us / figures["P1 gunicorn"].cpu_us
    found.notes += [each.note() for each in figures.values()]


def memory(bench):
    """A worker that has answered pages of every kind, and one that has said hello as often."""
    world = bench.solo
    environment = servers.portal_environment(bench.sqlite("memory"))
    with (
        servers.serve("tools.bench.apps.bare:app", name="bare") as bare,
        servers.serve("wsgi:app", name="portal", environment=environment) as portal,
    ):
        load.run(bare.port, hello(), seconds=SHORT)
        load.run(portal.port, tour(world), seconds=SHORT * 2)
        for span in SPANS.values():
            load.run(portal.port, fragments(world, span), seconds=SHORT)
        ours, least = portal.memory(), bare.memory()
    return Found({"": ours / least}, notes=[f"{ours:.0f} MiB, bare Flask {least:.0f} MiB (PSS of a worker)"])


def tour(world):
    """The pages a visitor meets, whole, in four languages."""
    pages = [
        (servers.APP_HOST, "/"),
        (servers.APP_HOST, "/search?where=5000"),
        (servers.APP_HOST, "/search?who=kine&where=Namur"),
        (world.host, "/"),
        (world.host, "/book"),
        *((world.host, world.url(span=span, day=world.days[0])) for span in SPANS.values()),
        (world.host, f"{world.path}/details?start={world.free_starts(0)[0]}&schedule={world.schedules[0]}"),
    ]
    return [
        load.request("GET", path, host=host, headers={**BROWSER, "Accept-Language": language})
        for language in ("fr", "nl", "de", "en")
        for host, path in pages
    ]
