"""How far a practice may believe who somebody is."""

import pytest

from app.patients import trust
from app.patients.models import EVIDENCE
from app.patients.trust import Facts

WHOLE = Facts(mail_proved=True, has_factor=True)


def test_without_a_whole_account_no_evidence_counts():
    assert trust.level(None, EVIDENCE) == 0
    assert trust.level(Facts(mail_proved=True), EVIDENCE) == 0
    assert trust.level(Facts(has_factor=True), EVIDENCE) == 0
    assert trust.level(WHOLE, EVIDENCE) == 4  # the control


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        ((), 1),
        (("invited",), 2),
        (("known",), 2),
        (("eid-read",), 3),
        (("eid-pin",), 4),
        (("csam", "known"), 4),
    ],
)
def test_the_strongest_evidence_decides(kinds, found):
    assert trust.level(WHOLE, kinds) == found


def test_evidence_about_another_account_is_nothing_and_about_the_file_alone_is_only_that_it_is_known():
    assert trust.counted([("eid-read", "another")], "mine") == set()
    assert trust.counted([("eid-read", None)], "mine") == {"known"}
    assert trust.counted([("eid-read", "mine")], "mine") == {"eid-read"}


def test_every_kind_of_evidence_is_worth_something_and_every_level_has_its_sentences():
    assert set(trust.WORTH) == set(EVIDENCE)
    for found in range(trust.HIGHEST + 1):
        for sentence in (trust.statement(found), trust.at_the_desk(found), *trust.raises(found)):
            assert str(sentence).endswith(".") and not any(c.isdigit() for c in str(sentence))
    assert trust.raises(trust.HIGHEST) == () and all(trust.raises(n) for n in range(trust.HIGHEST))
