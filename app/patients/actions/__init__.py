"""Everything that changes what a practice knows of a person: files, connections, invitations, evidence, the journal."""

from app.patients.actions.card import LEARNT, compare_with_account, learn, note_card
from app.patients.actions.connections import connect, leave, own_file, rejoin
from app.patients.actions.details import CHANGEABLE, change_details
from app.patients.actions.identity import Compared, confirm_identity, mark
from app.patients.actions.invitations import accept_invitation, invite, token_of
from app.patients.actions.journal import ONE_LOOK, journal_look, seen_lately, still_seen
from app.patients.actions.merging import GROUPS, merge, state_of, undo_merge
from app.patients.actions.notes import add_note, edit_note, pin_note, withdraw_note
from app.patients.actions.proofs import note_proof
from app.patients.actions.records import Behind, Person, Sealed, identity_key, meet, niss_of, seal

__all__ = [
    "CHANGEABLE",
    "GROUPS",
    "ONE_LOOK",
    "LEARNT",
    "Behind",
    "Compared",
    "Person",
    "Sealed",
    "accept_invitation",
    "add_note",
    "change_details",
    "compare_with_account",
    "confirm_identity",
    "connect",
    "edit_note",
    "identity_key",
    "invite",
    "journal_look",
    "learn",
    "leave",
    "mark",
    "meet",
    "merge",
    "niss_of",
    "note_proof",
    "note_card",
    "own_file",
    "pin_note",
    "rejoin",
    "seal",
    "seen_lately",
    "state_of",
    "still_seen",
    "token_of",
    "undo_merge",
    "withdraw_note",
]
