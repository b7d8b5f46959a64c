"""The faces of practitioners, on each row the mark of the newest; and how long visits really lasted."""

from app.schema import PHOTOS
from tools.freeze import Step

COLUMNS = (
    """ALTER TABLE "practitioner" ADD COLUMN "photo" VARCHAR(16) NOT NULL DEFAULT ''""",
    'ALTER TABLE "appointment" ADD COLUMN "treated_from" INTEGER',
    'ALTER TABLE "appointment" ADD COLUMN "treated_until" INTEGER',
)
STEP = Step(name="0029_photos", tables=PHOTOS, before={"sqlite": COLUMNS, "postgresql": COLUMNS})
