"""The manual's pages and the question forms, as a visitor meets them."""

import pytest

from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.manual.chapters import CHAPTERS
from app.messaging.models import QuestionRule
from app.worker import deliver_due
from tests.conftest import HOST
from tests.journey import soup
from tests.people import make_account, sign_in_as

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
PORTAL = f"http://{HOST}/"
ASK = "/manual/question"


@pytest.fixture
def typed(client):
    def _typed(**changes):
        form = soup(client.get(ASK)).select_one(f'form[action="{ASK}"]')
        told = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
        told |= {"kind": "general", "name": "Zoé", "email": "zoe@example.be", "page": "/book"}
        return told | {"text": "Comment changer de langue ?", "browser": "y"} | changes

    return _typed


def letters():
    return list(Outbox.select().where(Outbox.event == "support-question"))


@pytest.mark.parametrize("host", [None, PORTAL], ids=["practice", "portal"])
@pytest.mark.parametrize("code", ["fr", "nl", "de", "en"])
def test_the_contents_lead_to_every_chapter(client, host, code):
    more = {"headers": {"Accept-Language": code}} | ({"base_url": host} if host else {})
    page = soup(client.get("/manual", **more))
    links = {link["href"] for link in page.select(".manual-chapters a")}
    assert links == {f"/manual/{one.slug}" for one in CHAPTERS}
    for link in links:
        answer = client.get(link, **more)
        assert answer.status_code == 200
        assert soup(answer).select_one("article h1") and soup(answer).html["lang"] == code


def test_a_chapter_nobody_wrote_is_not_there(client):
    assert client.get("/manual/desk").status_code == 200  # the control
    assert client.get("/manual/secrets").status_code == 404


def test_what_is_searched_is_shown_as_text(client):
    page = soup(client.get("/manual?q=vacances<b>"))
    assert page.select_one("#manual-q")["value"] == "vacances<b>"
    assert not page.select(".manual-found b")
    assert soup(client.get("/manual?q=prescriptions")).select(".manual-found mark")  # the control
    assert "trois lettres" in soup(client.get("/manual?q=ab")).select_one(".manual-found").get_text()


@pytest.mark.parametrize("kind", ["general", "technical"])
def test_a_question_reaches_whoever_runs_the_portal_and_can_be_answered(
    client, services, clock, inside, typed, kind
):
    answer = client.post(
        ASK, data=typed(kind=kind, page="/join/secret?token=1#x"), headers={"User-Agent": "Lynx"}
    )
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/manual/question/sent")
    (row,) = letters()
    assert "langue" not in str(row.payload) and "zoe" not in str(row.payload)  # sealed until it leaves
    deliver_due()
    (letter,) = services.mailer.letters
    assert letter.to == f"support@{HOST}" and letter.reply_to == "zoe@example.be"
    assert "Comment changer de langue ?" in letter.text and "Lynx" in letter.text
    assert "token=1" not in letter.text  # an address may carry a secret


def test_the_browser_is_told_only_when_wanted(client, services, clock, inside, typed):
    told = typed()
    del told["browser"]
    client.post(ASK, data=told, headers={"User-Agent": "Lynx"})
    deliver_due()
    assert "Lynx" not in services.mailer.letters[0].text


def test_the_same_question_sent_twice_arrives_once(client, inside, typed):
    told = typed()
    assert [client.post(ASK, data=told).status_code for _ in range(2)] == [303, 303]
    assert len(letters()) == 1
    client.post(ASK, data=typed())  # the control: another one is another one
    assert len(letters()) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"kind": "other"}, "kind"),
        ({"name": "x" * 81}, "name"),
    ],
)
def test_what_cannot_be_sent_is_said_and_nothing_is_lost(client, inside, typed, wrong, field):
    told = typed(**wrong)
    answer = client.post(ASK, data=told)
    assert answer.status_code == 422 and letters() == []
    page = soup(answer)
    assert page.select_one(f'.error-summary a[href="#{field}"]')
    if field != "text":
        assert page.select_one("#text").get_text().strip() == "Comment changer de langue ?"


def test_who_is_signed_in_types_neither_name_nor_address(client, clock):
    sign_in_as(client, make_account(given_name="Alice", email="alice@example.be"), clock=clock)
    page = soup(client.get(f"{ASK}?kind=technical&page=/book?x=1"))
    assert page.select_one("#email")["value"] == "alice@example.be"
    assert page.select_one("#page")["value"] == "/book"
    assert page.select_one('input[value="technical"]').has_attr("checked")


def test_a_mailbox_cannot_be_filled(client, inside, typed):
    answers = [client.post(ASK, data=typed()).status_code for _ in range(11)]
    assert answers[:10] == [303] * 10 and answers[10] == 429


@pytest.mark.parametrize(
    ("who", "leads"), [("everybody", "/question"), ("account", "/question"), ("nobody", "/")]
)
def test_on_a_practices_site_it_leads_to_the_practices_own_question(client, practice, who, leads):
    with practice_context(practice):
        QuestionRule.create(who=who)
    links = {one["href"] for one in soup(client.get(ASK)).select("main p a")}
    assert leads in links and ("/question" in links) == (leads == "/question")
    assert "/question" not in {
        one["href"] for one in soup(client.get(ASK, base_url=PORTAL)).select("main p a")
    }
