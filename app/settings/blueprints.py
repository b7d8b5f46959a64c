"""Every blueprint of this room: the owner's pages."""

from app.settings.absences_views import bp as absences
from app.settings.agendas_views import bp as agendas
from app.settings.asking_views import bp as asking
from app.settings.brand_views import bp as brand
from app.settings.draft_views import bp as policy_draft
from app.settings.home_views import bp as home
from app.settings.hours_views import bp as hours
from app.settings.letters_views import bp as letters
from app.settings.offers_views import bp as offers
from app.settings.people_views import bp as people
from app.settings.policy_views import bp as policy
from app.settings.practice_views import bp as practice
from app.settings.question_views import bp as question
from app.settings.quota_views import bp as quota
from app.settings.reader_views import bp as readers
from app.settings.reminder_views import bp as reminder
from app.settings.rooms_views import bp as rooms
from app.settings.sites_views import bp as sites
from app.settings.team_views import bp as team
from app.settings.texts_views import bp as texts
from app.settings.walk_in_views import bp as walk_ins

BLUEPRINTS = (
    absences,
    agendas,
    asking,
    hours,
    offers,
    people,
    brand,
    home,
    letters,
    policy,
    policy_draft,
    practice,
    question,
    quota,
    readers,
    reminder,
    rooms,
    sites,
    team,
    texts,
    walk_ins,
)
