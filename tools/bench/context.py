"""What the measurements share: databases furnished once, the PostgreSQL cluster, and every round they measured."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from statistics import median

from tools.bench import load, machine, servers, world
from tools.postgres import NoPostgres, cluster

ROUNDS = 3


class Bench:
    """`with Bench() as bench:`; whatever it started ends with it."""

    def __init__(self):
        self.solo = world.World("solo", ruled=True, buffer=5)
        self.old = world.World("old", past=20_000)
        self.young = world.World("young", past=200)
        self.team = world.World("team", agendas=24, seed=2, ruled=True)
        self.patience = machine.Patience()
        self.rounds = []  # every single one, for the JSON
        self._stack = ExitStack()

    def __enter__(self):
        servers.VAR.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *exc):
        self._stack.close()

    @property
    def worlds(self):
        return self.solo, self.young, self.old, self.team

    @cached_property
    def _sqlite(self):
        path = servers.VAR / "furnished.db"
        world.build(world.new_sqlite(path), *self.worlds)
        return path

    def sqlite(self, name):
        """The URL of a fresh copy of the furnished database."""
        return world.copy_sqlite(self._sqlite, servers.VAR / f"{name}.db")

    @cached_property
    def _postgres(self):
        server = self._stack.enter_context(cluster(name="furnished"))
        world.build(server, *self.worlds)
        return server

    def postgres(self, name):
        """As `sqlite`, on a cluster of our own with everything durable; raises NoPostgres."""
        return world.copy_postgres(self._postgres, name)

    def empty_postgres(self, name):
        return world.copy_postgres(self._postgres, name, of="template0")

    def database(self, engine, name):
        return self.sqlite(name) if engine == "sqlite" else self.postgres(name)

    @property
    def postgres_pid(self):
        return world.postgres_pid(self._postgres)

    def why_no_postgres(self):
        """A reason, or nothing when PostgreSQL runs here."""
        try:
            return "" if self._postgres else "no PostgreSQL"
        except NoPostgres as why:
            return str(why)

    def round(self, name, server, requests, *, seconds=load.SECONDS, others=(), **options):
        """One round of load, again when others disturbed it; kept for the record.

        `requests` may be a function: then every try gets requests of its own.
        """

        def once():
            asked = requests() if callable(requests) else requests
            watch = machine.Watch(server.pid, *others)
            answered = load.run(server.port, asked, seconds=seconds, **options)
            return answered, watch.stop()

        answered, spent = self.patience.quietest(once)
        if answered.refused:
            raise load.BadAnswers(f"{name}: {answered.refused} of {answered.requests} answers were refusals")
        return self.keep(Round(name, answered, spent))

    def keep(self, found):
        self.rounds.append(found)
        return found

    def interleaved(self, cases, *, rounds=ROUNDS, seconds=load.SECONDS, others=()):
        """{name: Figures} of {name: (server, requests)}: every case once, then every case again, three times over."""
        found = {name: [] for name in cases}
        for _ in range(rounds):
            for name, (server, requests) in cases.items():
                found[name].append(self.round(name, server, requests, seconds=seconds, others=others))
        return {name: Figures(name, each) for name, each in found.items()}


class Round:
    """What came of one round of load."""

    def __init__(self, name, answered, spent):
        self.name = name
        self.answered = answered
        self.spent = spent
        self.cpu_us = spent.servers / answered.requests * 1e6 if answered.requests else 0.0

    def record(self):
        return {
            "case": self.name,
            "requests": self.answered.requests,
            "per_second": round(self.answered.rate, 1),
            "cpu_us": round(self.cpu_us, 1),
            "p50_ms": self.answered.p50_ms,
            "p99_ms": self.answered.p99_ms,
            "others_percent": round(self.spent.others_share * 100, 1),
        }


class Figures:
    """The medians of some rounds."""

    def __init__(self, name, rounds):
        self.name = name
        self.rounds = rounds
        self.cpu_us = median(each.cpu_us for each in rounds)
        self.rate = median(each.answered.rate for each in rounds)
        self.p50_ms = median(each.answered.p50_ms for each in rounds)
        self.p99_ms = median(each.answered.p99_ms for each in rounds)

    def note(self):
        marks = machine.contamination([each.spent for each in self.rounds])
        text = f"{self.name}: {self.cpu_us:.0f} us of server CPU, {self.rate:.0f} requests/s"
        return f"{text} ({marks})" if marks else text
