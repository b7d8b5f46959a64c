"""Every blueprint of this room: the first pages of portal and practice."""

from app.home.photo_views import bp as photo
from app.home.search_views import bp as search
from app.home.views import bp as views

BLUEPRINTS = (
    photo,
    search,
    views,
)
