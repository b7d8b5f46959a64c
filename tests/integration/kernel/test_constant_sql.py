"""Constant statements: the same text and the same rows as the peewee expression behind them, under the same locks."""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from app.identity import representation, sessions
from app.identity.models import Representation, Session
from app.kernel.constant_sql import ConstantSQL, _Slot, param
from app.kernel.owners import Account
from app.kernel.sealing import hashed
from app.kernel.tenancy import (
    NoAccount,
    NoPractice,
    account_context,
    across_accounts,
    across_practices,
    practice_context,
)
from app.messaging import queries as messages
from app.patients import search
from app.patients.actions import journal
from app.questionnaires import queries as questionnaires
from app.record import lines, sharing
from app.record import queries as measured
from app.staff import queries as staff
from app.staff.models import Member
from tests.people import NOW, make_account, make_member


@pytest.fixture
def sylvie(practice):
    return make_member(practice)


@pytest.fixture
def session(sylvie):
    made, token = sessions.start(
        sylvie, host="x", stage="open", staff=True, method="app", seen=sessions.Seen("b", "::1"), now=NOW
    )
    return made, token


def same(found, expected):
    """Every column as peewee reads it, and nothing that a save would write."""
    assert type(found) is type(expected) and found.__data__ == expected.__data__
    assert {name: type(value) for name, value in found.__data__.items()} == {
        name: type(value) for name, value in expected.__data__.items()
    }
    assert found.dirty_fields == expected.dirty_fields == []


def test_a_session_is_read_as_peewee_reads_it(session):
    made, token = session
    found = sessions.of_token(token, host="x", now=NOW)
    with across_accounts(reason="test"):
        slow = (
            Session.select(Session, Account).join(Account).where(Session.token_hash == hashed(token)).first()
        )
    same(found, slow)
    same(found.account, slow.account)
    assert sessions.of_token(token + "x", host="x", now=NOW) is None
    assert found.id == made.id


def test_a_member_is_read_as_peewee_reads_it(practice, neighbour, sylvie):
    with practice_context(practice):
        found = staff.active_member(sylvie.id, today=NOW.date())
        slow = Member.select(Member, Account).join(Account).where(Member.account == sylvie.id).first()
    same(found, slow)
    same(found.account, slow.account)
    with practice_context(neighbour):
        assert staff.active_member(sylvie.id, today=NOW.date()) is None
    with pytest.raises(NoPractice):
        staff.active_member(sylvie.id, today=NOW.date())


def test_a_value_that_is_not_read_again_is_still_the_one_that_stands_there(practice, sylvie):
    with practice_context(practice):
        for starts_on in (NOW.date() - timedelta(days=9), NOW.date(), NOW.date() - timedelta(days=9)):
            Member.update(starts_on=starts_on).execute()
            found = staff.active_member(sylvie.id, today=NOW.date())
            same(found, Member.select().get())
            assert found.starts_on == starts_on
            found.roles.append("owner")  # of this one alone
        assert staff.active_member(sylvie.id, today=NOW.date()).roles == ["receptionist"]


def test_what_was_read_so_is_saved_as_any_other_row(practice, sylvie):
    with practice_context(practice):
        found = staff.active_member(sylvie.id, today=NOW.date())
        found.ends_on = NOW.date()
        found.save()
        assert Member.get_by_id(found.id).ends_on == NOW.date()
        assert Member.get_by_id(found.id).roles == ["receptionist"]


def test_whom_one_acts_for_is_read_in_ones_own_cabinet_alone(sylvie, practice):
    other = make_account(email="noor@example.be")
    for whose, giver in ((sylvie, other), (other, sylvie)):
        with account_context(whose):
            Representation.create(
                basis="mandate", principal=giver.id, scopes=["messages"], starts_on=NOW.date(), created_at=NOW
            )
    with account_context(sylvie):
        (found,) = representation.PEOPLE.every(Representation)
        same(found, Representation.select().get())
        assert found.principal == other.id
    with pytest.raises(NoAccount):
        representation.PEOPLE.every(Representation)


STATEMENTS = {
    "session": sessions.OF_TOKEN,
    "member": staff.OF_ACCOUNT,
    "people": representation.PEOPLE,
    "lately": journal.LATELY,
    "looks at some people": journal._of_these(3),
    "entries of a look": journal._entries(2),
    "a name's beginning": search.BEGINNING,
    "a name's beginning and other letters": search.HOLDING,
    "a birth date": search.BORN,
    "a telephone": search.PHONED,
    "a mail": search.MAILED,
    "a national number": search.NUMBERED,
    "answers": questionnaires.UNREAD,
    "unread, of one's own": messages._unread(True, 0, True),
    "unread, of children too": messages._unread(True, 2, True),
    "unread, of one child everywhere": messages._unread(False, 1, False),
    "what was measured last": measured.newest(of_a_child=False, files=0),
    "what was measured last of a child, and its goals at two practices": measured.newest(of_a_child=True, files=2),
    "shares": measured._shares(of_a_child=False),
} | {
    f"{question.__name__} of {name}": pattern.asked(question)
    for name, pattern in {
        "one's own": measured.OWN, "a child": measured.OF_A_CHILD, "a share": sharing.SHARED,
        "a child's share": sharing.SHARED_OF_A_CHILD, "what stayed": sharing.STAYED,
    }.items()
    for question in (
        lines._ends, lines._singles, lines._together, lines._pairs, lines._listed, lines._odd, lines._aimed
    )
}  # fmt: skip


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_text_is_that_of_the_expression_with_its_owners_in_their_places(name, practice, sylvie):
    statement = STATEMENTS[name]
    with practice_context(practice), account_context(sylvie):
        if not statement.tenant:
            with ExitStack() as walls:
                walls.enter_context(across_practices(reason="test"))
                if not statement.account:
                    walls.enter_context(across_accounts(reason="test"))
                text, values = statement.build().sql()
                constant, slots = statement.compile()
        else:
            text, values = statement.build().sql()
            constant, slots = statement.compile()
    assert constant == text and len(slots) == len(values)
    owners = {"practice": practice.id, "account": sylvie.id}
    for slot, value in zip(slots, values, strict=True):
        if type(slot) is _Slot and type(value) is not _Slot:
            assert str(value).replace("-", "") == owners[slot.name].hex
        else:
            assert type(slot) is type(value)


def test_an_account_has_a_place_of_its_own_beside_the_practice(practice, sylvie):
    both = ConstantSQL(
        lambda: Representation.select(Representation.id).where(Representation.basis == param("basis")),
        account=True,
    )
    with practice_context(practice), account_context(sylvie):
        assert list(both.rows(basis="mandate")) == []
        assert [slot.name for slot in both.compile()[1]] == ["account", "basis"]


def test_a_model_hangs_at_whichever_before_it_points_there(practice, sylvie):
    from app.kernel.constant_sql import _place
    from app.patients.models import Patient
    from app.questionnaires.models import QuestionnaireResponse, QuestionnaireVersion

    assert _place((QuestionnaireResponse, QuestionnaireVersion), Patient) == (0, "patient")
    assert _place((QuestionnaireResponse,), QuestionnaireVersion)[0] == 0
    with pytest.raises(TypeError, match="Session"):
        _place((Patient,), Session)
