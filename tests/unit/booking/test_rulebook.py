"""All rules as one value: what differs, what a draft makes of them, and the difference in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.rule_difference import Names, by_place, told
from app.booking.rulebook import (
    Line,
    Rulebook,
    applied,
    between,
    bookable,
    concerns,
    in_order,
    plain,
    read,
    spelled,
    unspelled,
)
from app.kernel.i18n import speaking

KINE, BILAN, ALINE = "a" * 32, "b" * 32, "c" * 32
ALL = (None, None, None, None)
NAMES = Names({KINE: "Kinésithérapie", BILAN: "Bilan"}, {ALINE: "Aline Lambert (Namur)"})


def words(before, after, *, code="fr"):
    with speaking(code):
        return [str(one) for one in told(before, after, NAMES)]


def test_a_difference_is_said_with_place_people_and_both_values():
    before = Rulebook({(KINE, None, 1, None): {"min_notice_minutes": 240}})
    after = Rulebook({(KINE, None, 1, None): {"min_notice_minutes": 1440}})
    (said,) = words(before, after)
    assert said.startswith("Kinésithérapie, Compte pas encore comparé à vos dossiers – ")
    assert said.endswith(": 4 heures, désormais 1 jour")
    with speaking("fr"):
        (one,) = told(before, after, NAMES)
    assert (one.before, one.after) == ("4 heures", "1 jour")


def test_what_inherits_again_says_what_it_inherits_then():
    before = Rulebook({ALL: {"late_fee_cents": 2000}, (KINE, None, None, None): {"late_fee_cents": 3500}})
    after = Rulebook({ALL: {"late_fee_cents": 2500}})
    first, second = words(before, after, code="en")
    assert first.startswith("The whole practice – ") and first.endswith("€20.00, now €25.00")
    assert second.startswith("Kinésithérapie – ") and second.endswith("€35.00, now €25.00 (inherited)")


def test_what_nobody_says_is_what_the_product_does():
    (said,) = words(Rulebook(), Rulebook({ALL: {"horizon_days": 30}}), code="en")
    assert said.endswith("90 days (inherited), now 30 days")


def test_limits_are_said_as_a_whole():
    before = Rulebook({}, {ALINE: (Line(None, "day", "count", 4),)})
    after = Rulebook({}, {ALINE: in_order([Line(BILAN, "week", "minutes", 120)])})
    (said,) = words(before, after, code="en")
    assert said.endswith("Limits: 4 appointments a day, now 120 minutes a week (Bilan)")
    (gone,) = words(before, Rulebook(), code="en")
    assert gone.endswith("now no limit")


def test_the_whole_practice_comes_first_then_services_then_agendas():
    after = Rulebook(
        {
            (None, ALINE, None, None): {"gap_days": 1},
            (BILAN, None, None, None): {"gap_days": 1},
            (KINE, None, None, None): {"gap_days": 1},
            ALL: {"gap_days": 2},
        }
    )
    with speaking("en"):
        places = [name for _where, name, _lines in by_place(told(Rulebook(), after, NAMES))]
    assert places == ["The whole practice", "Kinésithérapie", "Bilan", "Agenda of Aline Lambert (Namur)"]


def test_the_same_rules_say_nothing():
    book = Rulebook({ALL: {"horizon_days": 30}})
    assert words(book, book) == [] and not between(book, book)


# ---- a draft is only what it changes

keys = st.tuples(
    st.sampled_from([None, KINE, BILAN]),
    st.sampled_from([None, ALINE]),
    st.sampled_from([None, 1]),
    st.none(),
)
values = st.fixed_dictionaries(
    {},
    optional={
        "horizon_days": st.integers(1, 3),
        "gap_days": st.integers(0, 2),
        "waiting_list": st.booleans(),
    },
).filter(bool)
lines = st.sets(
    st.builds(Line, st.sampled_from([None, KINE]), st.just("day"), st.just("count"), st.integers(0, 2))
)
books = st.builds(
    Rulebook,
    st.dictionaries(keys, values, max_size=4),
    st.dictionaries(st.just(ALINE), lines.filter(bool).map(in_order), max_size=1),
)


@given(before=books, after=books)
def test_the_changes_lead_from_one_to_the_other_also_once_they_were_kept(before, after):
    changes = between(before, after)
    assert plain(applied(before, read(plain(changes)))) == plain(after)
    assert unspelled(spelled(after)) == after
    assert bool(changes) == (plain(before) != plain(after))


@given(book=books, mine=books)
def test_what_others_change_meanwhile_stays(book, mine):
    """A quick change today is not undone by the draft that waits."""
    changes = between(book, mine)
    quick = Rulebook({(KINE, ALINE, 3, True): {"series_most": 4}})
    later = applied(applied(book, quick), changes)
    assert later.values[KINE, ALINE, 3, True] == {"series_most": 4}


@pytest.mark.parametrize(
    ("row", "level", "theirs"),
    [((KINE, None, None, None), 2, True), ((KINE, None, 3, None), 2, False), ((BILAN, None, None, None), 2, False),
     ((KINE, None, None, True), 1, True), ((KINE, None, None, False), 2, False), ((None, None, 0, None), None, True)],
)  # fmt: skip
def test_an_appointment_is_concerned_where_its_person_would_meet_other_rules(row, level, theirs):
    after = Rulebook({row: {"late_fee_cents": 5000}})
    assert concerns(Rulebook(), after, service=KINE, agenda=ALINE, level=level) is theirs


def test_what_only_the_telephone_gives_cannot_be_made_online_any_more():
    after = Rulebook({(KINE, None, None, None): {"outcome": "call"}})
    where = {"service": KINE, "agenda": ALINE, "level": 1}
    assert bookable(Rulebook(), **where) and not bookable(after, **where)
    for_known = applied(after, Rulebook({(KINE, None, None, True): {"outcome": "request"}}))
    assert bookable(for_known, **where)


def test_limits_of_another_agenda_concern_nobody_here():
    after = Rulebook({}, {"d" * 32: (Line(None, "day", "count", 1),)})
    assert not concerns(Rulebook(), after, service=KINE, agenda=ALINE, level=1)
    assert concerns(after, Rulebook(), service=KINE, agenda="d" * 32, level=1)


def test_what_is_gone_is_taken_out():
    book = Rulebook(
        {(KINE, None, None, None): {"gap_days": 1}, ALL: {"gap_days": 1}},
        {ALINE: (Line(KINE, "day", "count", 1), Line(None, "day", "count", 2))},
    )
    left = book.without({KINE}, ())
    assert [*left.values] == [ALL] and left.limits == {ALINE: (Line(None, "day", "count", 2),)}
    assert not book.without({KINE}, {ALINE}).limits
