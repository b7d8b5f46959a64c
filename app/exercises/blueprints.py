"""Every blueprint of this room: the library, programmes at the desk, and the exercises of whoever does them."""

from app.exercises.desk_views import bp as desk
from app.exercises.library_views import bp as library
from app.exercises.patient_views import bp as patient

BLUEPRINTS = (
    desk,
    library,
    patient,
)
