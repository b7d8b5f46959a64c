"""Every blueprint of this room: finding a time, booking it, and what follows."""

from app.booking.action_views import bp as action
from app.booking.appointment_views import bp as appointment
from app.booking.decline_views import bp as decline
from app.booking.mine_views import bp as mine
from app.booking.move_views import bp as move
from app.booking.patient_views import bp as patient
from app.booking.reoffer_views import bp as reoffer
from app.booking.series_link_views import bp as series_link
from app.booking.series_views import bp as series

BLUEPRINTS = (
    action,
    appointment,
    decline,
    mine,
    move,
    patient,
    reoffer,
    series_link,
    series,
)
