"""Every blueprint of this room: the owner's pages."""

from app.settings.absences_views import bp as absences
from app.settings.hours_views import bp as hours
from app.settings.policy_views import bp as policy
from app.settings.quota_views import bp as quota
from app.settings.reader_views import bp as readers
from app.settings.reminder_views import bp as reminder
from app.settings.rooms_views import bp as rooms
from app.settings.team_views import bp as team

BLUEPRINTS = (
    absences,
    hours,
    policy,
    quota,
    readers,
    reminder,
    rooms,
    team,
)
