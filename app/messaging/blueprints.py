"""Every blueprint of this room: messages, reminders and calendar feeds."""

from app.messaging.feed_views import bp as feed
from app.messaging.message_views import bp as message
from app.messaging.stop_views import bp as stop
from app.messaging.threads.guest_views import bp as question
from app.messaging.threads.patient_views import bp as thread

BLUEPRINTS = (
    feed,
    message,
    question,
    stop,
    thread,
)
