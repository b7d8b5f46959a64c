"""Every blueprint of this room: people who come without an appointment."""

from app.walkins.views import bp as views

BLUEPRINTS = (views,)
