"""Questionnaires: a published version and answers that were sent never change, whatever a program asks."""

from app.schema import QUESTIONNAIRES
from tools.freeze import Step

_FROZEN = {
    "questionnaire_version_published": (
        "questionnaire_version", "OLD.published_at IS NOT NULL", "a published questionnaire never changes",
    ),
    "questionnaire_response_sent": (
        "questionnaire_response",
        "OLD.status = 'completed' AND (NEW.status <> OLD.status OR NEW.asked_id <> OLD.asked_id "
        "OR NEW.answers_sealed <> OLD.answers_sealed OR NEW.answers_sealed IS NULL)",
        "answers that were sent never change",
    ),
}  # fmt: skip
_ONE_DRAFT = (
    "CREATE UNIQUE INDEX questionnaire_draft ON questionnaire_version (practice_id, questionnaire_id) "
    "WHERE published_at IS NULL"
)

STEP = Step(
    name="0016_questionnaires",
    tables=QUESTIONNAIRES,
    after={
        "sqlite": (
            _ONE_DRAFT,
            *(
                f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{words}'); END"
                for name, (table, when, words) in _FROZEN.items()
            ),
        ),
        "postgresql": (
            _ONE_DRAFT,
            *(
                statement
                for name, (table, when, words) in _FROZEN.items()
                for statement in (
                    f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$",
                    f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when}) "
                    f"EXECUTE FUNCTION {name}()",
                )
            ),
        ),
    },
)
