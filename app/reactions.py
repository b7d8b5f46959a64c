"""The switchboard: what follows from what, on one screen."""

from collections.abc import Callable
from typing import Any

from app.account import farewell
from app.account.export import jobs as export
from app.account.letters import (
    addresses,
    devices,
    factors,
    invitation,
    joining,
    passwords,
    people,
    sign_in,
    team,
)
from app.booking import letters, notes, series_letters
from app.booking.actions import answers as requests
from app.booking.actions import fees
from app.booking.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    AppointmentRequested,
    AppointmentResized,
    MissTakenBack,
    PatientMissed,
    RequestApproved,
)
from app.booking.reoffers import letters as reoffers
from app.eid import reactions as card
from app.kernel.ports import Letter, TextMessage
from app.manual import letters as manual
from app.messaging import asked, telling, texts, upkeep
from app.messaging import letters as notices
from app.messaging.threads import letters as threads
from app.patients.actions import proofs
from app.patients.events import AccountConnected
from app.questionnaires import letters as questionnaires
from app.questionnaires.actions import with_services as asking
from app.questionnaires.events import QuestionnaireAnswered, QuestionnaireSent
from app.record.imports import jobs as imports
from app.record.wearables import grants, journeys, syncing
from app.waiting import actions as waiting
from app.waiting import letters as waiting_letters
from app.web import uploads

# run inside the transaction of the change; may refuse it
REACTIONS: dict[type, tuple[Callable[[Any], None], ...]] = {
    AccountConnected: (card.connected,),
    AppointmentBooked: (telling.booked, asking.booked),
    AppointmentRequested: (telling.requested, notes.tell_of_request, asking.booked),
    RequestApproved: (telling.approved,),
    AppointmentMoved: (telling.moved, waiting.moved_away),
    AppointmentResized: (telling.resized,),
    AppointmentCancelled: (
        telling.cancelled,
        notes.tell_of_expiry,
        waiting.came_free,
        fees.after_cancellation,
        asking.cancelled,
    ),
    PatientMissed: (fees.after_miss,),
    MissTakenBack: (fees.after_correction,),
    QuestionnaireSent: (asked.questionnaire_sent,),
    QuestionnaireAnswered: (requests.heard,),
}

# what the outbox delivers: event -> composer (payload, message id) -> Letter, or None when it no longer applies
LETTERS: dict[str, Callable[[dict[str, Any], str], Letter | None]] = {
    "appointment-booked": letters.booked,
    "appointment-cancelled": letters.cancelled,
    "appointment-moved": letters.moved,
    "appointment-requested": letters.requested,
    "request-answered": letters.waiting,
    "request-approved": letters.approved,
    "request-asked": letters.asked,
    "request-expired": letters.expired,
    "request-refused": letters.refused,
    "request-unanswered": letters.unanswered,
    "request-waiting": letters.waiting,
    "questionnaire": questionnaires.sent,
    "reminder-mail": notices.reminder,
    "coming-list": notices.coming,
    "message-waiting": threads.waiting,
    "guest-answered": threads.guest_answered,
    "team-mail": threads.team_waiting,
    "appointment-called-off": reoffers.called_off,
    "appointment-reoffered": reoffers.offered,
    "series-booked": series_letters.booked,
    "series-cancelled": series_letters.cancelled,
    "series-moved": series_letters.moved,
    "waiting-joined": waiting_letters.joined,
    "waiting-offer": waiting_letters.offered,
    "account-deleted": farewell.receipt,
    "child-birthday": people.birthday,
    "mandate-offered": people.offered,
    "code-reused": sign_in.reused,
    "codes-rest": sign_in.resting,
    "mail-code": sign_in.code,
    "new-sign-in": sign_in.new_device,
    "factors-changed": factors.changed,
    "join": joining.confirm,
    "wearable-lost": devices.lost,
    "mail-changed": addresses.changed,
    "new-mail": addresses.confirm,
    "new-mail-asked": addresses.asked,
    "password-changed": passwords.changed,
    "patient-invitation": invitation.invited,
    "password-forgotten": passwords.forgotten,
    "staff-invited": team.invited,
    "support-question": manual.asked,
}

# the same for a telephone: event -> composer (payload, message id) -> TextMessage, or None
TEXTS: dict[str, Callable[[dict[str, Any], str], TextMessage | None]] = {
    "reminder-text": texts.reminder,
    "moved-sms": texts.moved,
    "resized-sms": texts.resized,
    "cancelled-sms": texts.cancelled,
}

# what the outbox carries that is neither: event -> the work (payload)
JOBS: dict[str, Callable[[dict[str, Any]], None]] = {
    "account-export": export.make,
    "health-import": imports.make,
    "wearable-connect": journeys.make,
    "wearable-sync": syncing.make,
    "wearable-withdraw": grants.withdraw,
    "file-forgotten": uploads.forgotten,
    "note-proof": proofs.note,
    "waiting-list": waiting.serve,
    "reminder-sms": upkeep.sms_reminders,
}

# what is worth nothing twice: a code, a link, an SMS that costs money. Rather lost than repeated.
ONCE: frozenset[str] = frozenset(
    {"mail-code", "patient-invitation", "staff-invited", "password-forgotten", *TEXTS}
)
