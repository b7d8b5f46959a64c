"""Every blueprint of this room: the profile page and its widgets."""

from app.profile.page import bp as page

BLUEPRINTS = (page,)
