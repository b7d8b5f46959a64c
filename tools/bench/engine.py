"""P9, P10, P11: the slot engine alone, in this process, against the least work there can be and against Cal.com's."""

from __future__ import annotations

import json
import subprocess
import time
from datetime import date, timedelta
from statistics import median

from app.booking import slots
from app.booking.slots import Agenda, Busy, HoursException, ServiceRules, WeeklyWindow
from app.kernel.clock import day_bounds, to_minutes
from tools.bench import peers
from tools.bench.goals import Found
from tools.bench.world import DAYS, DURATION, GRID, HOURS, NOTICE, ZONE, World, now

GOALS = ("P9", "P10", "P11")
BEFORE, AFTER = 5, 10
NEVER = (1 << 60, 1 << 60)
ROUNDS = 15
PEER_SECONDS = 8


def measure(wanted, _bench):
    found = {}
    if "P9" in wanted:
        found["P9"] = against_merge_pass()
    if "P10" in wanted:
        found["P10"] = against_calcom()
    if "P11" in wanted:
        found["P11"] = hundred_agendas()
    return found


def question(seed=1):
    """W with buffers and a closed day: (agenda, rules, busy, blocked), and the span of days."""
    world = World("engine", seed=seed)
    agenda = Agenda(
        id=f"agenda{seed:04}",
        zone=ZONE,
        windows=tuple(
            WeeklyWindow(weekday, start, end, date(2020, 1, 1))
            for weekday in range(5)
            for start, end in HOURS
        ),
        exceptions=(HoursException("close", world.closed_day, world.closed_day),),
        version=1,
    )
    rules = ServiceRules(
        "care", DURATION, GRID, before=BEFORE, after=AFTER, min_notice=NOTICE, horizon_days=90
    )
    busy = [Busy(start, start + DURATION) for start in world.booked_starts(0)]
    first = world.today + timedelta(days=1)
    span = {"first_day": first, "last_day": first + timedelta(days=DAYS - 1), "now": to_minutes(now())}
    return (agenda, rules, busy, []), span


def timed(work, calls):
    """Microseconds of processor time of one call."""
    started = time.process_time_ns()
    for _ in range(calls):
        work()
    return (time.process_time_ns() - started) / calls / 1000


def compared(one, other, *, calls=(200, 200)):
    """Medians of both over interleaved rounds."""
    one(), other()
    pairs = [(timed(one, calls[0]), timed(other, calls[1])) for _ in range(ROUNDS)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def merge_pass(windows, booked):
    """What every engine must at least do: walk once through sorted hours and bookings, and keep what lies between."""
    gaps = []
    following = iter(booked)
    low, high = next(following)
    for start, end in windows:
        while low < end:
            if low - start >= DURATION:
                gaps.append((start, low))
            start = high
            low, high = next(following, NEVER)
        if end - start >= DURATION:
            gaps.append((start, end))
    return gaps


def against_merge_pass():
    asked, span = question()
    _agenda, _rules, busy, _blocked = asked
    open_hours = [
        day_bounds(day, ZONE)[0] + wall for day in World("engine").days for hours in HOURS for wall in hours
    ]
    windows = list(zip(open_hours[::2], open_hours[1::2], strict=True))
    booked = [(row.start - AFTER, row.end + BEFORE) for row in busy]
    ours, least = compared(lambda: slots.offered(*asked, **span), lambda: merge_pass(windows, booked))
    starts = len(slots.offered(*asked, **span))
    note = (
        f"{starts} starts of {DAYS} days with {len(busy)} bookings in {ours:.1f} us; the merge {least:.1f} us"
    )
    return Found({"": ours / least}, notes=[note])


def against_calcom():
    asked, span = question()
    agenda, rules, busy, _blocked = asked
    try:
        folder = peers.node_modules_of("calcom", peers.CALCOM)
    except peers.NoPeer as why:
        return Found(missing={"": str(why)})
    expected = slots.offered(*asked, **span)
    ours, _ = compared(lambda: slots.offered(*asked, **span), lambda: None)
    theirs = ask_calcom(folder, {
        "zone": ZONE,
        "from": day_bounds(span["first_day"], ZONE)[0],
        "to": day_bounds(span["last_day"], ZONE)[1] - 1,
        "hours": [([1, 2, 3, 4, 5], start, end) for start, end in HOURS],
        "closed": [str(agenda.exceptions[0].first_day)],
        "busy": [(row.start - AFTER, row.end + BEFORE) for row in busy],
        "duration": rules.duration, "grid": rules.grid, "notice": rules.min_notice, "seconds": PEER_SECONDS,
    })  # fmt: skip
    if theirs["starts"] != expected:
        only = [len(set(a) - set(b)) for a, b in ((expected, theirs["starts"]), (theirs["starts"], expected))]
        return Found(missing={"": f"the lists differ: {only[0]} starts only here, {only[1]} only there"})
    note = f"{len(expected)} equal starts: {ours:.1f} us here, {theirs['microseconds']:.0f} us there"
    return Found({"": theirs["microseconds"] / ours}, notes=[note])


def ask_calcom(folder, asked):
    done = subprocess.run(
        ["node", str(peers.SITES / "calcom.cjs"), str(folder)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=PEER_SECONDS + 60,
    )
    if done.returncode:
        raise peers.NoPeer(f"Cal.com's engine: {done.stderr.strip()[-200:]}")
    return json.loads(done.stdout)


def hundred_agendas():
    made = [question(seed) for seed in range(1, 101)]
    span = made[0][1]
    many = [asked for asked, _ in made]
    all_of_them, one = compared(
        lambda: slots.offered_by_any(many, **span),
        lambda: slots.offered_by_any(many[:1], **span),
        calls=(4, 400),
    )
    note = f"100 agendas {all_of_them:.0f} us, 1 agenda {one:.1f} us"
    return Found({"": all_of_them / one}, notes=[note])
