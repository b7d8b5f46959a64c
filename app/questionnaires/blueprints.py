"""Every blueprint of this room: composing, sending, answering from an account and by a link."""

from app.questionnaires.compose_views import bp as compose
from app.questionnaires.desk_views import bp as desk
from app.questionnaires.link_views import bp as link
from app.questionnaires.patient_views import bp as patient
from app.questionnaires.together_views import bp as together

BLUEPRINTS = (
    compose,
    desk,
    link,
    patient,
    together,
)
