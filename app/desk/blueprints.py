"""Every blueprint of this room: the practice's desk."""

from app.desk.absence_views import bp as absence
from app.desk.appointment_views import bp as appointment
from app.desk.booking_views import bp as booking
from app.desk.fee_views import bp as fee
from app.desk.health_views import bp as health
from app.desk.move_views import bp as move
from app.desk.patient_views import bp as patient
from app.desk.prescription_views import bp as prescription
from app.desk.request_views import bp as request
from app.desk.series_views import bp as series
from app.desk.views import bp as views
from app.desk.waiting_views import bp as waiting

BLUEPRINTS = (
    absence,
    appointment,
    booking,
    fee,
    health,
    move,
    patient,
    prescription,
    request,
    series,
    views,
    waiting,
)
