"""`python -m tools.bench [P1,P13]`: measures the goals, prints one line for each, and always ends well."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from datetime import UTC, datetime

from tools.bench import (
    absence,
    bookings,
    card,
    crowd,
    desk,
    engine,
    goals,
    health,
    imports,
    inside,
    libres_times,
    load,
    machine,
    peers,
    profile,
    races,
    servers,
    storm,
    times,
)
from tools.bench.context import Bench
from tools.postgres import NoPostgres

MEASURERS = (
    engine, card, inside, health, imports, absence, desk, times, libres_times, crowd, bookings, profile, races, storm,
)  # fmt: skip
EXPECTED = (load.BadAnswers, peers.NoPeer, servers.NoServer, NoPostgres)


def main(arguments):
    wanted = chosen(" ".join(arguments))
    servers.VAR.mkdir(parents=True, exist_ok=True)
    started, found = time.monotonic(), {}
    say("Measuring … (some minutes; a quiet machine gives better figures)")
    with Bench() as bench:
        for measurer in MEASURERS:
            mine = [goal for goal in measurer.GOALS if goal in wanted]
            if mine:
                say(f"  {' '.join(mine)}")
                found |= measured(measurer, mine, bench)
        rounds = [each.record() for each in bench.rounds]
    minutes = (time.monotonic() - started) / 60
    show(wanted, found)
    keep(wanted, found, rounds)
    say(f"\nMeasured in {minutes:.1f} minutes; every round is in var/bench/results.json.")
    return 0


def chosen(text):
    """The goals a person named, in any way of writing the list; all of them when none was named."""
    names = [name.upper() for name in text.replace(",", " ").split()]
    for name in names:
        if name not in goals.BY_ID:
            say(f"There is no goal {name}.")
    return [goal.id for goal in goals.GOALS if goal.id in names or not names]


def measured(measurer, wanted, bench):
    try:
        return measurer.measure(wanted, bench)
    except EXPECTED as why:
        reason = " ".join(str(why).split())[:200]
    except Exception as error:  # one goal that breaks must not keep the others from being measured
        (servers.VAR / "errors.log").open("a").write(traceback.format_exc() + "\n")
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:160]} (see var/bench/errors.log)"
    return {goal: goals.Found(missing={"": reason}) for goal in wanted}


def show(wanted, found):
    say("\n" + goals.HEADING)
    for goal in goals.GOALS:
        if goal.id in wanted:
            say(goals.line(goal, found.get(goal.id)))
    say("")
    told = set()
    for name, each in found.items():
        for note in each.notes:
            if note not in told:
                say(f"{name:4}  {note}")
                told.add(note)


def keep(wanted, found, rounds):
    results = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": machine.CORES,
        "python": sys.version.split()[0],
        "load_before": os.getloadavg(),
        "goals": [
            {
                "id": goal.id,
                "what": goal.what,
                "values": found[goal.id].values if goal.id in found else {},
                "verdict": goals.verdict(goal, found.get(goal.id)),
                "notes": found[goal.id].notes if goal.id in found else [],
            }
            for goal in goals.GOALS
            if goal.id in wanted
        ],
        "rounds": rounds,
    }
    (servers.VAR / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def say(text):
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
