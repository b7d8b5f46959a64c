"""The page of one thread, as the person reads it."""

from typing import Any

from flask import g, render_template

from app.kernel.tenancy import practice_context
from app.messaging.queries import Message
from app.messaging.threads import confidential, queries
from app.messaging.threads.forms import ReplyForm


def thread(shown: Message, *, before: str = "", form: ReplyForm | None = None, **more: Any) -> str:
    g.here = f"/account/messages/{shown.row.id}"
    with practice_context(shown.practice):
        talk = queries.talk(shown.row.thread_id, for_patient=True, before=before)
        alone = confidential.of([shown.row.thread_id]).get(shown.row.thread_id)
    return render_template(
        "messaging/thread.html",
        message=shown,
        talk=talk,
        alone=alone.practitioner.name if alone else "",
        before=before,
        form=form or ReplyForm(formdata=None),
        **more,
    )
