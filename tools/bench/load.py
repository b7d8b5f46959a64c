"""Load over HTTP: wrk where it is there, else threads of our own; requests are written beforehand, byte by byte."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.bench import clients

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 8
SECONDS = 3


class BadAnswers(Exception):
    """The server did not answer as it should, so its speed means nothing."""


@dataclass(frozen=True)
class Answered:
    """`refused` counts answers of 400 and above."""

    requests: int
    seconds: float
    refused: int
    p50_ms: float
    p99_ms: float

    @property
    def rate(self):
        return self.requests / self.seconds


def request(method, path, *, host, headers=None, body=b""):
    """One HTTP/1.1 request as the bytes on the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def run(port, requests, *, seconds=SECONDS, once=False, connections=CONNECTIONS):
    """Send `requests` in turn for some seconds; `once` stops when each was sent."""
    wrk = shutil.which("wrk")
    if not wrk:
        return Answered(**clients.hammer(port, requests, seconds=seconds, once=once, connections=connections))
    with tempfile.NamedTemporaryFile(suffix=".http") as file:
        for each in requests:
            file.write(b"%d\n" % len(each))
            file.write(each)
        file.flush()
        command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(SCRIPT)]
        command += [f"http://127.0.0.1:{port}/", "--", file.name, "once" if once else "again"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    marked = [each for each in done.stdout.splitlines() if each.startswith("{")]
    if done.returncode or not marked:
        raise BadAnswers(f"wrk: {done.stdout[-300:]} {done.stderr[-300:]}")
    found = json.loads(marked[-1])
    if found.pop("broken"):
        raise BadAnswers("connections broke off")
    return Answered(**found)
