"""Long and not guessable is all a password has to be."""

import threading

import pytest

from app.identity.password_rules import LONGEST, prepared, problems
from app.kernel.i18n import LANGUAGES, speaking

ABOUT = ("Sylvie", "Renard", "sylvie.renard@cabinet.example", "Cabinet Lavande", "srenard1234")
GOOD = [
    "correct horse battery staple",
    "volet crayon tasse nuage",
    "fietsbel wolk lepel kade",
    "chat bleu lune porte",
    "x7#kQ9!vLp2m",
    "jE8-pq2_Zz.1w",
    "🙂🐈🚲🌧📚🧦🍋🦆🪴🧂⛵🎈",
    "mot " * 15 + "de passe tres long que seule une personne connait",
    "Łódź żółw gęś źdźbło",
]
GUESSED = [
    "password12345",
    "Password2026!",
    "azertyuiop123",
    "qsdfghjklm12345",
    "123456789012",
    "aaaaaaaaaaaaaaaa",
    "abcabcabcabcabc",
    "Bonjour12345",
    "Welkom123456",
    "motdepasse123",
    "wachtwoord1234",
    "Bruxelles2026!",
    "Été à Bruxelles",
    "kinésithérapie2026",
    "rendez-vous 2026",
    "soleil soleil",
    "P@ssw0rd1234",
    "1" * 128,
]
PERSONAL = [
    "Lavande-Lavande-",
    "Lavande Sylvie 1",
    "Sylvie Renard 85",
    "sylvie.renard.85",
    "Cabinet Lavande",
    "srenard1234!",
]


@pytest.mark.parametrize("password", GOOD)
def test_several_words_or_random_signs_are_fine(password):
    assert problems(password, staff=False, about=ABOUT) == []


@pytest.mark.parametrize("password", GUESSED)
def test_what_is_tried_first_is_refused(password):
    assert len(problems(password, staff=False, about=ABOUT)) == 1


@pytest.mark.parametrize("password", PERSONAL)
def test_what_everybody_knows_of_a_person_is_refused_for_them(password):
    with speaking("en"):
        (told,) = problems(password, staff=False, about=ABOUT)
    assert "your name" in told


def test_a_personal_password_is_another_persons_good_one():
    password = "Rousseeuw Kwintessens"
    assert problems(password, staff=False) == []
    assert problems(password, staff=False, about=["Kwintessens", "Rousseeuw"]) != []


def test_twelve_characters_and_fifteen_for_staff():
    password = "x7#kQ9!vLp2mRt5"
    assert problems(password[:11], staff=False) != [] and problems(password[:12], staff=False) == []
    assert problems(password[:14], staff=True) != [] and problems(password, staff=True) == []


def test_up_to_128_characters_and_not_one_more():
    words = "brique nuage violet tambour cuillere "
    assert problems((words * 4)[:LONGEST].strip().ljust(LONGEST, "z"), staff=True) == []
    assert problems((words * 4)[: LONGEST + 1].ljust(LONGEST + 1, "z"), staff=True) != []


@pytest.mark.parametrize(
    "password", ["", "a\x00bcdefghijklmn", "\ud800" * 14, "é" * 600, "ﷺ" * 20, "x" * 10**6]
)
def test_what_cannot_be_a_password_is_refused_with_one_sentence(password):
    assert len(problems(password, staff=False)) == 1


def test_the_same_password_from_two_keyboards_is_the_same():
    assert prepared("cafe\u0301 cre\u0300me") == prepared("caf\u00e9 cr\u00e8me")
    assert prepared("\uff21bc") == "Abc"
    assert prepared("Abc") != prepared("abc")


def test_threads_do_not_mix_their_people():
    wrong = []

    def run(name):
        for _ in range(15):
            if not problems(f"{name} {name}x 85", staff=False, about=[name]):
                wrong.append(name)
            if problems("volet crayon tasse nuage", staff=False, about=[name]):
                wrong.append(name)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("Rousseeuw", "Kwintessens", "volet")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    from zxcvbn import matching

    assert wrong == [] and "user_inputs" not in matching.RANKED_DICTIONARIES


def test_the_sentences_exist_in_every_language():
    for code in LANGUAGES:
        with speaking(code):
            assert all(problems(bad, staff=True)[0].strip() for bad in ("short", "1" * 20, "x" * 200))
