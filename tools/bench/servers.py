"""Web servers on 127.0.0.1, each in a process of its own, with the processor time and memory they use."""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tools.bench import clients, load, machine

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var" / "bench"
WORKERS = 2
STARTS_WITHIN = 60
STOPS_WITHIN = 10
PR_SET_PDEATHSIG = 1
APP_HOST = "portal.bench.test"
SECRETS = {
    "PARVIS_SECRET_KEY": "bench-" + "s" * 40,
    "PARVIS_DATA_KEY": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
}


class NoServer(Exception):
    """A server did not start; the message holds the end of its log."""


def portal_environment(database_url, *, proxies=0):
    """As in production, but for plain http on the loopback; `proxies` lets a client say where it is."""
    return {
        **SECRETS,
        "PARVIS_TRUSTED_PROXIES": str(proxies),
        "PARVIS_DATABASE_URL": database_url,
        "PARVIS_APP_HOST": APP_HOST,
        "PARVIS_SCHEME": "http",
        "PARVIS_MAILER": "folder",
        "PARVIS_MAIL_FOLDER": str(VAR / "mail"),
    }


class Server:
    """A running server: `port`, the processor time of all its processes, and the memory of its workers."""

    def __init__(self, process, port, log):
        self.process = process
        self.port = port
        self.log = log

    @property
    def pid(self):
        return self.process.pid

    def memory(self):
        """PSS of a worker in MiB: the mean of those that answered, the heaviest processes but for the master."""
        sizes = []
        for pid in machine.tree(self.pid):
            with contextlib.suppress(OSError):
                sizes.append((pid != self.pid, machine.pss_of(pid)))
        workers = sorted((size for is_child, size in sizes if is_child), reverse=True)[:WORKERS]
        return sum(workers) / len(workers)

    def get(self, path="/", *, host=APP_HOST, headers=None):
        return clients.fetch(self.port, load.request("GET", path, host=host, headers=headers))


def granian(python, app, port):
    return [
        *(str(python), "-m", "granian", "--interface", "wsgi", "--workers", str(WORKERS)),
        *("--blocking-threads", "4", "--host", "127.0.0.1", "--port", str(port), "--no-ws"),
        *("--log-level", "warning", app),
    ]


def gunicorn(python, app, port):
    return [
        *(str(python), "-m", "gunicorn", "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}"),
        *("--log-level", "warning", "--worker-tmp-dir", "/dev/shm", app),
    ]


@contextlib.contextmanager
def serve(app, *, name, by=granian, python=sys.executable, environment=None, folder=ROOT):
    """Start the WSGI application `app` (module:name), wait for its first answer, and stop it in the end."""
    port = free_port()
    VAR.mkdir(parents=True, exist_ok=True)
    log = VAR / f"{name}.log"
    with open(log, "wb") as out:
        process = subprocess.Popen(
            by(python, app, port),
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder), **(environment or {})},
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
    server = Server(process, port, log)
    try:
        wait(server)
        yield server
    finally:
        stop(process)


def end_with_parent():
    """A benchmark that is killed takes its servers along."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def wait(server):
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        with contextlib.suppress(OSError):
            server.get("/healthz")
            return
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise NoServer(f"{server.log.name}: {server.log.read_text(errors='replace')[-800:]}")
        time.sleep(0.1)


def stop(process):
    """The whole group: a master that was killed leaves its workers behind."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOPS_WITHIN)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port():
    """Below 32768, where the kernel takes the ports of outgoing connections from."""
    for port in random.sample(range(20_000, 32_000), 200):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise NoServer("no free port")
