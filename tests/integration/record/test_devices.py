"""A service is connected, synchronised, lost and let go: seen by its owner, against a fake that answers as told."""

import re
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest

from app.account import upkeep
from app.account.export import contents
from app.identity.models import Dependant, Representation
from app.kernel.audit import AccountEvent
from app.kernel.db import connection
from app.kernel.errors import Unavailable
from app.kernel.outbox import Outbox
from app.kernel.tenancy import account_context
from app.record.models import Observation
from app.record.wearables import queueing
from app.record.wearables.models import WearableConnection, WearableJourney
from app.record.wearables.ports import AccessOver, GrantOver, Notice, NotRead, Rest
from tests.conftest import HOST
from tests.delivery import deliver_for
from tests.integration.record.world import gone, measurer, post
from tests.people import NOW, SEALER, make_account, sign_in_as

sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HERE = "/me/health/devices"
THERE = f"{HERE}/google-health"
PORTAL = f"http://{HOST}"
ANSWER = "/wearables/google-health/answer"
NOTICES = "/wearables/google-health/notices"
TODAY = NOW.date()
BOTH = ("steps", "calories")


@pytest.fixture
def watch(services):
    return services.wearable_source


@pytest.fixture
def alice(client, practice, clock):
    alice = measurer(practice)
    sign_in_as(client, alice, clock=clock)
    return alice


def days_ago(number):
    return TODAY - timedelta(days=number)


def work(app):
    deliver_for(app)


def state_of(client):
    """They leave for the service; what it is given to send back."""
    away = client.get(f"{THERE}/connection")
    assert away.status_code == 303, away.text
    return parse_qs(urlsplit(away.location).query)["state"][0]


def answered(client, **said):
    return client.get(ANSWER, query_string=said, base_url=PORTAL)


def come_back(client, answer):
    assert answer.status_code == 303, answer.text
    assert answer.location.startswith(f"http://lavande.{HOST}{HERE}/return/")
    return client.get(urlsplit(answer.location).path)


def connected(client, app, watch, *, kinds=BOTH, code="agreed"):
    watch.codes[code] = kinds
    back = come_back(client, answered(client, state=state_of(client), code=code))
    assert back.location.startswith(HERE), back.text
    work(app)


def found(account):
    with connection(), account_context(account):
        return WearableConnection.get_or_none()


def kept(account):
    with connection(), account_context(account):
        rows = Observation.select().where(Observation.source == "google_health").order_by(Observation.at)
        return {row.external_id: row.value for row in rows}


def again(client, app):
    answer = post(client, f"{THERE}/synchronisation")
    assert answer.status_code == 303, answer.text
    work(app)


# ---- connecting -----------------------------------------------------------------------------------------------------


def test_a_service_is_connected_its_days_come_and_their_source_is_shown(client, app, alice, watch):
    watch.counted = {"steps": {days_ago(1): Decimal(8123), days_ago(2): Decimal(0)}}
    page = client.get(HERE).text
    assert "Connecter Google Health" in page
    connected(client, app, watch)
    assert kept(alice) == {f"steps:{days_ago(1)}": 8123, f"steps:{days_ago(2)}": 0}
    page = client.get(HERE).text
    assert "Connecté" in page and "Dernière synchronisation" in page and "2 valeurs" in page
    assert "Distance" in page  # not agreed to
    assert "D’un appareil" in client.get("/me/health/steps").text.replace("&#39;", "’").replace("'", "’")
    with connection():
        verbs = [one.verb for one in AccountEvent.select().where(AccountEvent.account_id == alice.id)]
        assert verbs.count("device.connect") == 1
    first = [about for question, about in watch.asked if question == "totals"][0]
    assert (first[3] - first[2]).days == 90


@sqlite
def test_no_key_is_readable_in_the_database(client, app, alice, watch):
    connected(client, app, watch, code="agreed-code-of-alice")
    state = state_of(client)
    watch.codes["agreed-code-of-bob"] = BOTH
    answered(client, state=state, code="agreed-code-of-bob")  # waits to be fetched
    with connection(), account_context(alice):
        for table in (WearableConnection, WearableJourney, Outbox):
            rows = str([row.__data__ for row in table.select()])
            assert rows and not re.search("refresh-|access-|agreed-code|verifier", rows), table


@sqlite
@pytest.mark.parametrize(
    "said", [{}, {"state": ""}, {"state": "x" * 43}, {"state": "x" * 5000}, {"state": "é\0"}]
)
def test_an_answer_without_the_state_we_gave_is_refused(client, app, alice, watch, said):
    watch.codes["agreed"] = BOTH
    state = state_of(client)
    answer = answered(client, code="agreed", **said)
    assert answer.status_code == 400 and found(alice) is None and not watch.asked
    assert come_back(client, answered(client, code="agreed", state=state)).status_code == 303  # the control


@sqlite
def test_an_answer_is_taken_once_and_fetched_once(client, app, alice, watch):
    watch.codes["agreed"] = BOTH
    state = state_of(client)
    answer = answered(client, state=state, code="agreed")
    assert answered(client, state=state, code="agreed").status_code == 400
    assert come_back(client, answer).status_code == 303
    assert come_back(client, answer).status_code == 400
    work(app)
    assert [question for question, _about in watch.asked].count("exchange") == 1
    assert found(alice).state == "open"


@sqlite
def test_an_answer_that_comes_late_is_refused(client, app, alice, watch, clock):
    state, other = state_of(client), state_of(client)
    clock.move(minutes=14)
    assert answered(client, state=other, code="agreed").status_code == 303  # the control
    clock.move(minutes=2)
    assert answered(client, state=state, code="agreed").status_code == 400


@sqlite
def test_another_session_another_person_and_nobody_cannot_fetch_the_answer(client, app, alice, watch, clock):
    watch.codes["agreed"] = BOTH
    path = urlsplit(answered(client, state=state_of(client), code="agreed").location).path
    assert app.test_client().get(path).status_code == 303  # to the sign-in
    bob = make_account(email="bob@example.be")
    other = app.test_client()
    sign_in_as(other, bob, clock=clock)
    assert other.get(path).status_code == 400
    sign_in_as(client, alice, clock=clock)  # another session of the same person
    assert client.get(path).status_code == 400
    work(app)
    assert found(alice) is None and found(bob) is None and not watch.asked
    connected(client, app, watch)
    assert found(alice) is not None  # the control: the session that asked


@sqlite
def test_whoever_does_not_agree_has_connected_nothing(client, app, alice, watch):
    back = come_back(client, answered(client, state=state_of(client), error="access_denied"))
    page = client.get(back.location).text
    assert "Rien n’a été connecté" in page and found(alice) is None and not watch.asked


@sqlite
@pytest.mark.parametrize("kinds", [None, ()])
def test_a_code_that_brings_nothing_connects_nothing(client, app, alice, watch, kinds):
    if kinds is not None:
        watch.codes["agreed"] = kinds
    come_back(client, answered(client, state=state_of(client), code="agreed"))
    work(app)
    assert found(alice) is None
    assert 'class="notice notice-warning" role="status"' in client.get(HERE).text
    assert watch.withdrawn == (["refresh-agreed"] if kinds is not None else [])


@sqlite
def test_trouble_after_the_code_was_used_does_not_use_it_again(client, app, alice, watch, clock):
    watch.codes["agreed"] = BOTH
    watch.refuse["user"] = [Unavailable("wearables", retry=True), Rest(timedelta(minutes=1))]
    come_back(client, answered(client, state=state_of(client), code="agreed"))
    for _try in range(3):
        work(app)
        clock.move(minutes=3)
    assert [question for question, _about in watch.asked].count("exchange") == 1
    assert found(alice).state == "open"


@sqlite
def test_a_service_that_does_not_know_us_ends_the_way_and_says_so(client, app, alice, watch):
    watch.refuse["exchange"] = [Unavailable("wearables", retry=False)]
    come_back(client, answered(client, state=state_of(client), code="agreed"))
    work(app)
    assert found(alice) is None and "La connexion n’a pas abouti" in client.get(HERE).text


# ---- synchronising --------------------------------------------------------------------------------------------------


def test_a_later_total_corrects_its_day_and_nothing_is_there_twice(client, app, alice, watch, clock):
    watch.counted = {"steps": {days_ago(1): Decimal(100), days_ago(3): Decimal(300)}}
    connected(client, app, watch)
    watch.counted = {"steps": {days_ago(1): Decimal(150), TODAY: Decimal(20)}}
    again(client, app)
    assert kept(alice) == {
        f"steps:{days_ago(1)}": 150,
        f"steps:{TODAY}": 20,
    }  # what they deleted there is gone
    again(client, app)
    assert len(kept(alice)) == 2


@sqlite
def test_values_that_cannot_be_are_counted_and_left_out(client, app, alice, watch):
    watch.counted = {
        "steps": {days_ago(1): Decimal(10) ** 40, days_ago(2): None, days_ago(3): Decimal(-3), days_ago(4): Decimal(7)},
        "calories": {days_ago(1): Decimal(90_000)},
    }  # fmt: skip
    connected(client, app, watch)
    assert kept(alice) == {f"steps:{days_ago(4)}": 7}
    assert found(alice).odd == 4 and "4 valeurs impossibles" in client.get(HERE).text


@sqlite
def test_a_value_that_was_deleted_does_not_come_back(client, app, alice, watch):
    watch.counted = {"steps": {days_ago(1): Decimal(100)}}
    connected(client, app, watch)
    with connection(), account_context(alice):
        row = Observation.get(Observation.source == "google_health")
    assert post(client, f"/me/health/steps/{row.id}/deletion").status_code == 303
    again(client, app)
    assert kept(alice) == {}


@sqlite
def test_an_access_that_ran_out_is_refreshed_once_and_asked_again(client, app, alice, watch, clock):
    connected(client, app, watch)
    watch.refuse["totals"] = [AccessOver()]
    again(client, app)
    assert [question for question, _about in watch.asked].count("refresh") == 1
    clock.move(hours=7)  # by the clock, too: before anything is asked
    sign_in_as(client, alice, clock=clock)
    before = len(watch.asked)
    again(client, app)
    assert watch.asked[before][0] == "refresh" and found(alice).state == "open"


@sqlite
@pytest.mark.parametrize("refused", [{"totals": [AccessOver(), AccessOver()]}, {"totals": [GrantOver()]}])
def test_a_grant_that_is_over_is_said_on_the_page_and_in_one_mail(
    client, app, alice, watch, services, refused
):
    watch.counted = {"steps": {days_ago(1): Decimal(4321)}}
    connected(client, app, watch)
    watch.refuse |= {name: list(errors) for name, errors in refused.items()}
    again(client, app)
    lost = found(alice)
    assert lost.state == "broken" and lost.sealed is None
    page = client.get(HERE).text
    assert "À reconnecter" in page and f"{THERE}/connection" in page
    again(client, app)  # nothing more is asked, and no second mail
    mails = [one for one in services.mailer.letters if "reconnect" in one.subject]
    assert len(mails) == 1 and "4321" not in mails[0].text + mails[0].html
    connected(client, app, watch, code="agreed-again")
    assert found(alice).state == "open" and kept(alice)


@sqlite
def test_what_a_service_keeps_back_is_named_and_the_rest_is_read(client, app, alice, watch):
    watch.counted = {"calories": {days_ago(1): Decimal(2000)}}
    watch.refuse["totals"] = [NotRead()]
    connected(client, app, watch)
    assert found(alice).unread == ["steps"] and list(kept(alice).values()) == [2000]


@sqlite
def test_a_service_that_wants_rest_is_not_asked_before(client, app, alice, watch, clock):
    connected(client, app, watch)
    watch.refuse["totals"] = [Rest(timedelta(minutes=30))]
    again(client, app)
    before = len(watch.asked)
    again(client, app)  # pressing the button changes nothing about it
    assert len(watch.asked) == before and "Google Health ne répond pas" in client.get(HERE).text
    clock.move(minutes=31)
    work(app)
    assert len(watch.asked) > before and found(alice).tried_at is None


@sqlite
def test_trouble_is_tried_again_later_and_does_no_harm(client, app, alice, watch, clock):
    watch.counted = {"steps": {days_ago(1): Decimal(100)}}
    watch.refuse["totals"] = [Unavailable("wearables", retry=True)]
    connected(client, app, watch)
    assert kept(alice) == {} and found(alice).tried_at
    clock.move(minutes=2)
    work(app)
    assert kept(alice) and found(alice).tried_at is None


@sqlite
def test_time_asks_too_and_the_button_is_limited(client, app, alice, watch, clock):
    connected(client, app, watch)
    clock.move(hours=6, minutes=1)
    with app.app_context(), connection():
        assert queueing.queue_due() == 1 and queueing.queue_due() == 0
    sign_in_as(client, alice, clock=clock)
    codes = [post(client, f"{THERE}/synchronisation").status_code for _press in range(8)]
    assert codes[0] == 303 and codes[-1] == 429


# ---- letting go -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("choice", "left"), [("keep", 1), ("delete", 0)])
def test_whoever_lets_go_chooses_what_stays_and_the_grant_is_given_back(
    client, app, alice, watch, choice, left
):
    watch.counted = {"steps": {days_ago(1): Decimal(100)}}
    connected(client, app, watch)
    post(client, "/me/health/steps", {"day": TODAY.isoformat(), "value": "5", "token": "t"})
    answer = post(client, f"{THERE}/disconnection", {"values": choice})
    assert answer.status_code == 303 and found(alice) is None
    work(app)
    assert watch.withdrawn == ["refresh-agreed"] and len(kept(alice)) == left
    assert client.get(f"{THERE}/disconnection").status_code == 404
    assert post(client, f"{THERE}/disconnection", {"values": choice}).status_code == 404


@sqlite
def test_nonsense_in_the_form_lets_nothing_go(client, app, alice, watch):
    connected(client, app, watch)
    assert post(client, f"{THERE}/disconnection", {"values": "<script>"}).status_code == 422
    assert found(alice) is not None


@sqlite
def test_whoever_lets_go_while_it_is_read_gets_nothing_more(client, app, alice, watch):
    watch.counted = {"steps": {days_ago(1): Decimal(100)}}
    connected(client, app, watch)
    watch.counted["steps"][days_ago(2)] = Decimal(200)
    asks = watch.totals

    def let_go(*args, **more):
        with connection(), account_context(alice):
            WearableConnection.delete().execute()
            Observation.delete().execute()
        return asks(*args, **more)

    watch.totals = let_go
    again(client, app)
    assert kept(alice) == {}


@sqlite
def test_whoever_deletes_their_account_leaves_no_key_behind(client, app, alice, watch):
    connected(client, app, watch)
    gone(alice)
    work(app)
    assert watch.withdrawn == ["refresh-agreed"]
    with connection():
        assert "refresh" not in str(
            [one.payload for one in Outbox.select().where(Outbox.event == "wearable-withdraw")]
        )


@sqlite
def test_ways_that_are_over_are_swept_away(client, app, alice, watch, clock):
    connected(client, app, watch)
    clock.move(days=2)
    with app.app_context(), connection():
        upkeep.sweep()
        with account_context(alice):
            assert WearableJourney.select().count() == 0


# ---- notices --------------------------------------------------------------------------------------------------------


def notify(client, body=b"[]", *, secret="secret", **more):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return client.post(
        NOTICES, data=body, headers=headers, base_url=PORTAL, content_type="application/json", **more
    )


@sqlite
def test_a_notice_only_asks_for_a_synchronisation_and_again_for_no_second(client, app, alice, watch, clock):
    connected(client, app, watch)
    watch.words = [Notice("user-of-refresh-agreed", days_ago(30)), Notice("somebody else", date(1900, 1, 1))]
    clock.move(minutes=20)
    for _replay in range(3):
        assert notify(client).status_code == 204
    before = len(watch.asked)
    work(app)
    assert len(watch.asked) == before  # gathered first
    clock.move(minutes=3)
    work(app)
    asked = [about for question, about in watch.asked[before:] if question == "totals"]
    assert len(asked) == 2 and asked[0][2] == days_ago(30)
    assert found(alice).wanted_from is None


@sqlite
def test_a_greeting_is_answered_and_a_stranger_is_not(client, app, alice, watch):
    assert notify(client, b"greeting").status_code == 201
    for secret in ("", "wrong"):
        assert notify(client, b"greeting", secret=secret).status_code == 401
    assert notify(client, b"x" * 70_000).status_code == 413


# ---- beside it -----------------------------------------------------------------------------------------------------


@sqlite
def test_whoever_acts_for_a_child_connects_nothing(client, app, alice, watch, clock):
    connected(client, app, watch)
    with connection(), account_context(alice):
        names = {"given_name": "Lena", "family_name": "Dupont", "birth_date": NOW.date().replace(year=2018)}
        child = Dependant.create(**names, language="fr", created_at=NOW)
        acts = {"basis": "parent", "scopes": [], "starts_on": NOW.date(), "created_at": NOW}
        row = Representation.create(dependant=child.id, **acts)
    session = sign_in_as(client, alice, clock=clock)
    with connection(), account_context(alice):
        type(session).update(acting_for=row.id).where(type(session).id == session.id).execute()
    page = client.get(HERE)
    assert page.status_code == 200 and "Google" not in page.text and "/me/health/import" in page.text
    for answer in (
        client.get(f"{THERE}/connection"),
        post(client, f"{THERE}/disconnection", {"values": "delete"}),
    ):
        assert answer.status_code == 403
    assert found(alice).state == "open"


@sqlite
def test_a_copy_of_ones_data_names_the_connection_and_no_key(client, app, alice, watch):
    watch.counted = {"steps": {days_ago(1): Decimal(8123)}}
    connected(client, app, watch)
    with connection(), account_context(alice):
        source = contents.Source(alice, sealer=SEALER, with_number=False, language="fr")
        sheets = {one.key: one.records() for one in (category(source) for category in contents.CATEGORIES)}
    assert [one["value"] for one in sheets["device_observations"]] == ["8123"]
    (mine,) = sheets["connected_devices"]
    assert (mine["source"], mine["state"]) == ("google_health", "open")
    assert "refresh-" not in str(sheets) and "access-" not in str(sheets)


@sqlite
def test_whoever_lets_go_before_the_worker_is_done_is_not_connected_after_all(client, app, alice, watch):
    watch.codes["agreed"] = BOTH
    come_back(client, answered(client, state=state_of(client), code="agreed"))
    asks = watch.user

    def let_go(grant):
        with connection(), account_context(alice):
            WearableJourney.delete().execute()
        return asks(grant)

    watch.user = let_go
    work(app)
    assert found(alice) is None and watch.withdrawn == ["refresh-agreed"]


# ---- where there is none --------------------------------------------------------------------------------------------


@sqlite
def test_without_a_service_only_files_are_offered(client, app, alice, services):
    object.__setattr__(services, "wearable_source", None)
    page = client.get(HERE).text
    assert "/me/health/import" in page and "Google" not in page
    assert client.get(f"{THERE}/connection").status_code == 404
    assert answered(client, state="x", code="x").status_code == 404 and notify(client).status_code == 404
