"""Next door, furnished like Lavande, and a person of theirs: every word in their rows is CANARY-B."""

import json
from datetime import date, timedelta
from uuid import uuid4

import peewee as pw

from app.account.models import ExportJob
from app.booking import links, pages, reoffers
from app.booking import tokens as signed
from app.booking.models import (
    AlternativeTime,
    Appointment,
    FeeProposal,
    HoursException,
    Rearrangement,
    Reoffer,
    RequestQuestion,
    Resource,
    ResourcePool,
    TimeOff,
)
from app.consent.models import KINDS, PolicyText
from app.directory.models import HealthcareService, Location, Practitioner, Schedule
from app.eid.models import CardConflict, CardProof
from app.identity import mandates
from app.identity.csam_models import IdentityRequest, ProviderSession
from app.identity.links import make as make_link
from app.identity.links import token as link_token
from app.identity.models import (
    AccountConsent,
    Dependant,
    Factor,
    KnownDevice,
    MandateOffer,
    RecoveryCode,
    Representation,
    Session,
    WrongCodes,
)
from app.kernel import audit, outbox
from app.kernel.cabinets import AccountModel, TenantModel
from app.kernel.db import JSONText, database
from app.kernel.i18n import LANGUAGES
from app.kernel.sealing import hashed
from app.kernel.tenancy import account_context, practice_context
from app.messaging import stops
from app.messaging.models import CalendarFeed, Communication, ReminderPlan, ReminderRefusal
from app.patients.actions import invitations as patient_invitations
from app.patients.models import AccessEntry, Connection, TrustEvidence
from app.schema import TABLES
from app.staff import invitations
from app.staff.actions import Terms
from app.staff.invitations import Guest
from app.staff.models import Member
from tests.conftest import HOST
from tests.factories import NOW, make_appointment, make_patient
from tests.house_rules.rooms import ROOMS
from tests.house_rules.stranger import CANARY, MAIL, Stranger
from tests.people import SEALER, make_account, make_member, sign_in_as

THERE = f"voisin.{HOST}"
# text that programs read and no person wrote: ids, hashes, words from a list, addresses of machines
NO_WORDS = {
    "fee_proposal.decided_by", "appointment.cancelled_by",
    "audit_event.actor", "audit_event.hash", "audit_event.target", "audit_event.verb",
    "account_consent.sha256", "export_job.sha256", "factor.credential_id", "factor.rp_id", "policy_text.kind",
    "policy_text.sha256", "practitioner.discipline", "practitioner.inami", "location.timezone", "session.host",
    "session.method", "mail_link.host", "invitation.actor", "patient_invitation.actor", "trust_evidence.actor",
    "card_conflict.settled_by", "rearrangement.actor", "reoffer.called_by",
    "access_entry.member", "access_entry.what", "access_entry.why", "account_consent.host",
}  # fmt: skip
NO_WORDS = NO_WORDS.union(*(room.NO_WORDS for room in ROOMS))
STANDS = {"appointment.policy_texts", "appointment.policy_sentence"}  # written once, with a canary
HIDDEN = ("_hash", "_index", "_key", "key")


def furnish(client, practice, clock):
    """{name: id} of everything there, and the tokens of its links."""
    there, ids, tokens = practice, {}, {}
    person = make_account(email=MAIL, given_name=CANARY, family_name=CANARY, phone=CANARY, niss="85073099437")
    staff = make_member(there, roles=("owner",), email="canary-b-owner@example.be", given_name=CANARY)
    session = sign_in_as(client, person, clock=clock, host=THERE)
    with practice_context(there):
        ids |= {
            model.__name__: model.select().first().id for model in (HealthcareService, Location, Schedule)
        }
        ids["Practitioner"] = Practitioner.select().first().id
        ids["Member"] = Member.get().id
        patient = make_patient(given_name=CANARY, family_name=CANARY, email=MAIL, phone=CANARY)
        ids["Patient"] = patient.id
        said = {"policy_texts": [], "policy_sentence": CANARY, "accepted": True}
        seen = make_appointment(starts=29_925_480, **said)
        Appointment.update(patient=patient.id).where(Appointment.id == seen.id).execute()
        appointment = Appointment.get_by_id(seen.id)
        ids["Appointment"] = appointment.id
        ids["Connection"] = Connection.create(patient=patient.id, account=person.id, created_at=NOW).id
        TrustEvidence.create(patient=patient.id, kind="known", actor="operator", at=NOW)
        looked = {"account_id": staff.id, "member": CANARY, "what": "record", "why": CANARY}
        ids["AccessEntry"] = AccessEntry.create(patient=patient.id, at=NOW, **looked).id
        told = {"sender": "practice", "kind": "booked", "created_at": NOW}
        told |= {"appointment": appointment.id, "payload": {"start": appointment.starts, "said": CANARY}}
        ids["Communication"] = Communication.create(patient=patient.id, **told).id
        ReminderPlan.create(mail_leads=[1440])
        ReminderRefusal.create(address_index="r" * 64, at=NOW)
        away = TimeOff.create(
            practitioner=ids["Practitioner"], kind="absence", starts=29_930_000, ends=29_930_060
        )
        ids |= {"TimeOff": away.id, "HoursException": HoursException.get().id}
        pool = ResourcePool.create(location=ids["Location"], key="room", name={"fr": CANARY})
        unit = Resource.create(pool=pool.id, key="blue", name={"fr": CANARY})
        ids |= {"ResourcePool": pool.id, "Resource": unit.id}
        made = Rearrangement.create(cause="absence", attempt=uuid4(), actor="operator", created_at=NOW)
        offer = Reoffer.create(
            rearrangement=made.id, appointment=appointment.id, choice="times", version=1, was_start=29_925_480,
            words=CANARY, token_hash="o" * 64, expires=99_000_000, state="sent", created_at=NOW,
        )  # fmt: skip
        tokens["reoffer"] = reoffers.token_of(offer.id, sealer=SEALER)
        Reoffer.update(token_hash=hashed(tokens["reoffer"])).where(Reoffer.id == offer.id).execute()
        ids |= {"Rearrangement": made.id, "Reoffer": offer.id}
        fee = {"cents": 2000, "cause": "late", "proposed_at": NOW, "state": "kept", "reason": CANARY}
        fee |= {"decided_at": NOW, "decided_by": f"account:{staff.id}"}
        ids["Fee"] = FeeProposal.create(appointment=appointment.id, **fee).id
        guest, terms = Guest("canary-b-guest@example.be", CANARY, CANARY, "fr"), Terms(("owner",), NOW.date())
        asked = invitations.invite(there, guest, terms, by=f"account:{staff.id}", sealer=SEALER, now=NOW)
        ids["Invitation"] = asked.id
        tokens["staff"] = invitations.token(asked, sealer=SEALER)
        ids["CardConflict"] = CardConflict.create(
            patient=patient.id, kind="name", given_name=CANARY, family_name=CANARY, at=NOW
        ).id
        other = make_patient(given_name=CANARY, family_name=CANARY, email=MAIL)
        wanted = patient_invitations.invite(other, by=f"account:{staff.id}", sealer=SEALER, now=NOW)
        ids["PatientInvitation"] = wanted.id
        tokens["patient"] = patient_invitations.token_of(wanted, sealer=SEALER)
        tokens |= {
            "action" if action == "cancel" else action: links.make(appointment, action, sealer=SEALER)
            for action in ("cancel", "move", "answer", "choose", "decline")
        }
        asked_at = {"asked_at": NOW, "answered_at": NOW}
        ids["RequestQuestion"] = RequestQuestion.create(
            appointment=appointment.id, position=0, question=CANARY, answer=CANARY, **asked_at
        ).id
        AlternativeTime.create(
            appointment=appointment.id, position=0, schedule=ids["Schedule"], starts=29_930_480
        )
        audit.record(by="operator", verb="canary", target=CANARY, at=NOW, detail={"said": CANARY})
        outbox.post("appointment-booked", {"said": CANARY}, key="canary", now=NOW + timedelta(days=900))
        for room in ROOMS:
            ids |= room.furnish(Stranger(person, patient, staff, ids, tokens))
        Appointment.update(series_id=appointment.id).where(Appointment.id == appointment.id).execute()
    with client.application.app_context():
        tokens["appointment"] = pages.token(appointment.id)
        tokens["reminders"] = stops.token(appointment.id)
        tokens["series"] = signed.token("series", appointment.id)
        tokens["walk-in ticket"] = signed.token("walk-in ticket", ids["WalkIn"])
        tokens["waiting entry"] = signed.token("waiting entry", ids["WaitEntry"])
    tokens["waiting offer"] = SEALER.link_token("waiting-offer", ids["WaitOffer"].hex)
    ids |= {"Account": person.id, "Session": session.id, "Practice": there.id}
    _personal(person, ids, tokens, clock)
    columns = _paint(there, person)
    return World(there, person, ids, tokens, columns)


class World:
    def __init__(self, practice, person, ids, tokens, columns):
        self.practice, self.person, self.ids, self.tokens, self.columns = (
            practice,
            person,
            ids,
            tokens,
            columns,
        )

    def rows(self):
        """Everything the practice and the person own, as it stands."""
        owners = {"practice_id": self.practice.id.hex, "account_id": self.person.id.hex}
        found = {}
        for model in TABLES:
            table = model._meta.table_name
            mine = f"{model.owner}_id" if issubclass(model, TenantModel | AccountModel) else None
            for column, owner in owners.items():
                if column in model._meta.columns and mine in (None, column):
                    sql = f'SELECT * FROM "{table}" WHERE "{column}" = {database.param} ORDER BY "id"'
                    found[table, column] = database.execute_sql(sql, (owner,)).fetchall()
        return found


def _personal(person, ids, tokens, clock):
    child = {"given_name": CANARY, "family_name": CANARY, "birth_date": date(2020, 5, 1), "language": "fr"}
    with account_context(person):
        ids["Factor"] = Factor.get().id
        began = Session.select().first()
        told = {"name_index": "n" * 64, "ending_index": "e" * 64, "sealed": b"x", "created_at": NOW}
        ids["ProviderSession"] = ProviderSession.create(session=began.id, **told).id
        shown = {"niss_index": "n" * 64, "document_type": "1", "valid_until": NOW.date(), "at": NOW}
        ids["CardProof"] = CardProof.create(**shown).id
        ids["KnownDevice"] = KnownDevice.create(token_hash="d" * 64, created_at=NOW, seen_at=NOW).id
        RecoveryCode.create(code_hash="r" * 64, created_at=NOW)
        WrongCodes.create(day=NOW.date(), tries=1)
        mine = Dependant.create(created_at=NOW, **child)
        ids["Dependant"] = mine.id
        acts = {"basis": "parent", "scopes": ["book"], "starts_on": NOW.date(), "created_at": NOW}
        ids["Representation"] = Representation.create(dependant=mine.id, **acts).id
        ids["ExportJob"] = ExportJob.create(
            language="fr", created_at=NOW, expires_at=NOW + timedelta(days=1)
        ).id
        offer = {"email": "canary-b-friend@example.be", "scopes": ["book"], "created_at": NOW}
        made = MandateOffer.create(token_hash="m" * 64, expires_at=NOW + timedelta(days=7), **offer)
        tokens["mandate"] = mandates.token_of(made.id, sealer=SEALER)
        MandateOffer.update(token_hash=hashed(tokens["mandate"])).where(MandateOffer.id == made.id).execute()
        ids["MandateOffer"] = made.id
        told = {"text_version": 1, "language": "fr", "sha256": "a" * 64, "at": NOW, "host": THERE}
        AccountConsent.create(kind="privacy", **told)
        tokens["feed"] = "f" * 22
        CalendarFeed.create(token_hash=hashed(tokens["feed"]), language="fr", created_at=NOW)
    for purpose, mail in (("reset", MAIL), ("new-mail", "canary-b-new@example.be")):
        link = make_link(person, purpose, email=mail, host=THERE, sealer=SEALER, now=clock.now())
        tokens[purpose] = link_token(link.id, sealer=SEALER)
    tokens["csam"] = "c" * 43
    asked = {
        "request_id": "_q",
        "purpose": "sign-in",
        "host": THERE,
        "browser_hash": "b" * 64,
        "sealed": b"x",
    }
    IdentityRequest.create(
        relay_hash="y" * 64, created_at=clock.now(), expires_at=clock.now() + timedelta(minutes=15),
        ticket_hash=hashed(tokens["csam"]), answered_at=clock.now(), **asked,
    )  # fmt: skip
    audit.record_account(person.id, verb="canary", target=CANARY, at=NOW, detail={"said": CANARY})


def _paint(practice, person):
    """Every word of theirs, whoever wrote it; which columns that were."""
    painted = set()
    for model in TABLES:
        if not issubclass(model, TenantModel | AccountModel) or model in (AccessEntry, TrustEvidence):
            continue
        owner = practice if issubclass(model, TenantModel) else person
        table, column = model._meta.table_name, f"{model.owner}_id"
        if table == "audit_event":
            continue
        if table == "policy_text":  # what is published stands, so the words are a version more
            painted.add(_publish(practice))
            continue
        for field in model._meta.sorted_fields:
            name = f"{table}.{field.column_name}"
            if name in STANDS | NO_WORDS or not _holds_words(field):
                continue
            value = _with_languages(table, field, column, owner) if isinstance(field, JSONText) else CANARY
            if value is None:
                continue
            if field.column_name == "email" or field.column_name == "contact_email":
                value = MAIL
            mark = database.param
            database.execute_sql(
                f'UPDATE "{table}" SET "{field.column_name}" = {mark} WHERE "{column}" = {mark}',
                (value, owner.id.hex),
            )
            painted.add(name)
    return painted


def _publish(practice):
    with practice_context(practice):
        for kind in KINDS:
            for code in practice.languages:
                key = {"kind": kind, "version": 1000, "language": code}
                PolicyText.create(**key, body=CANARY, sha256="c" * 64, published_at=NOW)
    return "policy_text.body"


def _holds_words(field):
    if isinstance(field, JSONText):
        return True
    text = isinstance(field, pw.CharField | pw.TextField)
    long_enough = (getattr(field, "max_length", None) or 255) >= len(CANARY)
    return text and long_enough and not field.constraints and not field.unique and not _hidden(field)


def _hidden(field):
    return field.column_name.endswith(HIDDEN)


def _with_languages(table, field, column, owner):
    """A text per language, when that is what the column holds."""
    sql = f'SELECT "{field.column_name}" FROM "{table}" WHERE "{column}" = {database.param}'
    held = [json.loads(text) for (text,) in database.execute_sql(sql, (owner.id.hex,)).fetchall() if text]
    texts = [one for one in held if isinstance(one, dict) and one and set(one) <= set(LANGUAGES)]
    return json.dumps(dict.fromkeys(LANGUAGES, CANARY)) if texts else None
