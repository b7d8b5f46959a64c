"""Acting for a child and for a grown-up: who may, for how long, and that it is always visible and written down."""

from datetime import date

import pytest

from app.account.upkeep import tell_birthdays
from app.identity import mandates, representation
from app.identity.models import Dependant, Representation, Session
from app.identity.representation import Child
from app.kernel.audit import AccountEvent
from app.kernel.tenancy import account_context
from app.worker import deliver_due
from tests.journey import form_of, soup
from tests.people import SEALER, make_account, sign_in_as

PAGE = "/account/people"
LENA = {
    "basis": "parent",
    "given_name": "Lena",
    "family_name": "Dupont",
    "birth_date": "21/11/2014",
    "sex": "female",
    "language": "fr",
    "number": "niss",
    "niss": "14.11.21-992.39",
    "sure": "y",
}


@pytest.fixture
def alice(client, inside, clock):
    account = make_account()
    sign_in_as(client, account, clock=clock)
    return account


def add(client, **changed):
    _, fields = form_of(soup(client.get(f"{PAGE}/new")), holding="given_name")
    return client.post(f"{PAGE}/new", data={**fields, **LENA, **changed})


def only(account, clock):
    [(row, whom)] = representation.people_of(account, now=clock.now())
    return row, whom


def press(client, path, page=PAGE, **more):
    token = soup(client.get(page)).find("input", attrs={"name": "csrf_token"})["value"]
    return client.post(path, data={"csrf_token": token, **more})


def test_a_parent_adds_a_child_and_acts_for_them(client, alice, clock):
    assert add(client).headers["Location"] == f"{PAGE}?done=added"
    row, whom = only(alice, clock)
    assert whom.name == "Lena Dupont" and row.ends_on == date(2032, 11, 21)
    assert press(client, f"{PAGE}/{row.id}/act").status_code == 303
    for path in ("/", "/book", "/account/privacy"):
        assert "Lena Dupont" in soup(client.get(path)).find("aside", class_="acting").get_text()
    assert press(client, f"{PAGE}/stop").status_code == 303
    assert soup(client.get("/")).find("aside", class_="acting") is None
    verbs = [event.verb for event in AccountEvent.select().order_by(AccountEvent.seq)]
    assert verbs == ["representation.add", "representation.start-acting", "representation.stop-acting"]
    started = AccountEvent.get(AccountEvent.verb == "representation.start-acting")
    assert started.detail == {"on_behalf_of": f"dependant:{row.dependant_id}"}


def test_the_number_is_sealed_and_comes_back_in_the_form(client, alice, clock):
    add(client)
    row, _ = only(alice, clock)
    with account_context(alice):
        child = Dependant.get_by_id(row.dependant_id)
        assert b"14112199239" not in bytes(child.niss_sealed)
        assert representation.niss_of(child, sealer=SEALER) == "14112199239"
    assert "14.11.21-992.39" in client.get(f"{PAGE}/{row.id}").get_data(as_text=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"birth_date": "20/11/2008"},  # eighteen today
        {"birth_date": "31/02/2014"},
        {"birth_date": "21/11/2027"},
        {"niss": "14.11.21-992.38"},
        {"birth_date": "22/11/2014"},  # another day than the number's
        {"given_name": "<script>"},
        {"basis": "owner"},
        {"sure": ""},
        {"number": "none", "country": "ZZ"},
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(client, alice, clock, wrong):
    answer = add(client, **wrong)
    assert answer.status_code == 422
    page = soup(answer)
    assert (
        page.find(class_="error-summary")
        and page.find("input", attrs={"name": "family_name"})["value"] == "Dupont"
    )
    assert representation.people_of(alice, now=clock.now()) == []


def test_a_child_without_a_number_is_welcome(client, alice, clock):
    assert add(client, number="none", niss="", country="FR").status_code == 303
    assert only(alice, clock)[1].name == "Lena Dupont"


def test_two_windows_never_undo_each_other(client, alice, clock):
    add(client)
    row, _ = only(alice, clock)
    path = f"{PAGE}/{row.id}"
    _, first = form_of(soup(client.get(path)), holding="given_name")
    second = dict(first)
    assert client.post(path, data={**first, "sure": "y", "given_name": "Léna"}).status_code == 303
    stale = client.post(path, data={**second, "sure": "y", "given_name": "Elena"})
    assert stale.status_code == 409
    text = stale.get_data(as_text=True)
    assert "Léna Dupont" in text and 'value="Elena"' in text
    _, again = form_of(soup(stale), holding="given_name")
    assert client.post(path, data={**again, "sure": "y"}).status_code == 303  # said once more, it is saved


def test_nobody_touches_the_child_of_another(client, app, alice, clock):
    add(client)
    row, _ = only(alice, clock)
    other = app.test_client()
    sign_in_as(other, make_account(email="bob@example.be", given_name="Bob"), clock=clock)
    assert other.get(f"{PAGE}/{row.id}").status_code == 404
    for act in ("", "/act", "/end"):
        assert press(other, f"{PAGE}/{row.id}{act}").status_code == 404
    assert client.get(f"{PAGE}/{row.id}").status_code == 200  # the control


def test_at_sixteen_health_goes_and_at_eighteen_all_of_it(client, alice, clock, services):
    add(client, birth_date="21/11/2010", number="none", niss="", country="FR")
    assert "health" in only(alice, clock)[1].scopes
    clock.move(hours=24)
    assert tell_birthdays() == 1 and tell_birthdays() == 0
    assert only(alice, clock)[1].scopes == ("book", "messages", "invoices")
    deliver_due()
    assert "Lena" in services.mailer.letters[-1].subject
    sign_in_as(client, alice, clock=clock)
    press(client, f"{PAGE}/{only(alice, clock)[0].id}/act")
    clock.at = clock.at.replace(year=2028)
    assert representation.people_of(alice, now=clock.now()) == []
    assert tell_birthdays() == 1
    with account_context(alice):
        assert Representation.get().ended_at is not None
    sign_in_as(client, alice, clock=clock)
    assert soup(client.get("/")).find("aside", class_="acting") is None


def test_a_twelfth_birthday_is_told(client, alice, clock, services):
    add(client)  # twelve tomorrow
    assert tell_birthdays() == 0
    clock.move(hours=24)
    assert tell_birthdays() == 1
    deliver_due()
    assert services.mailer.letters[-1].to == "alice@example.be"


@pytest.fixture
def bob(inside):
    return make_account(email="bob@example.be", given_name="Bob", family_name="Maes")


def offered(account, clock, email="bob@example.be", scopes=("book",)):
    made = mandates.offer(account, email, scopes=list(scopes), ends_on=None, sealer=SEALER, now=clock.now())
    return mandates.token_of(made.id, sealer=SEALER)


def test_a_grown_up_gives_a_mandate_and_takes_it_back(client, app, alice, bob, clock, services):
    _, fields = form_of(soup(client.get(f"{PAGE}/mandate")), holding="email")
    assert (
        client.post(f"{PAGE}/mandate", data={**fields, "email": "Bob@Example.be", "book": "y"}).status_code
        == 303
    )
    deliver_due()
    letter = services.mailer.letters[-1]
    assert letter.to == "bob@example.be"
    path = next(word for word in letter.text.split() if "/account/people/offer/" in word).split(".test", 1)[1]
    his = app.test_client()
    sign_in_as(his, bob, clock=clock)
    assert "Alice Dupont" in his.get(path).get_data(as_text=True)
    assert representation.people_of(bob, now=clock.now()) == []  # looking accepts nothing
    assert press(his, path, page=path).status_code == 303
    row, whom = only(bob, clock)
    assert whom.principal == alice.id and whom.scopes == ("book",)
    press(his, f"{PAGE}/{row.id}/act")
    assert "Alice Dupont" in soup(his.get("/")).find("aside", class_="acting").get_text()
    assert press(client, f"{PAGE}/representatives/{row.id}/withdrawal").status_code == 303
    assert soup(his.get("/")).find("aside", class_="acting") is None  # at once
    with account_context(bob):
        assert Session.get().acting_for is None


def test_an_offer_works_once_and_only_for_its_mailbox(alice, bob, clock, inside):
    token = offered(alice, clock)
    eve = make_account(email="eve@example.be", given_name="Eve")
    with pytest.raises(mandates.ForSomebodyElse):
        mandates.of_token(token, eve, now=clock.now())
    twice = [mandates.of_token(token, bob, now=clock.now()) for _ in range(2)]
    with pytest.raises(mandates.ForSomebodyElse):
        mandates.accept(twice[0], eve, now=clock.now())
    mandates.accept(twice[0], bob, now=clock.now())
    with pytest.raises(mandates.OfferIsOver):
        mandates.accept(twice[1], bob, now=clock.now())
    assert len(representation.people_of(bob, now=clock.now())) == 1


def test_an_old_or_withdrawn_offer_is_over(alice, bob, clock):
    token = offered(alice, clock)
    clock.move(minutes=15 * 24 * 60)
    with pytest.raises(mandates.OfferIsOver):
        mandates.of_token(token, bob, now=clock.now())
    token = offered(alice, clock)
    mandates.withdraw_offer(alice, mandates.of_token(token, bob, now=clock.now()).id, now=clock.now())
    with pytest.raises(mandates.OfferIsOver):
        mandates.of_token(token, bob, now=clock.now())


def test_nobody_gives_a_mandate_to_themself_or_for_nothing(client, alice):
    _, fields = form_of(soup(client.get(f"{PAGE}/mandate")), holding="email")
    fields = {k: v for k, v in fields.items() if k not in ("book", "messages", "invoices", "health")}
    assert (
        client.post(f"{PAGE}/mandate", data={**fields, "email": "alice@example.be", "book": "y"}).status_code
        == 422
    )
    assert client.post(f"{PAGE}/mandate", data={**fields, "email": "bob@example.be"}).status_code == 422


def test_a_large_family_has_an_end(alice, clock):
    lena = Child("Lena", "Dupont", date(2014, 11, 21), "female", "fr", country="FR")
    for _ in range(representation.MOST):
        representation.add_child(alice, lena, basis="parent", sealer=SEALER, now=clock.now())
    with pytest.raises(representation.TooMany):
        representation.add_child(alice, lena, basis="parent", sealer=SEALER, now=clock.now())
