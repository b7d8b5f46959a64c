"""Asking a patient to join the portal, at the address the practice knows; whoever accepts proves that mailbox."""

from datetime import datetime, timedelta

from app.kernel import audit, outbox
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.sealing import Sealer, hashed
from app.patients.actions.connections import connect, is_connected
from app.patients.models import Patient, PatientInvitation, TrustEvidence
from app.patients.refusals import AlreadyConnected, EnoughInvitations, InvitationUsed, NoMail

LASTS = timedelta(days=14)
A_DAY = timedelta(days=1)
MOST_A_DAY = 3


def invite(patient: Patient, *, by: str, sealer: Sealer, now: datetime) -> PatientInvitation:
    """A link by mail; the ones before lead nowhere from now on."""
    if not patient.email:
        raise NoMail
    with write_tx():
        # first of all: it locks the end of the practice's journal, so that two who press at once are counted
        audit.record(by=by, verb="patient.invite", target=audit.of_id("patient", patient.id), at=now)
        if is_connected(patient.id):
            raise AlreadyConnected
        mine = PatientInvitation.patient == patient.id
        if (
            PatientInvitation.select().where(mine, PatientInvitation.created_at > now - A_DAY).count()
            >= MOST_A_DAY
        ):
            raise EnoughInvitations
        PatientInvitation.update(expires_at=now).where(
            mine, PatientInvitation.used_at.is_null(), PatientInvitation.expires_at > now
        ).execute()
        made = PatientInvitation(
            patient=patient.id, email=patient.email, actor=by, created_at=now, expires_at=now + LASTS
        )
        made.token_hash = hashed(token_of(made, sealer=sealer))
        made.save(force_insert=True)
        outbox.post(
            "patient-invitation",
            {"invitation": made.id.hex},
            key=f"patient-invitation:{made.id.hex}",
            now=now,
        )
    return made


def token_of(invitation: PatientInvitation, *, sealer: Sealer) -> str:
    """Made again when the mail is written: only its hash is kept."""
    return sealer.link_token("patient-invitation", invitation.id.hex)


def accept_invitation(invitation: PatientInvitation, account: Account, *, now: datetime) -> None:
    """The file becomes this account's, once; InvitationUsed for whoever comes second, or too late."""
    with write_tx():
        claim = PatientInvitation.update(used_at=now).where(
            PatientInvitation.id == invitation.id,
            PatientInvitation.used_at.is_null(),
            PatientInvitation.expires_at > now,
        )
        if not claim.execute():
            raise InvitationUsed
        connect(account, invitation.patient_id, now=now)
        by = audit.of_id("account", account.id)
        TrustEvidence.create(
            patient=invitation.patient_id,
            account_id=account.id,
            kind="invited",
            actor=by,
            at=now,
            detail={"invitation": invitation.id.hex},
        )
        audit.record(
            by=by,
            verb="patient.accept-invitation",
            target=audit.of_id("patient", invitation.patient_id),
            at=now,
        )
