"""What one answered and what one did of one's exercises are in the copy of one's data; drafts go with the account."""

import pytest

from app.account import farewell
from app.account.export import care
from app.account.export.contents import Source
from app.exercises.models import ActivityDone
from app.kernel.db import write_tx
from app.kernel.tenancy import account_context, practice_context
from app.questionnaires import actions
from app.questionnaires.models import QuestionnaireResponse
from tests.integration.exercises.test_my_exercises import TODAY, plan_of
from tests.integration.messaging.world import tie
from tests.integration.questionnaires.asking import published, sent
from tests.people import NOW, SEALER, make_account

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_answers_and_ticks_are_in_the_copy_and_a_draft_goes_with_the_account(inside, practice):
    alice = make_account()
    patient = tie(alice, practice)
    made = sent(practice, patient, published(practice))
    _plan, (squat,) = plan_of(patient, practice)
    with practice_context(practice):
        row = QuestionnaireResponse.get_by_id(made)
        actions.keep_draft(row, {"a" * 32: "Dr Peeters"}, sealer=SEALER, now=NOW)
        ActivityDone.create(activity=squat.id, day=TODAY, feeling="hard", done_at=NOW, done_by="x")
    source = Source(alice, sealer=SEALER, with_number=False, language="fr")
    with account_context(alice):
        assert "Dr Peeters" in str(care.questionnaires(source).rows)
        assert "Squat" in str(care.programmes(source).rows)
        assert len(care.ticks(source).rows) == 1
    with write_tx():
        farewell.erase(alice.id, reference="X", sealer=SEALER, now=NOW)
    with practice_context(practice):
        assert QuestionnaireResponse.get_by_id(made).answers_sealed is None
        assert ActivityDone.select().count() == 1  # the practice's own rows stay with it
