"""`make run`: the portal and its worker on this machine, with demo practices, until Ctrl-C."""

from __future__ import annotations

import base64
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
PYTHON = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
FLASK = [str(PYTHON), "-m", "flask", "--app", "wsgi"]

# Loopback only: a development portal shows every mail it sends to whoever asks.
HOST = "127.0.0.1"
MOST_WORKERS = 4
ANSWERS_WITHIN = 60  # seconds for the first page
STOPS_WITHIN = 10


class Stop(Exception):
    """The portal cannot start, or had to stop; the message says why."""


def main():
    try:
        port = chosen_port(os.environ.get("PORT") or "8000")
        refuse_busy(port)
        if not PYTHON.exists():
            raise Stop("The environment is not there yet: `make run` makes it.")
        environment = {**os.environ, **development(port, os.environ)}
        flask(
            "db",
            "upgrade",
            environment=environment,
            complaint="The database could not be brought up to date.",
        )
        people = flask("demo", environment=environment, complaint="The demo practices could not be opened.")
        supervise(port, environment, people)
    except Stop as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


# --- before


def chosen_port(text):
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 65535:
        raise Stop(f"PORT={text} is not a port: give a number from 1 to 65535, like PORT=8080 make run.")
    return int(text)


def refuse_busy(port):
    """The web server shares its port with others on purpose, so it would not notice by itself."""
    other = port + 1 if port < 65535 else 8000
    busy = (
        f"Port {port} is in use by another program. Stop that one, or choose another: PORT={other} make run."
    )
    # Some browsers ask ::1 first for localhost, so a program that listens only there is in the way too.
    for family, address in ((socket.AF_INET, HOST), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.settimeout(1)
                if probe.connect_ex((address, port)) == 0:
                    raise Stop(busy)
        except OSError:
            continue  # a machine without IPv6
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise Stop(f"Port {port} is reserved for root: choose one from 1024 up.") from error
        except OSError as error:
            raise Stop(busy) from error


def development(port, given):
    """Settings of a portal on one's own machine; whatever the environment already says, wins."""
    defaults = {
        "PARVIS_DATABASE_URL": f"sqlite:///{VAR / 'parvis.db'}",
        "PARVIS_APP_HOST": f"localhost:{port}",
        "PARVIS_SCHEME": "http",
        "PARVIS_MAILER": "folder",
        "PARVIS_MAIL_FOLDER": str(VAR / "mail"),
        "PARVIS_FILES_FOLDER": str(VAR / "files"),
        "PARVIS_DEV_MAILBOX": "1",
        "PARVIS_SMS": "folder",
        "PARVIS_CONFIRMATION_DELAY_SECONDS": "0",  # the mail at once, instead of after the time to undo
        **cards(),
        **keys(),
    }
    return {
        name: value for name, value in defaults.items() if name not in given and f"{name}_FILE" not in given
    }


def cards():
    """Believes the virtual card of `make demo-card` too; where no keys can be made, real cards alone."""
    sys.path.insert(0, str(ROOT))
    try:
        from tools.virtual_card.kept import trust_folder
    except ImportError:  # another system, or an environment that is not there yet
        return {"PARVIS_EID_REVOCATION": "fake"}
    return {"PARVIS_EID_TRUST_FOLDER": str(trust_folder()), "PARVIS_EID_REVOCATION": "fake"}


def keys():
    """Made once per clone and kept: what the database holds can only be read with the same keys."""
    path = VAR / "dev.env"
    if not path.exists():
        VAR.mkdir(exist_ok=True)
        fresh = {
            "PARVIS_SECRET_KEY": secrets.token_urlsafe(48),
            "PARVIS_DATA_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("# Keys of this development portal. Without them its database cannot be read.\n")
            file.writelines(f"{name}={value}\n" for name, value in fresh.items())
    lines = [line.strip() for line in path.read_text().splitlines()]
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def flask(*words, environment, complaint):
    done = subprocess.run([*FLASK, *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(done.stdout, end="", file=sys.stderr)
        raise Stop(complaint)
    return done.stdout


# --- while it runs


def supervise(port, environment, people):
    """Web and worker live and die together: half a portal would take bookings and send no mail."""
    # SIGINT too: a shell starts background jobs with it ignored, and children would inherit that.
    for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, interrupt)
    web = [
        str(PYTHON),
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        str(workers()),
        "--blocking-threads",
        "4",
    ]
    web += ["--host", HOST, "--port", str(port), "--no-ws", "--log-level", "warning", "wsgi:app"]
    running = {}
    try:
        for name, command in (("web server", web), ("worker", [*FLASK, "work"])):
            # Sessions of their own: Ctrl-C reaches this program alone, which then stops them in order.
            running[name] = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        wait_for_first_page(port, environment["PARVIS_APP_HOST"], running)
        welcome(environment, people)
        while True:
            complain_of_dead(running)
            time.sleep(0.3)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        stop(running)


def workers():
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


def interrupt(*_):
    raise KeyboardInterrupt


def wait_for_first_page(port, host, running):
    deadline = time.monotonic() + ANSWERS_WITHIN
    while True:
        complain_of_dead(running)
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/", headers={"Host": host, "Connection": "close"})
            status = connection.getresponse().status
        except OSError:
            if time.monotonic() > deadline:
                raise Stop(f"The portal gave no page within {ANSWERS_WITHIN} seconds.") from None
            time.sleep(0.1)
            continue
        if status >= 500:
            raise Stop(f"The portal answers its first page with {status}; the reason is above.")
        return


def complain_of_dead(running):
    for name, process in running.items():
        if process.poll() is not None:
            raise Stop(f"The {name} ended by itself (exit code {process.returncode}), so the portal stopped.")


def welcome(environment, people):
    home = f"{environment['PARVIS_SCHEME']}://{environment['PARVIS_APP_HOST']}"
    lines = ["", f"Parvis is running: {home}", "", people.strip("\n"), ""]
    lines += ["Ctrl-C stops it.", ""]
    print("\n".join(lines), flush=True)


def stop(running):
    """Asks each to end, then ends its whole group, so that no process outlives this one."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # an impatient second Ctrl-C must not leave half of it behind
    for process in running.values():
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + STOPS_WITHIN
    for process in running.values():
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


if __name__ == "__main__":
    sys.exit(main())
