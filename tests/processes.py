"""The same tries by two real processes at one database: how many of them passed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = """
import sys
from app.kernel import rate_limits
from app.kernel.allowance import Allowance
from app.kernel.db import connection, open_database
from app.kernel.errors import TooMany
from app.services import Services
open_database(sys.argv[1])
services, allowance = Services.fakes(), Allowance()
rate_limits.install(services.sealer.keys.index)
passed, now = 0, services.clock.now()
for _ in range(int(sys.argv[2])):
    with connection():
        try:
            TRY
            passed += 1
        except TooMany:
            pass
print(passed)
"""


def passed_in_two(database_url, one_try, *, tries):
    """`one_try` is a line that knows `rate_limits`, `allowance` and `now`."""
    command = [sys.executable, "-c", CODE.replace("TRY", one_try), database_url, str(tries)]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    return sum(int(process.communicate(timeout=120)[0]) for process in running)
