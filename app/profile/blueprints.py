"""Every blueprint of this room: the profile page, its widgets, and arranging them."""

from app.profile.arrange_views import bp as arrange
from app.profile.page import bp as page

BLUEPRINTS = (
    arrange,
    page,
)
