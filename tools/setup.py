"""Makes a fresh clone ready: environment, packages, browser files, translations, and the database on request."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from system import DEBIAN, QUICKER, apt_knows, as_root, can_apt

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
VAR = ROOT / "var"
LOG = VAR / "setup.log"
SIMPLESAML = VAR / "simplesamlphp"
OLDEST = (3, 11)
NEWEST_KNOWN = 14
AGENT = "card_agent/requirements-agent.txt"


class Stop(Exception):
    """Set-up cannot go on; the message says what a person can do."""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument(
        "--tests", action="store_true", help="also Chromium and PostgreSQL, for all the tests"
    )
    parser.add_argument("--database", action="store_true", help="also bring the database up to date")
    options = parser.parse_args()
    use_new_enough_python()
    try:
        VAR.mkdir(exist_ok=True)
        with one_at_a_time():
            LOG.write_text("")
            environment()
            packages("requirements-dev.txt" if options.dev or options.tests else "requirements.txt")
            assets()
            translations()
            if options.tests:
                debian_packages()
                identity_provider()
                agent_packages()
            if options.database:
                run(
                    [PYTHON, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
                    "The database was not brought up to date",
                )
    except Stop as reason:
        print(f"\nSet-up stopped. {reason}", file=sys.stderr)
        return 1
    return 0


def use_new_enough_python():
    """Goes on in a newer Python when there is one, so that `python3` may be an old one."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(NEWEST_KNOWN, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    sys.exit(f"Parvis needs Python 3.11 or newer; this is {sys.version.split()[0]}.")


@contextlib.contextmanager
def one_at_a_time():
    """Two calls at once: the second waits, then finds everything done."""
    with open(VAR / "setup.lock", "w") as lock:
        if os.name == "nt":
            yield
            return
        import fcntl

        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is running; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- steps


def environment():
    """A virtual environment of this folder; made anew when the folder moved or its Python is gone."""
    made_for = f"{ROOT}\n"
    mark = VENV / ".made-for"
    works = (
        PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0
    )
    if works and (not mark.exists() or mark.read_text() == made_for):
        mark.write_text(made_for)
        return
    say("Making the environment .venv")
    if not can_make_venv():
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if not can_apt():
            raise Stop(
                "This Python cannot make virtual environments. On Debian and Ubuntu:\n"
                f"    sudo apt-get install {package}"
            )
        apt_install([package])
        if not can_make_venv():
            raise Stop(f"This Python ({sys.executable}) comes without the modules venv and ensurepip.")
    run([sys.executable, "-m", "venv", "--clear", VENV], "The environment could not be made")
    mark.write_text(made_for)


def packages(lock):
    """Wheels only, each with its hash; the lock names every one, so that nothing newer is looked for and refused.

    The test packages include the portal's, so they serve both.
    """
    stamp = VENV / ".packages.json"
    done = json.loads(stamp.read_text()) if stamp.exists() else {}
    if done.get(lock) == fingerprint(ROOT / lock):
        return
    say(f"Installing the Python packages of {lock} (under a minute on most lines)")
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", ROOT / lock]
    run(command, "The Python packages could not be installed")
    done[lock] = fingerprint(ROOT / lock)
    if lock == "requirements-dev.txt":
        done["requirements.txt"] = fingerprint(ROOT / "requirements.txt")
    stamp.write_text(json.dumps(done))


def assets():
    if subprocess.run([PYTHON, ROOT / "tools" / "assets.py"], cwd=ROOT).returncode:
        raise Stop("The files for the browser are not the ones that were ordered.")


def translations():
    """Compiles each catalogue that changed since its .mo was made."""
    stamp = VAR / "translations.json"
    done = json.loads(stamp.read_text()) if stamp.exists() else {}
    for po in sorted((ROOT / "app" / "locales").glob("*/LC_MESSAGES/messages.po")):
        language, mo = po.parent.parent.name, po.with_suffix(".mo")
        if mo.exists() and done.get(language) == fingerprint(po):
            continue
        say(f"Compiling the translation {language}")
        command = [PYTHON, "-m", "babel.messages.frontend", "compile", "-i", po, "-o", mo, "-l", language]
        run(command, f"{po.relative_to(ROOT)} does not compile")
        done[language] = fingerprint(po)
    stamp.write_text(json.dumps(done))


def debian_packages():
    """Chromium, PostgreSQL, a virtual card reader and what they need; without them their tests fail, and say so."""
    missing = [package for package, is_there in DEBIAN if not is_there()]
    if missing:
        install_or_tell(missing)
    if not shutil.which(QUICKER) and can_apt() and apt_knows(QUICKER):
        with contextlib.suppress(Stop):
            apt_install([QUICKER])


def install_or_tell(missing):
    if can_apt():
        try:
            apt_install(missing)
            return
        except Stop as reason:  # no network, say: the other tests can still run
            say(str(reason))
    say(f"Missing, so their tests cannot run: {', '.join(missing)}")
    if shutil.which("apt-get"):
        print(f"    sudo apt-get install {' '.join(missing)}")
    else:
        print("    Install them with what your system uses for programs.")


def agent_packages():
    """What the card agent needs; on Linux it is built from source, which may fail without stopping the rest."""
    stamp = VENV / ".packages.json"
    done = json.loads(stamp.read_text()) if stamp.exists() else {}
    if done.get(AGENT) == fingerprint(ROOT / AGENT):
        return
    say("Building what the card agent needs (pyscard)")
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    try:
        run([*command, "--require-hashes", "--no-deps", "-r", ROOT / AGENT], "pyscard could not be built")
    except Stop as reason:
        say(f"{reason}\n  So the tests of the card agent cannot run.")
        return
    done[AGENT] = fingerprint(ROOT / AGENT)
    stamp.write_text(json.dumps(done))


def identity_provider():
    """SimpleSAMLphp, unpacked and not installed: its package brings a web server, which would start at once."""
    if any((place / "usr/share/simplesamlphp/www").is_dir() for place in (Path("/"), SIMPLESAML)):
        return
    say("Unpacking Debian's simplesamlphp, the identity provider of the tests")
    SIMPLESAML.mkdir(exist_ok=True)
    here = ["env", "-C", SIMPLESAML]
    try:
        if not shutil.which("apt-get"):
            raise Stop("Only Debian and its children have it.")
        with contextlib.suppress(Stop):
            run([*here, "apt-get", "-q", "download", "simplesamlphp"], "Not there yet")
        if not list(SIMPLESAML.glob("*.deb")) and can_apt():  # a machine that never looked what there is
            run([*as_root(), "apt-get", "-q", "update"], "apt-get update failed")
            run([*here, "apt-get", "-q", "download", "simplesamlphp"], "It could not be fetched")
        package = max(SIMPLESAML.glob("*.deb"), default=None)
        if package is None:
            raise Stop("It could not be fetched.")
        run(["dpkg", "-x", package, SIMPLESAML], "It could not be unpacked")
    except Stop as reason:
        say(f"Missing, so the tests of the government sign-in cannot run: simplesamlphp. {reason}")


# --- tools of the steps


def say(line):
    print(f"· {line}", flush=True)


def fingerprint(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(command, complaint, **options):
    """Runs quietly; what it printed is in the log, and on the screen when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(map(str, command))}\n{done.stdout}\n")
    if done.returncode:
        last = "\n".join("    " + line for line in done.stdout.strip().splitlines()[-15:])
        raise Stop(f"{complaint}:\n{last}\n(all of it is in {LOG.relative_to(ROOT)})")


def can_make_venv():
    return (
        subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True).returncode == 0
    )


def apt_install(names):
    say(f"Installing from Debian: {' '.join(names)} (some minutes)")
    apt = [
        *as_root(),
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-q",
        "-o",
        "DPkg::Lock::Timeout=120",
        "-o",
        "Acquire::http::Timeout=30",
    ]
    with contextlib.suppress(Stop):  # one dead mirror among several must not stop the rest
        run([*apt, "update"], "apt-get update failed")
    run([*apt, "install", "-y", "--no-install-recommends", *names], "apt-get did not install them")


if __name__ == "__main__":
    sys.exit(main())
