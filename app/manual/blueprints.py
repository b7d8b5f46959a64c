"""Every blueprint of this room: the manual and its question forms."""

from app.manual.question_views import bp as question
from app.manual.views import bp as views

BLUEPRINTS = (
    question,
    views,
)
