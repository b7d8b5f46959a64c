"""A question about the portal, as a mail to whoever runs it. What was written travels sealed, and goes with it."""

import base64
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import render_template

from app.kernel import outbox
from app.kernel.db import write_tx
from app.kernel.i18n import gettext, speaking
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ports import Letter
from app.kernel.sealing import Sealer
from app.web.outside import config, services

SUBJECTS = {"general": _l("A question about the portal"), "technical": _l("Something does not work")}


@dataclass(frozen=True)
class Question:
    kind: str  # a key of SUBJECTS
    name: str
    email: str
    page: str
    text: str
    browser: str  # "" when the person did not want it told
    language: str  # of the person, so that the answer is in it
    site: str  # the host it was asked on


def ask(question: Question, *, attempt: str, sealer: Sealer, now: datetime) -> None:
    """Queued once per attempt, however often the form is sent."""
    sealed = sealer.seal(json.dumps(asdict(question)), cell=f"question|{attempt}")
    payload = {"attempt": attempt, "sealed": base64.b64encode(sealed).decode()}
    with write_tx():
        outbox.post_once("support-question", payload, key=f"support-question:{attempt}", now=now)


def asked(payload: dict[str, Any], message_id: str) -> Letter:
    """In the portal's reference language, with the person's address to answer to."""
    sealed = base64.b64decode(payload["sealed"])
    told = Question(**json.loads(services().sealer.unseal(sealed, cell=f"question|{payload['attempt']}")))
    with speaking("fr"):
        shown = {"asked": told, "subject": SUBJECTS[told.kind], "language": "fr", "practice": None}
        return Letter(
            to=config().support_mail or f"support@{config().app_host.split(':')[0]}",
            subject=f"{SUBJECTS[told.kind]} ({told.site})",
            text=render_template("emails/support_question.txt", **shown, _=gettext),
            html=render_template("emails/support_question.html", **shown),
            message_id=message_id,
            sender_name="Parvis",
            reply_to=told.email,
            language="fr",
        )
