"""The life of an appointment: which state may follow which. Pure; the database holds the same table in triggers.

FHIR AppointmentStatus. `proposed` waits for the practice, `pending` for an answer of the person; `checked-in` is in
treatment. Corrections at the desk go one step back. What is cancelled stays so: another time is another appointment.
"""

BEGIN = frozenset({"proposed", "booked", "arrived"})  # arrived: somebody who walked in
TRANSITIONS: dict[str, frozenset[str]] = {
    "proposed": frozenset({"pending", "booked", "cancelled"}),
    "pending": frozenset({"proposed", "booked", "cancelled"}),
    "booked": frozenset({"arrived", "checked-in", "fulfilled", "noshow", "cancelled", "entered-in-error"}),
    "arrived": frozenset({"booked", "checked-in", "fulfilled", "noshow", "cancelled", "entered-in-error"}),
    "checked-in": frozenset({"arrived", "fulfilled", "entered-in-error"}),
    "fulfilled": frozenset({"checked-in", "entered-in-error"}),
    "noshow": frozenset({"booked", "arrived", "entered-in-error"}),
    "waitlist": frozenset({"proposed", "booked", "cancelled"}),
    "cancelled": frozenset(),
    "entered-in-error": frozenset(),
}


def may_become(status: str, new: str) -> bool:
    return new in TRANSITIONS[status]
