"""0009: messages, reminders, lists and the calendar feed."""

from app.schema import NOTICES
from tools.freeze import Step

STEP = Step(
    name="0009_notices",
    tables=NOTICES,
    before={
        "sqlite": ('ALTER TABLE "personal_details" ADD COLUMN "wants_sms" INTEGER NOT NULL DEFAULT 0',),
        "postgresql": (
            'ALTER TABLE "personal_details" ADD COLUMN "wants_sms" BOOLEAN NOT NULL DEFAULT FALSE',
        ),
    },
)
