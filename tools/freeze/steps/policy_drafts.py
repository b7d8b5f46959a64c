"""Drafts of the booking rules, the day from which they hold, and every version that held."""

from app.schema import POLICY_DRAFTS
from tools.freeze import Step, append_only, never_deleted

TABLE = "policy_version"
STANDS = append_only(TABLE)
STAYS = never_deleted(TABLE)
TURNS = 'ALTER TABLE "practice" ADD COLUMN "turns_at" {}'
KINDS = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
STEP = Step(
    name="0027_policy_drafts",
    tables=POLICY_DRAFTS,
    before={engine: (TURNS.format(kind),) for engine, kind in KINDS.items()},
    after={engine: (*STANDS[engine], *STAYS[engine]) for engine in STANDS},
)
