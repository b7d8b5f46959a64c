"""Everything that changes what a practice knows of a person: files, connections, invitations, evidence, the journal."""

from app.patients.actions.card import LEARNT, compare_with_account, learn, note_card
from app.patients.actions.connections import connect, leave, own_file, rejoin
from app.patients.actions.identity import Compared, confirm_identity, mark
from app.patients.actions.invitations import accept_invitation, invite, token_of
from app.patients.actions.journal import journal_look, seen_lately
from app.patients.actions.proofs import note_proof
from app.patients.actions.records import Behind, Person, Sealed, identity_key, meet, niss_of, seal

__all__ = [
    "LEARNT",
    "Behind",
    "Compared",
    "Person",
    "Sealed",
    "accept_invitation",
    "compare_with_account",
    "confirm_identity",
    "connect",
    "identity_key",
    "invite",
    "journal_look",
    "learn",
    "leave",
    "mark",
    "meet",
    "niss_of",
    "note_proof",
    "note_card",
    "own_file",
    "rejoin",
    "seal",
    "seen_lately",
    "token_of",
]
