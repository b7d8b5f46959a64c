"""Every blueprint of this room: the waiting list."""

from app.waiting.views import bp as views

BLUEPRINTS = (views,)
