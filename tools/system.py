"""What the tests need from the system, how to see that it is there, and whether Debian's programs may be called."""

from __future__ import annotations

import ctypes
import glob
import os
import shutil
import subprocess
import sys
import sysconfig


def system_python_has(module):
    command = ["/usr/bin/python3", "-c", f"import {module}"]
    return os.path.exists(command[0]) and subprocess.run(command, capture_output=True).returncode == 0


def loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def php_has(module):
    php = shutil.which("php")
    known = subprocess.run([php, "-m"], capture_output=True, text=True).stdout.split() if php else []
    return module in known


# what the tests need from the system: (Debian package, how to see that it is there)
DEBIAN = [
    ("chromium", lambda: any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))),
    ("postgresql", lambda: shutil.which("initdb") or glob.glob("/usr/lib/postgresql/*/bin/initdb")),
    # Node.js, which drives the browser, is linked against it
    ("libatomic1", lambda: not sys.platform.startswith("linux") or loads("libatomic.so.1")),
    # what WeasyPrint draws a PDF with
    ("libpango-1.0-0", lambda: not sys.platform.startswith("linux") or loads("libpango-1.0.so.0")),
    ("libpangoft2-1.0-0", lambda: not sys.platform.startswith("linux") or loads("libpangoft2-1.0.so.0")),
    (
        "libharfbuzz-subset0",
        lambda: not sys.platform.startswith("linux") or loads("libharfbuzz-subset.so.0"),
    ),
    # the identity provider of the tests is written in PHP
    ("php-cli", lambda: shutil.which("php")),
    ("php-xml", lambda: php_has("dom")),
    ("php-mbstring", lambda: php_has("mbstring")),
    ("fonts-dejavu-core", lambda: glob.glob("/usr/share/fonts/**/*.[to]tf", recursive=True)),
    # the identity card: a reader's service, a virtual reader, and what the card agent is built and shown with
    ("pcscd", lambda: shutil.which("pcscd") or os.path.exists("/usr/sbin/pcscd")),
    ("vsmartcard-vpcd", lambda: glob.glob("/usr/lib/pcsc/drivers/serial/libifdvpcd.so*")),
    ("libpcsclite-dev", lambda: os.path.exists("/usr/include/PCSC/winscard.h")),
    ("gcc", lambda: shutil.which("gcc")),
    ("libc6-dev", lambda: os.path.exists("/usr/include/stdio.h")),
    ("python3-dev", lambda: os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h"))),
    ("iproute2", lambda: shutil.which("ip") or os.path.exists("/usr/sbin/ip")),
    ("xvfb", lambda: shutil.which("Xvfb")),
    # the window is tested with the system's Python, for the one of .venv may have been built without Tk
    ("python3-tk", lambda: system_python_has("tkinter")),
    ("python3-pyscard", lambda: system_python_has("smartcard")),
]
# without it the tests take Chromium itself, which is slower; not every Debian and Ubuntu has it
QUICKER = "chromium-headless-shell"


def as_root():
    """The words to put before a command that needs root, or None when there is no way without a password."""
    if not hasattr(os, "geteuid"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def can_apt():
    return shutil.which("apt-get") is not None and as_root() is not None


def apt_knows(name):
    return subprocess.run(["apt-cache", "show", name], capture_output=True).returncode == 0
