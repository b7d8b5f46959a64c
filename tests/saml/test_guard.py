"""Every document of tests/saml/cases.py gets its verdict: whatever is sent, a word and never anything else."""

import pytest

from app.kernel.db import database
from tests.saml import stories
from tests.saml.cases import every, judge

pytestmark = pytest.mark.saml
VALID, HOSTILE = every()


@pytest.mark.parametrize("case", VALID, ids=str)
def test_an_honest_answer_is_believed(case):
    assert judge(case) is None


@pytest.mark.parametrize("case", HOSTILE, ids=str)
def test_a_bent_one_gets_its_verdict(case):
    assert judge(case) == case.verdict


def test_every_journey_ends_as_told(tmp_path):
    stories.open_at(tmp_path)
    try:
        assert stories.told() == stories.ENDS
    finally:
        database.close()
        database.obj.close_all()


def test_there_are_enough_of_both():
    refused = [case for case in HOSTILE if case.at == "whole" and case.verdict]
    assert len(refused) > 120 and len([case for case in VALID if case.at == "whole"]) > 15


def test_no_two_cases_have_one_name():
    names = [str(case) for case in VALID + HOSTILE]
    assert len(set(names)) == len(names)
