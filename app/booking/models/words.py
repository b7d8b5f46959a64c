"""The closed lists of the booking tables, and the checks that hold them in the database."""

import peewee as pw

# FHIR appointment status; an «occupying» one keeps its time from everybody else
STATUSES = ("proposed", "pending", "booked", "arrived", "checked-in", "fulfilled", "cancelled", "noshow",
            "waitlist", "entered-in-error")  # fmt: skip
OCCUPYING = ("proposed", "pending", "booked", "arrived", "checked-in", "fulfilled")
REQUESTED = ("proposed", "pending")  # asked for, and not answered yet
COMING = (*REQUESTED, "booked")  # what a person still holds
STILL = (*COMING, "arrived")  # has not begun
ORIGINS = ("web", "phone", "desk", "walkin", "import")
CHANNELS = {"web": "web", "phone": "phone"}  # by origin, how somebody was told the policy; else at the desk
# by whom, or by what, an appointment ended before it took place
CANCEL_KINDS = ("patient", "practice", "undone", "refused", "expired")
OUTCOMES = ("hidden", "call", "request", "direct")  # what a rule makes of a time, the closest first
LEVELS = (0, 1, 2, 3, 4)  # patients.trust
HOLD_KINDS = (
    "typing",
    "offer",
    "freed",
)  # offer: kept for somebody on the waiting list; freed: until they were asked


def one_of(column: str, values: tuple[str, ...]) -> pw.Check:
    return pw.Check(f"{column} IN ({', '.join(repr(value) for value in values)})")
