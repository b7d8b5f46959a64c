"""Which level a provider's word stands for, and what its attributes are called."""

import pytest

from app.identity import levels
from app.identity.profiles import PROFILES, renamed


def test_the_table_of_levels_is_ours():
    contexts = levels.CONTEXTS
    assert (
        contexts["urn:be:fedict:iam:fas:citizen:Level500"]
        == contexts["urn:be:fedict:iam:fas:citizen:eid"]
        == 500
    )
    assert contexts["urn:be:fedict:iam:fas:citizen:bmid"] == levels.ITSME == 450
    assert contexts["urn:be:fedict:iam:fas:Level100"] == 100
    assert not any("enterprise" in name for name in contexts)  # somebody's firm is not the person
    assert (
        levels.CARD_CONTEXTS["urn:be:fedict:eid:idp:Identification"] < levels.PROVEN
    )  # a card without its PIN


def test_only_what_is_enough_is_asked_for():
    citizen = "urn:be:fedict:iam:fas:citizen:Level"
    assert levels.asked(levels.CONTEXTS, least=450) == [f"{citizen}500", f"{citizen}450"]
    assert levels.asked(levels.CONTEXTS, least=500) == [f"{citizen}500"]
    assert levels.asked(levels.CARD_CONTEXTS, least=450) == [
        "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
    ]


def test_names_are_not_the_wrong_way_round():
    for profile in PROFILES.values():
        assert (
            "given" in profile.attributes["given_name"].lower() or "first" in profile.attributes["given_name"]
        )
        assert "sur" in profile.attributes["family_name"] or "last" in profile.attributes["family_name"]


def test_an_operator_renames_attributes():
    changed = renamed(PROFILES["csam"], "niss=urn:x:ssin, given_name = urn:x:first")
    assert changed.attributes["niss"] == "urn:x:ssin" and changed.attributes["given_name"] == "urn:x:first"
    assert changed.attributes["family_name"] == "surname"
    assert renamed(PROFILES["csam"], "") == PROFILES["csam"]


@pytest.mark.parametrize("wrong", ["niss", "niss=", "number=x", "niss=surname"])
def test_a_name_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError):
        renamed(PROFILES["csam"], wrong)
