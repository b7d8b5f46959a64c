"""Systems that people would pick instead: installed when they are measured, in a folder of their own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

SITES = Path(__file__).parent / "sites"  # run by interpreters of their own
FOLDER = Path(__file__).resolve().parents[3] / "var" / "bench" / "peers"
DJANGO = ("django-appointment==3.12.0", "Django==5.2.19", "granian==2.8.7")
LIBRES = ("libres==1.4.0", "psycopg[binary]==3.3.9", "granian==2.8.7")
CALCOM = ("@calcom/platform-libraries@0.0.360", "dayjs@1.11.13")
INSTALLS_WITHIN = 240


class NoPeer(Exception):
    """This peer cannot be had here; the message says why."""


def python_of(name, packages):
    """The interpreter of an environment that holds `packages`; made when it is not there yet."""
    folder = FOLDER / name
    python, done = folder / "bin" / "python", folder / "installed"
    if done.exists() and done.read_text() == "\n".join(packages) and python.exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _call([sys.executable, "-m", "venv", folder])
    _call([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
    done.write_text("\n".join(packages))
    return python


def node_modules_of(name, packages):
    """A folder with these npm packages: as published, without what they name for their own building."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise NoPeer("there is no node and npm here")
    folder = FOLDER / name
    done = folder / "installed"
    if done.exists() and done.read_text() == "\n".join(packages):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for package in packages:
        packed = _call(["npm", "pack", "--silent", package], folder=folder).strip().splitlines()[-1]
        target = folder / "node_modules" / package.rpartition("@")[0]
        target.mkdir(parents=True)
        _call(["tar", "-xzf", folder / packed, "-C", target, "--strip-components=1"])
    done.write_text("\n".join(packages))
    return folder


def _call(command, *, folder=None):
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=INSTALLS_WITHIN,
        )
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise NoPeer(f"{command[0]}: {trouble}") from trouble
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise NoPeer(f"{Path(str(command[0])).name} failed: {' '.join(last)[:160]}")
    return done.stdout
