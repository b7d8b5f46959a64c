"""Every blueprint of this room: the practice's desk."""

from app.desk.absence_views import bp as absence
from app.desk.appointment_views import bp as appointment
from app.desk.booking_views import bp as booking
from app.desk.catch_up_views import bp as catch_up
from app.desk.day_sheet_views import bp as day_sheet
from app.desk.fee_views import bp as fee
from app.desk.health_views import bp as health
from app.desk.home_views import bp as home
from app.desk.intake_views import bp as intake
from app.desk.invoice_views import bp as invoice
from app.desk.length_views import bp as length
from app.desk.merge_views import bp as merge
from app.desk.message_views import bp as message
from app.desk.move_views import bp as move
from app.desk.panel_views import bp as panel
from app.desk.patient_message_views import bp as patient_message
from app.desk.patient_views import bp as patient
from app.desk.place_views import bp as place
from app.desk.prescription_views import bp as prescription
from app.desk.quick_reply_views import bp as quick_reply
from app.desk.record_views import bp as record
from app.desk.request_questionnaire_views import bp as request_questionnaire
from app.desk.request_views import bp as request
from app.desk.series_views import bp as series
from app.desk.team_mail_views import bp as team_mail
from app.desk.views import bp as views
from app.desk.waiting_views import bp as waiting
from app.desk.walk_in_views import bp as walk_ins

BLUEPRINTS = (
    absence,
    appointment,
    booking,
    catch_up,
    day_sheet,
    fee,
    length,
    home,
    intake,
    merge,
    invoice,
    message,
    health,
    move,
    panel,
    patient,
    place,
    prescription,
    record,
    patient_message,
    quick_reply,
    request,
    request_questionnaire,
    series,
    team_mail,
    views,
    waiting,
    walk_ins,
)
