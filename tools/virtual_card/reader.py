"""A pcscd of one's own with a virtual reader, apart from the machine's: own socket, own network, own end.

It lives in namespaces of its own (unshare), where vpcd listens for nobody else; the card is plugged in by a process
inside, which takes orders from its standard input. Clients reach it by PCSCLITE_CSOCK_NAME. Where nobody may make
namespaces, as in most containers, it takes the place of the machine's pcscd, one reader after the other.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT_IN = Path("/run/pcscd")  # of Debian's pcscd, and not to be chosen
LINE = "/run/lock/parvis-reader" if os.path.isdir("/run/lock") else "/tmp/parvis-reader.lock"
PORT = 21963  # inside the namespace; below the range the system gives away
LIBRARIES = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so*"
STARTS_WITHIN = 20
PARENT_DIES = 1  # prctl PR_SET_PDEATHSIG


class NoReader(RuntimeError):
    """The virtual reader cannot run here; the message says what is missing."""


def missing() -> str:
    """What keeps it from running, or nothing."""
    if not sys.platform.startswith("linux"):
        return "the virtual reader runs on Linux alone"
    if not pcscd():
        return "pcscd is not installed (Debian: pcscd)"
    if not glob.glob(LIBRARIES):
        return "the virtual reader is not installed (Debian: vsmartcard-vpcd)"
    return ""


def pcscd() -> str | None:
    return shutil.which("pcscd") or shutil.which("/usr/sbin/pcscd")


class Reader:
    """Starts empty. `environment` is what a client needs to find it."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="parvis-reader-"))
        self._process: subprocess.Popen | None = None
        self._turn = threading.Lock()
        self._apart = apart()
        self._place: int | None = None  # held while the real place is ours

    @property
    def environment(self) -> dict[str, str]:
        return {"PCSCLITE_CSOCK_NAME": str(self._run / "pcscd.comm")}

    @property
    def _run(self) -> Path:
        """Where pcscd's socket is: covered by a folder of ours, or the real place."""
        return self.folder / "run" if self._apart else BUILT_IN

    def start(self) -> Reader:
        why = missing()
        if why:
            raise NoReader(why)
        for name in ("run", "conf"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if not self._apart:
            self._take_place()
        library = sorted(glob.glob(LIBRARIES))[0]
        (self.folder / "conf" / "vpcd").write_text(
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x{PORT:04X}\n'
            f"LIBPATH {library}\nCHANNELID 0x{PORT:04X}\n"
        )
        words = [sys.executable, "-m", "tools.virtual_card.inside", str(self.folder), str(PORT)]
        words += [str(self._run)] if not self._apart else []
        log = (self.folder / "log.txt").open("w")
        self._process = subprocess.Popen(
            [*self._apart, *words],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        log.close()
        if self._read() != "ready":
            told = (self.folder / "log.txt").read_text()[-600:]
            self.stop()
            raise NoReader(f"the virtual reader did not start: {told}")
        return self

    def ask(self, order: str, **values: object) -> object:
        """What the card inside is told (insert with kind, person …; remove; forget) or asked (heard, tries)."""
        with self._turn:
            assert self._process and self._process.stdin
            self._process.stdin.write(json.dumps({"order": order, **values}) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._read() or '{"error": "the reader is gone"}')
        if "error" in answer:
            raise NoReader(answer["error"])
        return answer["answer"]

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stdout.close()
        if self._place is not None:
            os.close(self._place)  # and the next in line goes on
            self._place = None

    def _take_place(self) -> None:
        """One reader at a time, and never beside a pcscd that runs already."""
        if os.geteuid() != 0:
            raise NoReader("this system lets nobody make namespaces (unshare), and only root can do without")
        self._place = os.open(LINE, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._place, fcntl.LOCK_EX)
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(BUILT_IN / "pcscd.comm")) == 0:
                self.stop()
                raise NoReader("a pcscd runs already, and this system lets nobody make namespaces (unshare)")
        BUILT_IN.mkdir(exist_ok=True)
        for name in ("pcscd.comm", "pcscd.pid"):
            (BUILT_IN / name).unlink(missing_ok=True)  # of one that was killed

    def _read(self) -> str:
        assert self._process and self._process.stdout
        return self._process.stdout.readline().strip()

    def __enter__(self) -> Reader:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()


def apart() -> list[str]:
    """The words that put what follows into namespaces of its own; nothing where that is not allowed."""
    if os.environ.get("PARVIS_READER_APART") == "0":
        return []
    mount = f"mount -t tmpfs none {BUILT_IN.parent}"
    for flags in ("-mn", "-Urmn") if os.geteuid() == 0 else ("-Urmn",):
        with contextlib.suppress(OSError):
            if subprocess.run(["unshare", flags, "sh", "-c", mount], capture_output=True).returncode == 0:
                return ["unshare", flags]
    return []


def die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PARENT_DIES, signal.SIGKILL)


def wait_for_socket(path: Path, process: subprocess.Popen) -> bool:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        if path.exists():
            return True
        time.sleep(0.02)
    return False
