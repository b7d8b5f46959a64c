"""One's own details: kept as typed, never undone by another tab, and only what the form is for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from app.identity import details
from app.identity.actions import details_of
from app.identity.details import number_of
from app.identity.models import PersonalDetails
from app.kernel.audit import AccountEvent
from app.kernel.db import connection, write_tx
from app.kernel.owners import Account
from app.kernel.tenancy import account_context, practice_context
from app.patients.actions import connect
from app.patients.models import TrustEvidence
from tests.conftest import HOST
from tests.factories import NISS, make_patient
from tests.journey import form_of, soup
from tests.people import NOW, SEALER, make_account, sign_in_as

HERE = "/account/details"
NUMBER = "/account/details/number"
ENGLISH = {"Accept-Language": "en"}
TYPED = {
    "given_name": "Aline",
    "family_name": "Dupont-Maes",
    "birth_date": "30/07/1985",
    "sex": "female",
    "language": "fr",
    "phone": "+32 470 12 34 56",
    "street": "Rue de la Gare 7",
    "postcode": "5000",
    "town": "Namur",
    "country": "BE",
}


@pytest.fixture
def alice(app):
    return make_account()


@pytest.fixture
def signed_in(client, clock, alice):
    sign_in_as(client, alice, clock=clock)
    return client


def details_form(client):
    return form_of(soup(client.get(HERE)), holding="given_name")


def number_form(client):
    return form_of(soup(client.get(NUMBER)), holding="niss")


def stored(account):
    """(account, details) as they are now."""
    with connection(), account_context(account):
        return Account.get_by_id(account.id), PersonalDetails.get()


def text(response):
    return soup(response).get_text(" ", strip=True)


def test_details_are_saved_and_shown_again(signed_in, alice):
    action, fields = details_form(signed_in)
    answer = signed_in.post(action, data={**fields, **TYPED})
    assert answer.status_code == 303 and answer.headers["Location"] == f"{HERE}?done=saved"
    _, again = details_form(signed_in)
    assert {name: again[name] for name in TYPED} == TYPED
    account, own = stored(alice)
    assert account.name == "Aline Dupont-Maes" and own.postcode == "5000" and own.country == "BE"
    with connection():
        event = AccountEvent.get(AccountEvent.verb == "details.change")
    assert "phone" in event.detail["fields"] and "+32" not in str(event.detail)  # which, never what


def test_it_works_on_the_central_portal_too(client, clock, alice):
    sign_in_as(client, alice, clock=clock, host=HOST)
    assert client.get(HERE, base_url=f"http://{HOST}").status_code == 200


def test_choosing_a_language_speaks_it_at_once(signed_in):
    action, fields = details_form(signed_in)
    page = signed_in.post(action, data={**fields, "language": "nl"}, follow_redirects=True)
    assert soup(page).html["lang"] == "nl"


@pytest.mark.parametrize("token", ["", "stale"])
def test_a_page_that_was_open_too_long_loses_nothing_and_saves_nothing(signed_in, alice, token):
    action, fields = details_form(signed_in)
    answer = signed_in.post(action, data={**fields, **TYPED, "csrf_token": token})
    assert answer.status_code == 422 and stored(alice)[0].given_name == "Alice"
    _, again = form_of(soup(answer), holding="given_name")
    assert again["street"] == TYPED["street"]
    assert signed_in.post(action, data=again).status_code == 303  # the control
    assert signed_in.post(NUMBER, data={"number": "niss", "niss": NISS}).status_code == 422
    assert stored(alice)[1].niss_sealed is None


def test_saving_leaves_the_language_of_the_pages_alone_unless_it_was_chosen(signed_in):
    """Somebody may read in another language than the one their mails are in."""
    signed_in.get(f"{HERE}?lang=de")
    action, fields = details_form(signed_in)
    assert fields["language"] == "fr"
    page = signed_in.post(action, data={**fields, "phone": "0470 12 34 56"}, follow_redirects=True)
    assert soup(page).html["lang"] == "de"


def test_what_was_left_empty_is_not_known(signed_in, alice):
    action, fields = details_form(signed_in)
    signed_in.post(action, data={**fields, **TYPED})
    _, fields = details_form(signed_in)
    empty = {"birth_date": "", "phone": "", "street": "", "postcode": "", "town": "", "sex": "unknown"}
    assert signed_in.post(action, data={**fields, **empty}).status_code == 303
    _, own = stored(alice)
    assert (own.birth_date, own.phone, own.street, own.country, own.sex) == (
        None,
        None,
        None,
        None,
        "unknown",
    )


@pytest.mark.parametrize(
    "field, value",
    [
        ("given_name", ""),
        ("family_name", "x" * 101),
        ("given_name", "<b>Al</b>"),
        ("birth_date", "31/02/1985"),
        ("birth_date", "30/07/2985"),
        ("sex", "robot"),
        ("language", "xx"),
        ("phone", "call me"),
        ("phone", "12345"),
        ("phone", "٠٤٧٠١٢٣٤٥٦"),
        ("phone", "1" * 16),
        ("postcode", "50000"),
        ("postcode", "0999"),
        ("town", "x" * 81),
        ("country", "BX"),
        ("street", "a\x00b"),
    ],
)
def test_bad_input_is_named_and_nothing_is_lost_or_saved(signed_in, alice, field, value):
    action, fields = details_form(signed_in)
    answer = signed_in.post(action, data={**fields, **TYPED, field: value})
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select_one(f'.error-summary a[href="#{field}"]') and page.select_one(f"#{field}-error")
    _, again = form_of(page, holding="given_name")
    other = "street" if field != "street" else "town"
    assert again[other] == TYPED[other]
    account, own = stored(alice)
    assert account.given_name == "Alice" and own.street is None


@pytest.mark.parametrize("phone", ["0470/12.34.56", "(02) 123-45-67", "+33612345678", "112 112"])
def test_phones_are_taken_as_people_write_them(signed_in, alice, phone):
    action, fields = details_form(signed_in)
    assert signed_in.post(action, data={**fields, "phone": phone}).status_code == 303
    assert stored(alice)[1].phone == phone


@pytest.mark.parametrize("postcode, country", [("75001", "FR"), ("SW1A 1AA", "GB")])
def test_addresses_abroad_have_their_own_postcodes(signed_in, postcode, country):
    action, fields = details_form(signed_in)
    changes = {"postcode": postcode, "town": "X", "country": country}
    assert signed_in.post(action, data={**fields, **changes}).status_code == 303


@pytest.mark.parametrize("town, hint", [("Namur", False), ("namen", False), ("Gent", True)])
def test_a_town_that_does_not_fit_its_postcode_is_a_hint_and_no_obstacle(signed_in, alice, town, hint):
    action, fields = details_form(signed_in)
    answer = signed_in.post(
        action, data={**fields, "postcode": "5000", "town": town}, headers=ENGLISH, follow_redirects=True
    )
    assert stored(alice)[1].town == town
    assert ("in our list" in text(signed_in.get(HERE, headers=ENGLISH))) is hint
    assert answer.status_code == 200


def test_two_tabs_never_undo_each_other(signed_in, alice):
    action, first = details_form(signed_in)
    _, second = details_form(signed_in)
    assert signed_in.post(action, data={**first, "phone": "0470 11 11 11", "sex": "male"}).status_code == 303
    late = signed_in.post(action, data={**second, "given_name": "Alix", "sex": "female"}, headers=ENGLISH)
    assert late.status_code == 409
    assert stored(alice)[0].given_name == "Alice" and stored(alice)[1].phone == "0470 11 11 11"
    said = text(late)
    assert "Phone number: “0470 11 11 11” is saved, “left empty” stands in your form" in said
    assert "Sex: “Man” is saved, “Woman” stands in your form" in said and "Language: “" not in said
    _, kept = form_of(soup(late), holding="given_name")
    assert kept["given_name"] == "Alix" and kept["sex"] == "female"  # nothing typed is lost
    assert (
        signed_in.post(action, data={**kept, "phone": "0470 11 11 11"}).status_code == 303
    )  # now a decision
    assert stored(alice)[0].given_name == "Alix" and stored(alice)[1].phone == "0470 11 11 11"


def test_of_many_who_save_at_the_same_moment_one_wins_and_the_others_are_told(alice, clock):
    account, own = stored(alice)
    before, seen = details.shown(account, own), details.stamp(account, own)

    def save(n):
        with connection():
            try:
                details.save(account, {**before, "town": f"Town {n}"}, seen=seen, now=clock.now())
            except details.Stale:
                return None
            return f"Town {n}"

    with ThreadPoolExecutor(8) as pool:
        won = [town for town in pool.map(save, range(8)) if town]
    _, own = stored(alice)
    assert won == [own.town] and own.version == 2


def test_sending_the_same_form_twice_is_no_conflict(signed_in):
    action, fields = details_form(signed_in)
    for _ in range(2):
        assert signed_in.post(action, data={**fields, **TYPED}).status_code == 303


@pytest.mark.parametrize("version", ["", "9-9", "1-1'--", "x" * 500])
def test_an_invented_version_is_stale(signed_in, alice, version):
    action, fields = details_form(signed_in)
    assert signed_in.post(action, data={**fields, **TYPED, "version": version}).status_code == 409
    assert stored(alice)[0].given_name == "Alice"


def test_fields_that_are_not_the_persons_to_set_are_ignored(signed_in, alice):
    bob = make_account(email="bob@example.be", given_name="Bob")
    before, own_before = stored(alice)
    action, fields = details_form(signed_in)
    smuggled = {
        "role": "owner",
        "roles": "owner",
        "email": "mallory@example.be",
        "username": "mallory1234",
        "password_hash": "x",
        "id": str(bob.id),
        "account": str(bob.id),
        "account_id": str(bob.id),
        "practice_id": "1",
        "niss_confirmed_at": "1",
        "niss_index": "x",
        "niss": NISS,
        "wants_changes": "",
        "created_at": "0",
    }
    assert signed_in.post(action, data={**fields, **TYPED, **smuggled}).status_code == 303
    after, own = stored(alice)
    assert after.given_name == "Aline"  # the control: the form itself was taken
    for name in ("email", "username", "password_hash", "id", "created_at"):
        assert getattr(after, name) == getattr(before, name)
    for name in ("account_id", "niss_confirmed_at", "niss_index", "niss_sealed", "wants_changes"):
        assert getattr(own, name) == getattr(own_before, name)
    assert stored(bob)[0].given_name == "Bob"


# ---- the national number ----------------------------------------------------------------------------------------


def test_a_number_is_taken_sealed_and_shown_masked(signed_in, alice):
    action, fields = number_form(signed_in)
    answer = signed_in.post(action, data={**fields, "number": "niss", "niss": "85.07.30-994.37"})
    assert answer.headers["Location"] == f"{HERE}?done=number"
    account, own = stored(alice)
    assert number_of(account, own, sealer=SEALER) == NISS and NISS.encode() not in own.niss_sealed
    page = signed_in.get(HERE).get_data(as_text=True)
    assert "85.07.**-***.**" in page and "994" not in page
    _, form = details_form(signed_in)
    assert form["birth_date"] == "30/07/1985"  # read from the number, for the person to confirm
    assert stored(alice)[1].birth_date is None


@pytest.mark.parametrize(
    "number, notice",
    [
        ("", "Enter your national number"),
        ("85.07.30-994.3", "11 digits"),
        ("85.07.30-994.38", "mistyped"),
        ("85.07.30-999.32", "never given out"),
    ],
)
def test_a_wrong_number_gets_its_own_notice(signed_in, alice, number, notice):
    action, fields = number_form(signed_in)
    answer = signed_in.post(action, data={**fields, "number": "niss", "niss": number}, headers=ENGLISH)
    assert answer.status_code == 422 and notice in text(answer)
    assert form_of(soup(answer), holding="niss")[1]["niss"] == number
    assert stored(alice)[1].niss_sealed is None


def test_somebody_without_a_belgian_number_says_so(signed_in, alice):
    action, fields = number_form(signed_in)
    papers = {"number": "none", "birth_date": "1/2/1990", "country": "FR"}
    assert signed_in.post(action, data={**fields, **papers, "country": ""}).status_code == 422
    assert signed_in.post(action, data={**fields, **papers}).headers["Location"] == f"{HERE}?done=country"
    _, own = stored(alice)
    assert (
        own.no_niss_country == "FR" and own.birth_date.isoformat() == "1990-02-01" and own.niss_sealed is None
    )
    assert "France" in text(signed_in.get(HERE))


def test_two_birth_dates_are_a_notice_and_no_obstacle(signed_in):
    action, fields = number_form(signed_in)
    signed_in.post(action, data={**fields, "number": "niss", "niss": NISS})
    action, fields = details_form(signed_in)
    answer = signed_in.post(action, data={**fields, "birth_date": "31/07/1985"}, headers=ENGLISH)
    assert answer.status_code == 303
    assert "Two dates of birth" in text(signed_in.get(HERE, headers=ENGLISH))
    _, fields = details_form(signed_in)
    signed_in.post(action, data={**fields, "birth_date": "30/07/1985"})
    assert "Two dates of birth" not in text(signed_in.get(HERE, headers=ENGLISH))  # the control


def test_a_confirmed_number_is_locked_on_the_page_and_behind_it(signed_in, alice):
    action, fields = number_form(signed_in)
    signed_in.post(action, data={**fields, "number": "niss", "niss": NISS})
    _, fields = number_form(signed_in)
    assert fields["version"] == "2"  # the control: unlocked, this form could be sent
    with connection(), account_context(alice), write_tx():
        PersonalDetails.update(niss_confirmed_at=NOW).execute()
    page = soup(signed_in.get(HERE))
    assert page.select_one("#niss-shown").has_attr("disabled")
    assert page.select_one(f'a[href="{NUMBER}"]') is None
    other = signed_in.post(
        NUMBER, data={**fields, "number": "none", "birth_date": "1/2/1990", "country": "FR"}
    )
    assert other.status_code == 409
    account, own = stored(alice)
    assert number_of(account, own, sealer=SEALER) == NISS and own.no_niss_country is None


def test_the_lock_holds_when_the_practice_confirms_at_the_same_moment(inside, clock):
    alice = make_account(niss=NISS)
    with account_context(alice):
        version = details_of(alice).version
        PersonalDetails.update(niss_confirmed_at=NOW).execute()
        with pytest.raises(details.NumberConfirmed):
            details.set_number(
                alice, None, birth_date=None, country="FR", seen=version, sealer=SEALER, now=clock.now()
            )
        PersonalDetails.update(niss_confirmed_at=None).execute()
        details.set_number(
            alice, None, birth_date=None, country="FR", seen=version, sealer=SEALER, now=clock.now()
        )
        assert details_of(alice).no_niss_country == "FR"  # the control


def test_two_tabs_with_the_number_meet_too(signed_in, alice):
    action, first = number_form(signed_in)
    _, second = number_form(signed_in)
    assert signed_in.post(action, data={**first, "number": "niss", "niss": NISS}).status_code == 303
    late = signed_in.post(
        action, data={**second, "number": "none", "birth_date": "1/2/1990", "country": "FR"}
    )
    assert late.status_code == 409
    assert stored(alice)[1].no_niss_country is None
    _, again = form_of(soup(late), holding="niss")
    assert again["country"] == "FR"
    assert signed_in.post(action, data={**again, "number": "none"}).status_code == 303


def test_the_whole_number_is_shown_to_whoever_has_just_proved_to_be_there(client, clock):
    alice = make_account(niss=NISS)
    sign_in_as(client, alice, clock=clock)
    action, fields = form_of(soup(client.get(HERE)), holding="csrf_token")
    token = {"csrf_token": fields["csrf_token"]}
    shown = client.post(f"{NUMBER}/show", data=token)
    assert shown.status_code == 200 and "85.07.30-994.37" in shown.get_data(as_text=True)
    assert shown.headers["Cache-Control"] == "no-store"
    with connection():
        assert AccountEvent.select().where(AccountEvent.verb == "niss.show").count() == 1
    assert "994.37" not in client.get(HERE).get_data(as_text=True)
    clock.move(minutes=20)
    client.get(HERE)
    stale = client.post(f"{NUMBER}/show", data=token)
    assert stale.status_code == 303 and stale.headers["Location"].startswith("/step-up")
    assert client.get(NUMBER).headers["Location"].startswith("/step-up")
    assert client.post(NUMBER, data={**token, "number": "niss", "niss": ""}).status_code == 303


# ---- what each practice believes --------------------------------------------------------------------------------


def test_trust_is_told_in_a_sentence_per_practice_and_never_in_a_number(
    client, clock, practice, neighbour, alice
):
    for where in (practice, neighbour):
        with practice_context(where):
            patient = make_patient()
            connect(alice, patient.id, now=NOW)
            if where == practice:
                TrustEvidence.create(
                    patient=patient, account_id=alice.id, kind="eid-read", actor="account:x", at=NOW
                )
    sign_in_as(client, alice, clock=clock)
    page = soup(client.get(HERE, headers=ENGLISH))
    cards = [card.get_text(" ", strip=True) for card in page.select(".level")]
    assert len(cards) == 2
    here = next(card for card in cards if "has read your identity card" in card)
    there = next(card for card in cards if "has not yet compared" in card)
    assert "with itsme" in here and "at your next visit" in there
    assert not any(sign.isdigit() for card in cards for sign in card)


def test_what_one_changes_stays_out_of_the_practices_files(signed_in, practice, alice):
    with practice_context(practice):
        patient = make_patient(phone="02 1")
        connect(alice, patient.id, now=datetime(2026, 11, 1, tzinfo=UTC))
    action, fields = details_form(signed_in)
    assert signed_in.post(action, data={**fields, **TYPED}).status_code == 303
    with practice_context(practice):
        again = type(patient).get_by_id(patient.id)
    assert (again.given_name, again.phone) == ("Alice", "02 1")
