"""The faces of practitioners, and on each row the mark of the newest."""

from app.schema import PHOTOS
from tools.freeze import Step

MARK = ("""ALTER TABLE "practitioner" ADD COLUMN "photo" VARCHAR(16) NOT NULL DEFAULT ''""",)
STEP = Step(name="0029_photos", tables=PHOTOS, before={"sqlite": MARK, "postgresql": MARK})
