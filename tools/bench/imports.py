"""O2: an export of Apple Health with a million values, read by the worker's own code, against bare inserts of its rows.

Each import runs in a process of its own: what its memory grows by is the highest it ever was, less what it was before.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.config import Config
from app.factory import create_app
from app.identity.actions import open_account
from app.kernel import db
from app.kernel.owners import Account
from app.kernel.tenancy import account_context
from app.record.imports import arrivals, jobs, pieces
from app.record.kinds import KINDS
from app.record.models import ImportJob
from app.record.whose import Subject
from tools.bench import servers, world
from tools.bench.goals import Found
from tools.postgres import NoPostgres

GOALS = ("O2",)
VALUES = 1_000_000
FROM = datetime(2016, 1, 1, tzinfo=UTC)
EVERY = timedelta(minutes=5)
FILES = {"archive": "export.zip", "table": "values.csv"}
RECORD = (
    ' <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Apple Watch" sourceVersion="26.1" '
    'unit="count/min" creationDate="{at}" startDate="{at}" endDate="{at}" value="{value}"/>\n'
)


def measure(wanted, bench):
    found = Found()
    for kind in FILES:
        write(kind)
    for engine, kind in (("sqlite", "archive"), ("sqlite", "table"), ("postgresql", "archive")):
        name = f"{engine} {kind}"
        try:
            asked = furnish(bench.database(engine, "imports"))
            bare = copied(bench, engine)
        except NoPostgres as why:
            found.missing[name] = str(why)
            continue
        read = child("read", asked, kind)
        loop = child("bare", asked, bare)
        found.values[name] = loop["seconds"] / read["seconds"]
        found.values["memory"] = max(read["memory"], found.values.get("memory", 0))
        found.notes.append(
            f"{name}: {VALUES / read['seconds']:.0f} values/s, bare inserts {VALUES / loop['seconds']:.0f} rows/s; "
            f"memory grew by {read['memory']:.0f} MiB"
        )
    return {"O2": found}


def write(kind):
    """Five minutes between two values, for nine and a half years."""
    path = servers.VAR / FILES[kind]
    if kind == "table":
        with path.open("w") as file:
            file.writelines(f"{at:%Y-%m-%dT%H:%M:%SZ};{value}\n" for at, value in values())
        return
    packed = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with packed as archive, archive.open("apple_health_export/export.xml", "w") as inside:
        inside.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="fr_BE">\n')
        for at, value in values():
            inside.write(RECORD.format(at=f"{at:%Y-%m-%d %H:%M:%S} +0000", value=value).encode())
        inside.write(b"</HealthData>\n")


def values():
    return ((FROM + n * EVERY, 55 + n * 7919 % 90) for n in range(VALUES))


def copied(bench, engine):
    """The database as it is now, once more."""
    if engine == "sqlite":
        return world.copy_sqlite(servers.VAR / "imports.db", servers.VAR / "bare.db")
    return world.copy_postgres(bench._postgres, "bare", of="imports")


def child(*arguments):
    ran = subprocess.run(
        [sys.executable, "-m", "tools.bench.imports", *arguments],
        cwd=servers.ROOT, env={**os.environ, **environment(arguments[1])}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ran.returncode:
        raise RuntimeError(ran.stderr[-160:])
    return json.loads(ran.stdout)


def environment(url):
    return {**servers.portal_environment(url), "PARVIS_FILES_FOLDER": str(servers.VAR / "files")}


# --- in a process of its own


def furnish(url):
    """Somebody whose file it is; the URL again."""
    app = create_app(Config.from_env(environment(url)))
    services = app.extensions["parvis.services"]
    with app.app_context(), db.connection():
        open_account(
            email="imports@example.be", password_hash="-", given_name="A", family_name="B", language="fr",
            sealer=services.sealer, now=services.clock.now(),
        )  # fmt: skip
    db.database.obj.close_all()
    return url


def read(url, kind):
    """Sent piece by piece, as the page does, then read."""
    app = create_app(Config.from_env(environment(url)))
    now = app.extensions["parvis.services"].clock.now()
    with app.app_context(), db.connection():
        account = Account.get(Account.email == "imports@example.be")
        subject, path = Subject(account.id, "bench"), servers.VAR / FILES[kind]
        own = {"kind": KINDS["heart-rate"] if kind == "table" else None, "attempt": UUID(int=1)}
        job = arrivals.begin(subject, size=path.stat().st_size, now=now, **own)
        with path.open("rb") as file:
            while piece := file.read(pieces.PIECE):
                arrivals.add(subject, job.id, piece, at=file.tell() - len(piece), now=now)
        before, began = memory("VmRSS"), time.perf_counter()
        jobs.make({"job": job.id.hex, "account": account.id.hex, "by": "bench"})
        seconds = time.perf_counter() - began
        with account_context(account):
            job = ImportJob.get_by_id(job.id)
        assert (job.state, job.kept) == ("done", VALUES), (job.state, job.kept, job.refused)
    return {"seconds": seconds, "memory": memory("VmHWM") - before}


def bare(source, target):
    """The rows that were read, inserted again one by one, with as many in a transaction; only that is timed."""
    database = db.open_database(source)
    database.connect()
    rows = database.connection().cursor()
    rows.execute('SELECT * FROM "observation" WHERE "source" = \'file\' ORDER BY "id"')
    names = ", ".join(f'"{column[0]}"' for column in rows.description)
    marks = ", ".join([database.param] * len(rows.description))
    there = db.open_database(target)
    there.connect()
    statement = f'INSERT INTO "observation" ({names}) VALUES ({marks})'
    seconds = 0.0
    while batch := rows.fetchmany(jobs.BATCH):
        began = time.perf_counter()
        with db.write_tx():
            cursor = there.connection().cursor()
            for row in batch:
                cursor.execute(statement, row)
        seconds += time.perf_counter() - began
    return {"seconds": seconds}


def memory(line):
    """MiB of this process: VmRSS now, VmHWM at its highest."""
    with open("/proc/self/status") as status:
        return next(int(text.split()[1]) for text in status if text.startswith(line)) / 1024


if __name__ == "__main__":
    print(json.dumps({"read": read, "bare": bare}[sys.argv[1]](*sys.argv[2:])))
