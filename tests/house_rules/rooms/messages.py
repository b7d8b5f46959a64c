"""Messages and threads: their addresses, and what is written next door."""

import json
from uuid import uuid4

from app.kernel.ids import uuid7
from app.kernel.sealing import hashed
from app.messaging.models import (
    Attachment,
    Communication,
    ConfidentialThread,
    QuestionRule,
    QuickReply,
    StaffNotice,
    Thread,
)
from app.messaging.threads import actions
from tests.factories import NOW
from tests.house_rules.stranger import CANARY
from tests.people import SEALER

DECLARED = {
    "public at practice": """
        GET,POST /question
        GET,POST /questions/<token>
        GET /questions/<token>/attachments/<uuid:attachment_id>
    """,
    "person": """
        POST /account/messages/selection
        POST /account/messages/undo
        GET,POST /account/messages/new
        GET,POST /account/messages/<uuid:message_id>/forwarding
        POST /account/messages/<uuid:message_id>/reply
        GET /account/messages/<uuid:message_id>/attachments/<uuid:attachment_id>
    """,
    "messages:manage": """
        GET /desk/messages
        GET /desk/messages/<uuid:thread_id>
        POST /desk/messages/<uuid:thread_id>/answer
        POST /desk/messages/<uuid:thread_id>/member
        POST /desk/messages/<uuid:thread_id>/reader
        GET,POST /desk/messages/mails
        POST /desk/messages/<uuid:thread_id>/state
        GET /desk/messages/attachments/<uuid:attachment_id>
        GET /desk/messages/texts
        GET,POST /desk/messages/texts/new
        GET,POST /desk/messages/texts/<uuid:reply_id>
        POST /desk/messages/texts/<uuid:reply_id>/removal
        GET,POST /desk/patients/<uuid:patient_id>/messages
    """,
    "settings:manage": """
        GET,POST /settings/questions
    """,
}
# columns that programs read and no person wrote
NO_WORDS = {"communication.author", "attachment.kind"}


def furnish(there):
    """A thread with its file, and a guest's question behind a link."""
    told = {"language": "fr", "state": "open", "created_at": NOW, "last_at": NOW, "subject": CANARY}
    thread = Thread.create(patient=there.patient.id, member=there.ids["Member"], **told)
    guest = uuid7()
    token = actions.token_of(guest, sealer=SEALER)
    sealed = SEALER.seal(
        json.dumps({"name": CANARY, "email": "x@example.be"}), cell=actions.guest_cell(guest)
    )
    there.tokens["guest thread"] = token
    Thread.create(id=guest, guest_sealed=sealed, guest_token_hash=hashed(token), **told)
    wrote = {
        "kind": "message",
        "created_at": NOW,
        "subject_folded": CANARY,
        "body": CANARY,
        "author": "guest",
        "author_name": CANARY,
    }
    row = Communication.create(
        patient=there.patient.id, thread=thread.id, sender="practice", attempt=uuid4(), **wrote
    )
    Communication.create(thread=guest, sender="patient", attempt=uuid4(), **wrote)
    key = f"{'b' * 32}/{'a' * 32}"
    file = Attachment.create(
        communication=row.id, position=0, key=key, name=CANARY, kind="application/pdf", size=1
    )
    text = QuickReply.create(language="fr", title=CANARY, body=CANARY)
    QuestionRule.create(who="everybody")
    secret = Thread.create(patient=there.patient.id, member=there.ids["Member"], **told)
    ConfidentialThread.create(
        thread=secret.id, practitioner=there.ids["Practitioner"], chosen_by="patient", created_at=NOW
    )
    StaffNotice.create(member=there.ids["Member"], rhythm="daily")
    return {
        "ConfidentialThread": secret.id,
        "Thread": thread.id,
        "Attachment": file.id,
        "QuickReply": text.id,
    }
