"""A throw-away PostgreSQL cluster for tests and benchmarks: `with cluster() as url:`."""

from __future__ import annotations

import contextlib
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PREFIX = "parvis-pg-"
STARTS_WITHIN = 60  # seconds; a busy machine needs some, an idle one less than one
STOPS_WITHIN = 20


class NoPostgres(Exception):
    """PostgreSQL cannot be started here; the message says why."""


@contextlib.contextmanager
def cluster(*, name="parvis", durable=True, settings=None):
    """Yields the URL of an empty database on a cluster of its own, reachable through a socket in its folder.

    `durable=False` is for tests that do not look at crashes: the same answers, without waiting for the disk.
    """
    binaries = find_binaries()
    clear_orphans(binaries)
    user = server_user()
    # Short and in /tmp: the path of a Unix socket may not pass 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/tmp"))
    server = None
    try:
        if user:
            shutil.chown(folder, user)
        init(binaries, folder, user)
        server = start(binaries, folder, user, durable=durable, settings=settings or {})
        call([binaries / "createdb", "-h", folder, "-U", "postgres", name], user)
        yield f"postgresql://postgres@/{name}?host={folder}"
    finally:
        if server:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries():
    """The newest PostgreSQL of Debian's places, else the one on the PATH."""
    if os.name == "nt":
        raise NoPostgres("not tried on Windows")
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    found.sort(key=lambda path: int(re.search(r"/(\d+)/", path)[1]))
    initdb = found[-1] if found else shutil.which("initdb")
    if not initdb:
        raise NoPostgres("PostgreSQL is not installed (no initdb)")
    return Path(initdb).resolve().parent


def server_user():
    """PostgreSQL refuses to run as root: then it runs as somebody else."""
    if os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NoPostgres("this is root, and there is no user postgres or nobody to run it as")


def become(user):
    """What makes a child process run as that user, with nothing left of root's groups."""
    if not user:
        return {}
    import pwd

    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def init(binaries, folder, user):
    locale = "C.UTF-8" if sys.platform.startswith("linux") else "C"
    command = [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "--auth=trust", "--no-sync"]
    call([*command, "--encoding=UTF8", f"--locale={locale}"], user)


def start(binaries, folder, user, *, durable, settings):
    chosen = {
        "listen_addresses": "",  # no port: nobody else on the machine reaches it, and nothing collides
        "unix_socket_directories": folder,
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        **({} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
        **settings,
    }
    command = [str(binaries / "postgres"), "-D", str(folder / "data")]
    for key, value in chosen.items():
        command += ["-c", f"{key}={value}"]
    with open(folder / "server.log", "w") as log:
        # A session of its own: Ctrl-C in the terminal ends the tests first, and they end the server.
        server = subprocess.Popen(
            command,
            cwd=folder,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **become(user),
        )
    deadline = time.monotonic() + STARTS_WITHIN
    ready = [str(binaries / "pg_isready"), "-q", "-h", str(folder), "-U", "postgres", "-d", "postgres"]
    while subprocess.run(ready, cwd=folder).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            stop(server)
            raise NoPostgres("it did not start:\n" + (folder / "server.log").read_text()[-2000:])
        time.sleep(0.05)
    return server


def stop(server):
    """Fast shutdown: it ends open connections, and is killed when that takes too long."""
    if server.poll() is None:
        server.send_signal(2)
        try:
            server.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def clear_orphans(binaries):
    """Ends clusters whose test run was killed before it could: their folder carries its process id."""
    for left in map(Path, glob.glob(f"/tmp/{PREFIX}*-*")):
        maker = re.fullmatch(rf"{PREFIX}(\d+)-.*", left.name)
        if not maker or left.stat().st_uid not in our_users() or is_alive(int(maker[1])):
            continue
        command = [binaries / "pg_ctl", "stop", "-D", left / "data", "-m", "immediate", "-t", STOPS_WITHIN]
        with contextlib.suppress(NoPostgres):
            call(command, server_user())
        shutil.rmtree(left, ignore_errors=True)


def our_users():
    import pwd

    user = server_user()
    return {os.geteuid(), pwd.getpwnam(user).pw_uid} if user else {os.geteuid()}


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def call(command, user):
    done = subprocess.run(
        [str(part) for part in command],
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **become(user),
    )
    if done.returncode:
        raise NoPostgres(f"{Path(str(command[0])).name} failed:\n{done.stdout[-2000:]}")


if __name__ == "__main__":
    with cluster() as address:
        print(address)
        with contextlib.suppress(KeyboardInterrupt):
            input("Return ends it. ")
