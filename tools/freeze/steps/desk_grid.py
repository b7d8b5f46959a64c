"""The day sheet of a practice."""

from app.schema import DESK_GRID
from tools.freeze import Step

STEP = Step(name="0019_desk_grid", tables=DESK_GRID)
