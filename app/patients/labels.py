"""The words of looks and of evidence, as the patient and the desk read them."""

from typing import Any

from app.kernel.i18n import lazy_gettext as _l

# what a member did; the key is what the journal keeps
LOOKS: dict[str, Any] = {
    "day": _l("Saw the name in the agenda of a day"),
    "week": _l("Saw the name in the agenda of a week"),
    "sheet": _l("Put your initials on the day sheet the practice keeps in case the portal is away"),
    "search": _l("Saw the name in a list of patients"),
    "rearrange": _l("Saw the name among appointments that need another time"),
    "request": _l("Read a request for an appointment"),
    "record": _l("Opened the file"),
    "appointment": _l("Opened one of your appointments"),
    "proof": _l("Printed the proof of what you accepted"),
    "niss": _l("Saw the whole national number"),
    "invitation": _l("Sent an invitation to the portal"),
    "identity": _l("Compared an identity document with the file"),
    "waiting": _l("Saw the name on the waiting list"),
    "merge": _l("Joined two files that are both of you, or parted them again"),
    "history": _l("Read what happened with your file"),
    "walkin": _l("Saw the name in the list of the waiting room"),
    "inbox": _l("Saw the subject of a message in the practice's inbox"),
    "messages": _l("Read your messages to and from the practice"),
    "health": _l("Read health values you share"),
    "card": _l("Read your identity card"),
    "questionnaires": _l("Saw which questionnaires you were sent"),
    "answers": _l("Read your answers to a questionnaire"),
    "written-down": _l("Wrote down your answers to a questionnaire"),
    "programme": _l("Opened your exercise programmes"),
}

# why, where the screen itself is the reason; whatever else is kept was typed by the member
WHYS: dict[str, Any] = {
    "day": _l("Working with the agenda"),
    "week": _l("Working with the agenda"),
    "sheet": _l("Receiving you when the portal cannot be reached"),
    "search": _l("Looking for a patient at the desk"),
    "rearrange": _l("A change of the agenda touches your appointment"),
    "requests": _l("Answering requests for an appointment"),
    "record": _l("Working with the file"),
    "agenda": _l("Opened from the agenda"),
    "appointment": _l("Working with the appointment"),
    "booking": _l("Booking an appointment for you"),
    "fee": _l("Deciding about a fee"),
    "invoice": _l("Working with your invoices"),
    "proof": _l("Showing what was accepted"),
    "found": _l("Opened from a search"),
    "duplicate": _l("Comparing two files that may be of the same person"),
    "invitation": _l("Inviting you to the portal"),
    "identity": _l("Confirming who you are"),
    "waiting": _l("Working with the waiting list"),
    "series": _l("Planning several appointments for you"),
    "merge": _l("Comparing two files that may be of the same person"),
    "home": _l("Beginning the day at the desk"),
    "walkin": _l("Looking after the waiting room"),
    "messages": _l("Working with messages"),
    "health": _l("Treating you: you share these values"),
    "card": _l("You gave your identity card at the desk"),
    "care": _l("Preparing or following your care"),
}

EVIDENCE_WORDS: dict[str, Any] = {
    "invited": _l("Accepted an invitation sent to the address in the file"),
    "known": _l("Names and number compared with an identity document"),
    "eid-read": _l("Identity card read at the desk"),
    "eid-pin": _l("Identity card shown with its PIN"),
    "csam": _l("Signed in with CSAM"),
}

DOCUMENTS: dict[str, Any] = {
    "eid": _l("Belgian identity card (eID)"),
    "passport": _l("Passport"),
    "other": _l("Another official document with a photo"),
}


def look(kind: str) -> str:
    return str(LOOKS.get(kind, kind))


def why(text: str) -> str:
    return str(WHYS.get(text, text))


def evidence(kind: str) -> str:
    return str(EVIDENCE_WORDS.get(kind, kind))
