"""Drafts of the booking rules, the day from which they hold, and every version that held."""

from app.schema import POLICY_DRAFTS
from tools.freeze import Step, append_only

TABLE = "policy_version"
STANDS = append_only(TABLE)
STAYS = {
    "sqlite": (
        f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END",
    ),
    "postgresql": (
        f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_is_append_only()",
    ),
}
TURNS = 'ALTER TABLE "practice" ADD COLUMN "turns_at" {}'
KINDS = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
STEP = Step(
    name="0027_policy_drafts",
    tables=POLICY_DRAFTS,
    before={engine: (TURNS.format(kind),) for engine, kind in KINDS.items()},
    after={engine: (*STANDS[engine], *STAYS[engine]) for engine in STANDS},
)
