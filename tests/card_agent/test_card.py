"""The commands the agent gives a card, against a card written from the same manuals, in this process."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_agent import course, pin_pad
from card_agent.belgian_eid import Belgian, pin_block
from card_agent.problems import Problem
from card_agent.requests import Job
from tests.cards import Direct, Face, new_card
from tools.virtual_card.card import ATR
from tools.virtual_card.person import KINDS

JOB = Job("import", "authentication", ("identity",), b"n" * 32, b"b" * 32, "", "Lavande")


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_is_read_whole(kind):
    card = new_card(kind)
    belgian = Belgian(Direct(card).transmit)
    for name, content in card.profile.files.items():
        if name != "root_certificate":
            assert belgian.read(name) == content
    assert (belgian.read("basic_key") is None) is (kind != "v18")
    assert belgian.serial == card.profile.serial


@pytest.mark.parametrize("length", [0, 1, 247, 248, 249, 496, 497])
def test_a_file_ends_where_it_ends_whatever_its_length(length):
    card = new_card()
    card.profile.files["photo"] = b"x" * length
    assert Belgian(Direct(card).transmit).read("photo") == b"x" * length


def test_a_file_without_an_end_is_given_up():
    class Endless(Direct):
        def transmit(self, command):
            return (b"x" * 0xF8, 0x9000) if command[1] == 0xB0 else super().transmit(command)

    card = Endless(new_card())
    with pytest.raises(Problem, match="unreadable"):
        Belgian(card.transmit).read("photo")
    assert card.count < 10


@pytest.mark.parametrize(
    "answer", [(b"", 0x6D00), (b"x" * 27, 0x9000), (b"\x00" * 28, 0x9000), (b"", 0x6982)]
)
def test_what_does_not_say_it_is_an_eid_is_unsupported(answer):
    with pytest.raises(Problem, match="unsupported"):
        Belgian(lambda _command: answer)


def test_another_programs_selection_is_undone():
    class Lost(Direct):
        first = True

        def transmit(self, command):
            if self.first and command[1] == 0xE4:
                self.first = False
                return b"", 0x6D00
            return super().transmit(command)

    assert Belgian(Lost(new_card()).transmit).read("identity")


@pytest.mark.parametrize("kind", KINDS)
def test_the_pin_is_counted_used_once_and_its_right_given_back(kind):
    card = new_card(kind)
    belgian = Belgian(Direct(card).transmit)
    assert belgian.tries_left() == 3 and card.tries == 3
    belgian.prepare_signature()
    with pytest.raises(Problem):
        belgian.sign(b"m")
    assert belgian.verify(bytearray(b"9999")) == 2
    assert belgian.verify(bytearray(b"1234")) is None
    assert len(belgian.sign(b"m")) == (96 if kind == "v18" else 256)
    belgian.log_off()
    assert not card.verified
    with pytest.raises(Problem):
        belgian.sign(b"m")


def test_three_wrong_pins_block_and_the_right_one_no_longer_helps():
    card = new_card()
    belgian = Belgian(Direct(card).transmit)
    belgian.prepare_signature()
    assert [belgian.verify(bytearray(b"0000")) for _ in range(2)] == [2, 1]
    for pin in (b"0000", b"1234"):
        with pytest.raises(Problem, match="pin-blocked"):
            belgian.verify(bytearray(pin))
    with pytest.raises(Problem, match="pin-blocked"):
        belgian.tries_left()


def test_the_key_of_the_legal_signature_is_never_asked_for():
    card = new_card()
    belgian = Belgian(Direct(card).transmit)
    belgian.prepare_signature()
    belgian.verify(bytearray(b"1234"))
    belgian.sign(b"m")
    chosen = [command for command in card.heard if command[1] == 0x22]
    assert chosen and all(command[-1] == 0x82 for command in chosen)
    assert not any(b"\x50\x39" in command for command in card.heard)


def test_presence_is_shown_by_new_cards_alone():
    assert len(Belgian(Direct(new_card()).transmit).present(b"m")) == 96
    assert Belgian(Direct(new_card("v17")).transmit).present(b"m") is None


def test_a_pin_is_written_as_the_manual_says():
    assert pin_block(bytearray(b"1234")).hex() == "241234ffffffffff"
    assert pin_block(bytearray(b"12345")).hex() == "2512345fffffffff"
    assert pin_block(bytearray(b"123456789012")).hex() == "2c123456789012ff"
    for wrong in (b"123", b"1234567890123", b"12a4", b""):
        with pytest.raises(ValueError, match="4 to 12"):
            pin_block(bytearray(wrong))


@given(st.text("0123456789", min_size=4, max_size=12))
def test_every_pin_can_be_read_back_from_its_block(digits):
    block = pin_block(bytearray(digits.encode())).hex()
    assert block[1] == f"{len(digits):x}" and block[2 : 2 + len(digits)] == digits
    assert set(block[2 + len(digits) :]) <= {"f"} and len(block) == 16


def test_the_virtual_card_looks_like_its_models():
    assert len(ATR["v18"]) == 20 and ATR["v17"].hex() == "3b9813400aa503010101ad1311"


# ---- a reader with keys of its own ----------------------------------------------------------------------------------


def test_a_reader_says_whether_it_has_keys():
    features = bytes.fromhex("0604423300060704423300070a044233000a")
    assert pin_pad.control_of(features) == 0x42330006
    assert pin_pad.control_of(features[6:]) is None
    for odd in (b"", b"\x06", b"\x06\x03abc", b"\x06\x04\x42"):
        assert pin_pad.control_of(odd) is None


def test_the_question_to_the_keys_is_the_structure_of_the_standard():
    asked = pin_pad.question("nl")
    assert (
        asked.hex()
        == "1e1e894704" + "0c04" + "0201" + "1304" + "00000000" + "0d000000" + "002000010820" + "ff" * 7
    )
    assert pin_pad.question("xx")[9:11] == (0x0409).to_bytes(2, "little")


def test_a_pin_typed_on_the_reader_never_comes_to_the_agent():
    card, face = new_card(), Face(pins=[])
    hand = Direct(card)
    hand.pad = ["0000", "1234"]
    signature = course._authenticate(hand, Belgian(hand.transmit), "https://portal.example", JOB, face)
    assert len(signature) == 96 and not card.verified
    assert not [one for one in face.asked if one[0] == "pin"] and face.said.count("pin-on-reader") == 2
