"""P21: a storm of sign-ins: how many passwords a second, in how much memory, and whether pages stay quick meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from statistics import median, quantiles

from app.identity import passwords
from tools.bench import machine, servers
from tools.bench.goals import Found
from tools.bench.times import FRAGMENT

GOALS = ("P21",)
ROUNDS = 3
THREADS = 200
CHECKS = 400
PAGES = 150
PASSWORD = "correct horse battery staple"


def measure(wanted, bench):
    """In a process of its own, so that its memory is its own."""
    here = bench.solo
    path = here.url(span="week", day=here.days[0])
    command = [sys.executable, "-m", "tools.bench.storm", bench.sqlite("storm"), here.host, path]
    rounds = [
        json.loads(subprocess.run(command, cwd=servers.ROOT, capture_output=True, check=True).stdout)
        for _ in range(ROUNDS)
    ]
    values = {name: median(each[name] for each in rounds) for name in rounds[0]}
    note = (
        f"{values['checks']:.0f} checks/s by {THREADS} threads, {values['bare']:.0f}/s by a bare loop on "
        f"{machine.CORES} cores; a week of times in {values['idle_ms']:.1f} ms, in a storm {values['storm_ms']:.1f} ms"
    )
    parts = ("rate", "memory", "p50", "p95")
    return {"P21": Found({name: values[name] for name in parts}, notes=[note])}


# ---- in the process of its own


def main(url, host, path):
    from tools.bench.inside import Portal

    portal = Portal(url)
    stored = passwords.hash_of(PASSWORD)

    def page():
        started = time.perf_counter()
        status, *_ = portal.get(path, host=host, headers=FRAGMENT)
        assert status == 200, status
        return (time.perf_counter() - started) * 1000

    for _ in range(20):
        page()
    bare = in_threads(machine.CORES, CHECKS // 4, lambda: passwords._hasher.verify(stored, PASSWORD))
    memory = Memory()
    checks = in_threads(THREADS, CHECKS, lambda: passwords.matches(stored, PASSWORD))
    grown = memory.stop()
    idle = [page() for _ in range(PAGES)]
    with Storm(lambda: passwords.matches(stored, PASSWORD)):
        stormy = [page() for _ in range(PAGES)]
    print(
        json.dumps({
            "bare": bare, "checks": checks, "rate": checks / bare, "memory": grown,
            "idle_ms": median(idle), "storm_ms": median(stormy), "p50": median(stormy) / median(idle),
            "p95": quantiles(stormy, n=20)[-1] / quantiles(idle, n=20)[-1],
        })
    )  # fmt: skip


def in_threads(threads, times, act):
    """Times a second."""

    def run():
        for _ in range(times // threads):
            act()

    running = [threading.Thread(target=run) for _ in range(threads)]
    started = time.perf_counter()
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return times / (time.perf_counter() - started)


class Storm:
    """`with Storm(act):` as many threads as in a storm, each at it again and again."""

    def __init__(self, act):
        self.over = threading.Event()
        self.act = act
        self.threads = [threading.Thread(target=self.run) for _ in range(THREADS)]

    def run(self):
        while not self.over.is_set():
            self.act()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        time.sleep(0.2)

    def __exit__(self, *exc):
        self.over.set()
        for thread in self.threads:
            thread.join()


class Memory:
    """How much the process grew at most, in MiB, while it was watched."""

    def __init__(self):
        self.before = self.peak = self.now()
        self.over = threading.Event()
        self.watcher = threading.Thread(target=self.watch)
        self.watcher.start()

    @staticmethod
    def now():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def watch(self):
        while not self.over.wait(0.005):
            self.peak = max(self.peak, self.now())

    def stop(self):
        self.over.set()
        self.watcher.join()
        return self.peak - self.before


if __name__ == "__main__":
    main(*sys.argv[1:])
