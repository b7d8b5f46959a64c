"""What the practice itself is told of a request: posted in the transaction of the change it follows."""

from app.booking.events import AppointmentCancelled, AppointmentRequested
from app.booking.rows import UNDO
from app.kernel import outbox


def tell_of_request(event: AppointmentRequested) -> None:
    """Once the person can no longer undo it."""
    key = f"request-waiting:{event.appointment_id.hex}"
    payload = {"appointment": event.appointment_id.hex}
    outbox.post("request-waiting", payload, key=key, now=event.at, due_at=event.at + UNDO)


def tell_of_expiry(event: AppointmentCancelled) -> None:
    if event.kind == "expired":
        key = f"request-unanswered:{event.appointment_id.hex}"
        outbox.post("request-unanswered", {"appointment": event.appointment_id.hex}, key=key, now=event.at)
