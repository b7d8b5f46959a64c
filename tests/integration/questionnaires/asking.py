"""A published questionnaire of Lavande, somebody to ask, and the desk that asks."""

import json

from app.kernel.db import connection
from app.kernel.tenancy import practice_context
from app.patients.queries import patient as patient_of
from app.questionnaires import actions, queries
from app.questionnaires.items import Item
from tests.journey import soup
from tests.people import NOW, SEALER

BY = "account:owner"
QUESTIONS = [
    Item(key="a" * 32, kind="short", text={"fr": "Votre médecin traitant ?", "nl": "Uw huisarts?"}, required=True),
    Item(key="b" * 32, kind="scale", text={"fr": "Votre douleur ?"}, low_text={"fr": "aucune"}),
    Item(key="c" * 32, kind="several", text={"fr": "Où ?"}, options=[{"fr": "Dos"}, {"fr": "Genou"}, {"fr": "Cou"}]),
    Item(key="d" * 32, kind="long", text={"fr": "Autre chose ?"}),
    Item(key="e" * 32, kind="yes-no", text={"fr": "Déjà opéré ?"}),
    Item(key="f" * 32, kind="date", text={"fr": "Depuis quand ?"}),
]  # fmt: skip
SHORT, SCALE, WHERE, LONG, YES, DAY = (one.name for one in QUESTIONS)
FILLED = {SHORT: "Dr Peeters", SCALE: "7", f"{WHERE}-1": "1", LONG: "Un\nDeux", YES: "no", DAY: "2026-10-01"}


def published(practice, *, title="Avant la première visite", questions=QUESTIONS):
    """Known, with its first version published."""
    with connection(), practice_context(practice):
        made = actions.create({"fr": title}, by=BY, now=NOW, questions=list(questions))
        actions.publish_draft(queries.known(made), seen=1, by=BY, now=NOW)
        return queries.known(made)


def sent(practice, patient, known, *, now=NOW, **more):
    """The id of what was asked."""
    with connection(), practice_context(practice):
        person = patient_of(patient.id)
        return actions.send(known.published, person, by=BY, sealer=SEALER, now=now, **more)


def token(client, path, **more):
    """As the page itself has it for htmx, whether or not there is a form on it."""
    return json.loads(soup(client.get(path, **more)).body["hx-headers:inherited"])["X-CSRFToken"]


def fill(client, path, values, **more):
    return client.post(path, data={"csrf_token": token(client, path), **values}, **more)
