"""What the kernel says of processor time and memory: of a server, and of everybody else on the machine."""

from __future__ import annotations

import contextlib
import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
OTHERS_AT_MOST = 0.10  # of all cores; above it a round is contaminated
REPEATS = 2  # of a contaminated round; the quietest one counts
PATIENCE = 100  # seconds of repeats in one run


def tree(pid):
    """A process and all that it started, now."""
    children = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = stat.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        here = waiting.pop()
        found.append(here)
        waiting += children.get(here, [])
    return found


def seconds_of(pid):
    """Processor time of a process, user and system, its ended children included."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICK


def seconds_of_tree(*roots):
    return sum(seconds_of(pid) for root in roots if root for pid in tree(root))


def busy_seconds():
    """Processor time of everything on the machine, time stolen by other machines included."""
    user, nice, system, _idle, _wait, irq, soft, steal = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return (user + nice + system + irq + soft + steal) / TICK


def own_seconds():
    """Of this process and of the load generators it has waited for; servers are counted apart."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def pss_of(pid):
    """Memory of a process in MiB; what it shares is divided among those that share it."""
    for entry in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if entry.startswith("Pss:"):
            return int(entry.split()[1]) / 1024
    raise OSError(f"no Pss for {pid}")


@dataclass(frozen=True)
class Spent:
    """Of one round: how long it took, what the servers used, and what others used beside it."""

    wall: float
    servers: float
    others: float

    @property
    def others_share(self):
        return max(self.others, 0.0) / (self.wall * CORES)

    @property
    def is_contaminated(self):
        return self.others_share > OTHERS_AT_MOST


class Watch:
    """`watch = Watch(pids)` … `watch.stop()`: what was spent in between."""

    def __init__(self, *roots):
        self.roots = roots
        self.servers, self.own, self.busy = seconds_of_tree(*roots), own_seconds(), busy_seconds()
        self.started = time.monotonic()

    def stop(self):
        wall = time.monotonic() - self.started
        servers = seconds_of_tree(*self.roots) - self.servers
        others = busy_seconds() - self.busy - servers - (own_seconds() - self.own)
        return Spent(wall, servers, others)


class Patience:
    """Repeats contaminated rounds, at most twice each, and for so long in all: a busy machine stays busy."""

    def __init__(self, seconds=PATIENCE):
        self.left = seconds

    def quietest(self, measure):
        """Run `measure() -> (result, Spent)`, again while others use the machine; the quietest counts."""
        tries = [measure()]
        while tries[-1][1].is_contaminated and len(tries) <= REPEATS and self.left > 0:
            tries.append(measure())
            self.left -= tries[-1][1].wall
        return min(tries, key=lambda found: found[1].others_share)


def contamination(spent):
    """A remark for the figures, or nothing when the machine was quiet."""
    shares = [round(each.others_share * 100) for each in spent]
    if not any(each.is_contaminated for each in spent):
        return ""
    return f"contaminated: others used {min(shares)}-{max(shares)} % of the machine"
