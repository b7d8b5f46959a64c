"""People of the portal under test that no page makes quickly: written straight into its database."""

import os
import subprocess
import sys

from tests.browser.portal import PASSWORD, ROOT, settings

SCRIPT = """
import sys
from datetime import datetime, UTC
from app.account import texts
from app.factory import create_app
from app.config import Config
from app.identity.actions import open_account
from app.identity.passwords import hash_of
from app.kernel.db import connection

email, language, password = sys.argv[1:]
with create_app(Config.from_env()).app_context(), connection():
    now = datetime.now(UTC)
    account = open_account(email=email, password_hash=hash_of(password), given_name="Nora", family_name="Baert",
                           language=language, now=now)
    texts.accept(account, language=language, host="localhost", now=now)
"""


def newcomer(portal, email, *, language="fr"):
    """Somebody who has confirmed their mail and has no second factor yet; the password is everybody's here."""
    environment = {**os.environ, **settings(portal.folder, portal.port)}
    words = [sys.executable, "-c", SCRIPT, email, language, PASSWORD]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return email
