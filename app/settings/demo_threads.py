"""What a newcomer sees of messages: patients who asked and were answered, a question from outside, quick replies."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_DNS, UUID, uuid5

from app.directory.models import Practitioner
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.owners import Account, Practice
from app.kernel.sealing import folded, hashed
from app.messaging.models import MESSAGE, Communication, QuickReply, Thread
from app.messaging.threads.actions import guest_cell, token_of
from app.patients.models import Connection, Patient
from app.settings.demo_people import RECEPTIONISTS
from app.staff.models import Member
from app.staff.queries import account_of
from app.web.outside import services


@dataclass(frozen=True)
class Asked:
    """`hours` ago; `answer` a day later, by the reception. `to_one`: to the first practitioner of the practice."""

    email: str
    subject: str
    body: str
    hours: int
    answer: str = ""
    to_one: bool = False


PATIENTS = (
    Asked(
        "claire@example.be",
        "Attestation pour la mutuelle",
        "Bonjour,\n\nMa mutuelle me demande une attestation des séances de septembre. Pouvez-vous me la préparer ?\n\n"
        "Merci d’avance,\nClaire",
        150,
        "Bonjour Madame Lejeune,\n\nElle vous attend à l’accueil. Nous pouvons aussi la glisser dans votre dossier "
        "lors de votre prochaine visite.\n\nBien à vous",
    ),
    Asked(
        "claire@example.be",
        "Reprendre la course à pied",
        "Bonjour,\n\nLe genou va mieux depuis dix jours. Puis-je courir un quart d’heure ce week-end, "
        "sur terrain plat ?",
        5,
        to_one=True,
    ),
    Asked(
        "bruno@example.be",
        "Oefening met de elastiek",
        "Dag,\n\nBij de oefening met de elastiek voel ik een lichte trekpijn in de schouder. Doe ik verder, of "
        "wacht ik tot mijn volgende afspraak?",
        27,
    ),
)
# from somebody without an account, in the first language of the practice
OUTSIDE = {
    "fr": (
        "Élodie Marchal",
        "Premier rendez-vous",
        "Bonjour,\n\nPrenez-vous encore de nouveaux patients avant Noël ?",
    ),
    "nl": (
        "Koen Vermeulen",
        "Wachttijd",
        "Dag,\n\nOnze dochter is vijf. Hoe lang is de wachttijd voor een eerste gesprek?",
    ),
    "de": (
        "Petra Hansen",
        "Einlagen",
        "Guten Tag,\n\nmuss ich für neue Einlagen eine Verordnung mitbringen?",
    ),
}
OUTSIDE_ADDRESS = "besucher@example.be"
TEXTS = {
    "fr": (
        ("Attestation prête", "Bonjour,\n\nVotre attestation est prête : elle vous attend à l’accueil."),
        ("Prendre rendez-vous", "Bonjour,\n\nVous trouverez nos heures libres sur notre page, ou par téléphone."),
    ),
    "nl": (
        ("Attest klaar", "Dag,\n\nUw attest ligt klaar aan het onthaal."),
        ("Afspraak maken", "Dag,\n\nOnze vrije uren vindt u op onze pagina, of telefonisch."),
    ),
    "de": (
        ("Bescheinigung fertig", "Guten Tag,\n\nIhre Bescheinigung liegt am Empfang bereit."),
        ("Termin vereinbaren", "Guten Tag,\n\nfreie Zeiten finden Sie auf unserer Seite oder telefonisch."),
    ),
}  # fmt: skip


def write(practice: Practice, *, now: datetime) -> None:
    """At the open practice; where anybody wrote already, nothing is added. Nobody is told by mail."""
    reception = account_of(RECEPTIONISTS[practice.slug].email)
    if reception is None or Thread.select().exists():
        return
    with write_tx():
        for asked in PATIENTS:
            _ask(asked, reception, now=now)
        _ask_from_outside(practice.languages[0], now=now)
        for code, texts in TEXTS.items():
            if (
                code in practice.languages
                and not QuickReply.select().where(QuickReply.language == code).exists()
            ):
                for title, body in texts:
                    QuickReply.create(language=code, title=title, body=body)


def _ask(asked: Asked, reception: Account, *, now: datetime) -> None:
    tied = Connection.select(Connection, Patient, Account).join_from(Connection, Patient)
    tied = tied.join_from(Connection, Account).where(Patient.email == asked.email).first()
    if tied is None:
        return
    at = now - timedelta(hours=asked.hours)
    answered = at + timedelta(hours=22)
    to = Practitioner.select().order_by(Practitioner.position).first() if asked.to_one else None
    thread = Thread.create(
        patient=tied.patient_id,
        practitioner=to,
        subject=asked.subject,
        language=tied.account.language,
        state="answered" if asked.answer else "open",
        member=Member.get_or_none(Member.account == reception.id) if asked.answer else None,
        created_at=at,
        last_at=answered if asked.answer else at,
        version=2 if asked.answer else 1,
    )
    _say(thread, asked.body, tied.account, "patient", at=at, read_at=answered if asked.answer else None)
    if asked.answer:
        _say(thread, asked.answer, reception, "practice", at=answered, read_at=answered + timedelta(hours=1))


def _ask_from_outside(code: str, *, now: datetime) -> None:
    name, subject, body = OUTSIDE[code]
    identity, at, sealer = uuid7(), now - timedelta(hours=30), services().sealer
    thread = Thread.create(
        id=identity,
        guest_sealed=sealer.seal(
            json.dumps({"name": name, "email": OUTSIDE_ADDRESS}), cell=guest_cell(identity)
        ),
        guest_token_hash=hashed(token_of(identity, sealer=sealer)),
        subject=subject,
        language=code,
        state="open",
        created_at=at,
        last_at=at,
    )
    _say(thread, body, None, "patient", at=at, name=name)


def _say(
    thread: Thread,
    body: str,
    account: Account | None,
    sender: str,
    *,
    at: datetime,
    name: str = "",
    read_at: datetime | None = None,
) -> None:
    Communication.create(
        patient=thread.patient_id,
        thread=thread.id,
        sender=sender,
        kind=MESSAGE,
        created_at=at,
        read_at=read_at,
        subject_folded=folded(thread.subject),
        body=body,
        author=f"account:{account.id}" if account else "guest",
        author_name=account.name if account else name,
        attempt=_attempt(thread.id, sender),
    )


def _attempt(thread_id: UUID, sender: str) -> UUID:
    return uuid5(NAMESPACE_DNS, f"demo message {thread_id} {sender}")
