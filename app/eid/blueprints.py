"""Every blueprint of this room: the card agent and what a card is read for."""

from app.eid.agent_views import bp as agent
from app.eid.confirm_views import bp as confirm
from app.eid.desk_views import bp as desk
from app.eid.download_views import bp as download
from app.eid.join_views import bp as join
from app.eid.person_views import bp as person

BLUEPRINTS = (
    agent,
    confirm,
    desk,
    download,
    join,
    person,
)
