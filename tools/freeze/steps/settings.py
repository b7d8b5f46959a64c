"""Drafts of texts, a practice's own words in messages; published texts stand still; the journal is read by verb."""

from app.schema import SETTINGS
from tools.freeze import Step, append_only, never_deleted

TABLE = "policy_text"
BY_VERB = 'CREATE INDEX "auditevent_practice_id_verb" ON "audit_event" ("practice_id", "verb")'
STANDS = append_only(TABLE)
STAYS = never_deleted(TABLE)
STEP = Step(
    name="0020_settings",
    tables=SETTINGS,
    after={engine: (*STANDS[engine], *STAYS[engine], BY_VERB) for engine in STANDS},
)
