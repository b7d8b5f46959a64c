"""The second factor: each code once, few tries, for one purpose of one browser."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from app.identity import mail_codes, proofs, recovery, sessions, wrong_codes
from app.identity.models import Factor, MailCode, Session
from app.identity.proofs import Verdict
from app.identity.sessions import Seen
from app.kernel import outbox
from app.kernel.audit import AccountEvent
from app.kernel.db import connection
from app.kernel.outbox import Outbox
from app.kernel.tenancy import account_context, practice_context
from app.staff.models import Member
from app.worker import deliver_due
from tests.conftest import HOST
from tests.factories import NOW
from tests.integration.account.ways import SECOND, forget_session, password, second, sign_out_everywhere
from tests.journey import form_of, soup
from tests.people import SEALER, SECRET, code_now, make_account, make_member

HERE = f"lavande.{HOST}"


def give_code(account, *, purpose="sign-in", session=None):
    """The digits of the newest code of the account."""
    with account_context(account):
        query = MailCode.select().where(MailCode.purpose == purpose).order_by(MailCode.created_at.desc())
        found = query.where(MailCode.session == session).get() if session else query.get()
    return mail_codes.digits(found, SEALER)


def session_of(account, clock, *, stage="second"):
    return sessions.start(account, host=HERE, stage=stage, staff=False, seen=Seen("a test"), now=clock.now())[
        0
    ]


def other_than(code):
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def together(work, times):
    """`work` so many times at once, each with its own connection; what they answered."""

    def one(number):
        with connection():
            return work(number)

    with ThreadPoolExecutor(16) as crowd:
        return list(crowd.map(one, range(times)))


# ---- the authenticator app ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drift", [-30, 0, 30])
def test_a_watch_may_be_half_a_minute_off(client, clock, app, drift):
    make_account()
    password(client)
    at = clock.now().timestamp() + drift
    assert second(client, pyotp.TOTP(SECRET).at(int(at))).headers["Location"] == "/me"


@pytest.mark.parametrize("drift", [-60, 60])
def test_a_code_of_another_minute_is_wrong(client, clock, app, drift):
    make_account()
    password(client)
    code = pyotp.TOTP(SECRET).at(int(clock.now().timestamp()) + drift)
    assert second(client, code).status_code == 422
    assert second(client, code_now(clock)).status_code == 303  # the control


def test_blanks_and_dashes_do_not_matter(client, clock, app):
    make_account()
    password(client)
    code = code_now(clock)
    assert second(client, f" {code[:3]}-{code[3:]} ").status_code == 303


@pytest.mark.parametrize("code", ["", "12345", "1234567", "x" * 6, "١٢٣٤٥٦", "\x00" * 6, "9" * 5000, "-1 -1"])
def test_what_is_no_code_is_refused_politely(client, clock, app, code):
    make_account()
    password(client)
    answer = second(client, code)
    assert answer.status_code == 422 and "error-summary" in answer.get_data(as_text=True)


def test_a_code_opens_one_browser_and_the_holder_hears_of_a_second(client, clock, app, inside):
    account = make_account()
    password(client)
    code = code_now(clock)
    assert second(client, code).status_code == 303
    thief = app.test_client()
    password(thief)
    answer = second(thief, code)
    assert answer.status_code == 422
    assert thief.get("/step-up").headers["Location"].startswith("/sign-in/second")
    assert Outbox.select().where(Outbox.event == "code-reused").count() == 1
    assert AccountEvent.select().where(AccountEvent.verb == "code.reuse").count() == 1
    second(thief, code)
    assert Outbox.select().where(Outbox.event == "code-reused").count() == 1  # one letter a code
    clock.move(seconds=30)
    assert second(thief, code_now(clock)).status_code == 303  # the control
    assert account.id


def test_fifty_at_once_with_the_same_code_of_an_app(inside, clock, app):
    account = make_account()
    session, code = session_of(account, clock), code_now(clock)
    said = together(
        lambda _n: proofs.show(
            session, "app", code, purpose="sign-in", device_known=False, sealer=SEALER, now=clock.now()
        ),
        50,
    )
    assert said.count(Verdict.RIGHT) == 1


# ---- how many wrong ones --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guard", [True, False], ids=["guarded", "control"])
def test_two_hundred_at_once_on_an_app_judge_ten(inside, clock, app, monkeypatch, guard):
    account = make_account()
    session, code = session_of(account, clock), other_than(code_now(clock))
    if not guard:
        monkeypatch.setattr(wrong_codes, "A_DAY", 1000)
    said = together(
        lambda _n: proofs.show(
            session, "app", code, purpose="sign-in", device_known=False, sealer=SEALER, now=clock.now()
        ),
        200,
    )
    assert said.count(Verdict.WRONG) == (10 if guard else 200)
    assert said.count(Verdict.RESTING) == (190 if guard else 0)


@pytest.mark.parametrize("guard", [True, False], ids=["guarded", "control"])
def test_two_hundred_at_once_on_a_code_by_mail_judge_five(inside, clock, app, monkeypatch, guard):
    account = make_account(factor="mail")
    session = session_of(account, clock)
    mail_codes.send(session, purpose="sign-in", now=clock.now())
    code = other_than(give_code(account))
    monkeypatch.setattr(wrong_codes, "A_DAY", 1000)
    if not guard:
        monkeypatch.setattr(mail_codes, "TRIES", 1000)
    said = together(
        lambda _n: proofs.show(
            session, "mail", code, purpose="sign-in", device_known=False, sealer=SEALER, now=clock.now()
        ),
        200,
    )
    assert said.count(Verdict.WRONG) == (5 if guard else 200)
    assert said.count(Verdict.GONE) == (195 if guard else 0)


def test_the_sixth_try_of_a_mail_code_fails_though_it_is_right(client, clock, inside):
    account = make_account(factor="mail")
    password(client)
    code = give_code(account)
    for _ in range(5):
        assert second(client, other_than(code), way="mail").status_code == 422
    page = client.get(f"{SECOND}?with=mail").get_data(as_text=True)
    assert 'name="code"' not in page and "/sign-in/second/mail/send" in page  # it simply offers a new one
    answer = straight(client, "mail", code)
    assert answer.status_code == 422
    assert client.get("/step-up").headers["Location"].startswith("/sign-in/second")
    clock.move(seconds=1)
    send_again(client)
    assert second(client, give_code(account), way="mail").status_code == 303  # the control


def straight(client, way, code):
    """Sent though the page shows no field for it."""
    _, fields = form_of(soup(client.get(SECOND)), holding="csrf_token")
    return client.post(f"{SECOND}/{way}", data={"csrf_token": fields["csrf_token"], "code": code})


def send_again(client):
    _, fields = form_of(soup(client.get(f"{SECOND}?with=mail")), holding="csrf_token")
    return client.post(f"{SECOND}/mail/send", data=fields)


def test_after_ten_wrong_ones_the_right_one_waits_for_tomorrow(client, clock, inside):
    account = make_account()
    for _ in range(2):
        forget_session(client)
        password(client)
        for _ in range(5):
            assert second(client, other_than(code_now(clock))).status_code == 422
        clock.move(minutes=16)
    forget_session(client)
    password(client)
    assert second(client, code_now(clock)).status_code == 422
    assert Outbox.select().where(Outbox.event == "codes-rest").count() == 1  # the holder is told, once
    clock.move(hours=24)
    forget_session(client)
    password(client)
    assert second(client, code_now(clock)).status_code == 303
    with account_context(account):
        assert Session.select().where(Session.stage == "open").count() == 1


def test_whoever_makes_the_codes_rest_locks_nobody_out_of_their_own_browser(client, clock, inside, app):
    account = make_account()
    codes = recovery.make(account.id, sealer=SEALER, now=clock.now())
    password(client)
    second(client, code_now(clock))
    forget_session(client)
    thief = app.test_client()
    for _ in range(2):
        forget_session(thief)
        password(thief)
        for _ in range(5):
            second(thief, "000000")
        clock.move(minutes=16)
    forget_session(thief)
    password(thief)
    assert second(thief, codes[0], way="recovery").status_code == 422  # unknown browser: not even a right one
    password(client)
    assert second(client, code_now(clock)).status_code == 422
    assert second(client, codes[0], way="recovery").status_code == 303


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
@pytest.mark.parametrize("event", ["code-reused", "codes-rest"])
def test_the_warnings_say_what_to_do(inside, clock, services, event, language):
    account = make_account(language=language)
    outbox.post(event, {"account": account.id.hex}, key="once", now=clock.now())
    deliver_due()
    (letter,) = services.mailer.letters
    assert letter.to == account.email and letter.language == language
    assert "/forgotten" in letter.text and "/forgotten" in letter.html


def test_right_codes_use_up_nothing(client, clock, inside):
    make_account()
    for _ in range(12):
        password(client)
        assert second(client, code_now(clock)).status_code == 303
        forget_session(client)
        clock.move(minutes=3)


def test_tries_are_limited_in_a_quarter_of_an_hour_too(client, clock, inside, monkeypatch):
    make_account()
    monkeypatch.setattr(wrong_codes, "A_DAY", 1000)
    password(client)
    for _ in range(10):
        assert second(client, other_than(code_now(clock))).status_code == 422
    answer = second(client, code_now(clock))
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    clock.move(minutes=16)
    assert second(client, code_now(clock)).status_code == 303


# ---- codes by mail --------------------------------------------------------------------------------------------------


def test_the_code_arrives_by_itself_and_opens_the_account(client, clock, inside, services):
    account = make_account(factor="mail", language="en")
    password(client)
    assert deliver_due() == 1
    (letter,) = services.mailer.letters
    code = give_code(account)
    assert letter.to == "alice@example.be" and f"{code[:4]} {code[4:]}" in letter.text
    assert code[:4] not in letter.subject and code not in str(Outbox.get().payload)
    assert HERE in letter.text and f"{code[:4]} {code[4:]}" in letter.html
    assert second(client, f"{code[:4]} {code[4:]}", way="mail").status_code == 303


def test_a_late_letter_is_not_sent(client, clock, inside, services):
    make_account(factor="mail")
    password(client)
    clock.move(minutes=10)
    deliver_due()
    assert services.mailer.letters == [] and Outbox.get().state == "sent"


def test_a_letter_is_not_sent_after_a_newer_one_was_asked_for(client, clock, inside, services):
    account = make_account(factor="mail")
    password(client)
    first = give_code(account)
    clock.move(seconds=5)
    assert send_again(client).status_code == 303
    deliver_due()
    assert len(services.mailer.letters) == 1 and first[:4] + " " not in services.mailer.letters[0].text
    assert second(client, first, way="mail").status_code == 422
    assert second(client, give_code(account), way="mail").status_code == 303


def test_a_code_is_good_for_ten_minutes(client, clock, inside):
    account = make_account(factor="mail")
    password(client)
    code = give_code(account)
    clock.move(minutes=10)
    assert straight(client, "mail", code).status_code == 422
    send_again(client)
    clock.move(minutes=9, seconds=59)
    assert second(client, give_code(account), way="mail").status_code == 303  # the control


def test_three_letters_in_a_quarter_of_an_hour(client, clock, inside):
    make_account(factor="mail")
    password(client)
    assert [send_again(client).status_code for _ in range(3)] == [303, 303, 429]
    clock.move(minutes=16)
    assert send_again(client).status_code == 303


def test_the_code_of_another_browser_person_or_purpose_is_refused(client, clock, inside, app):
    alice = make_account(factor="mail")
    bert = make_account(factor="mail", email="bert@example.be", given_name="Bert")
    password(client)
    mine = give_code(alice)
    other = app.test_client()
    password(other, name="bert@example.be")
    assert second(other, mine, way="mail").status_code == 422
    third = app.test_client()
    password(third)
    assert second(third, mine, way="mail").status_code == 422
    with account_context(alice):
        here = Session.select().order_by(Session.created_at).first()
    mail_codes.send(here, purpose="step-up", now=clock.now())
    assert second(client, give_code(alice, purpose="step-up"), way="mail").status_code == 422
    assert second(client, mine, way="mail").status_code == 303  # the control
    assert second(other, give_code(bert), way="mail").status_code == 303


def test_fifty_at_once_with_the_right_code_of_a_mail(inside, clock, app):
    account = make_account(factor="mail")
    session = session_of(account, clock)
    mail_codes.send(session, purpose="sign-in", now=clock.now())
    code = give_code(account)
    said = together(
        lambda _n: proofs.show(
            session, "mail", code, purpose="sign-in", device_known=False, sealer=SEALER, now=clock.now()
        ),
        50,
    )
    assert said.count(Verdict.RIGHT) == 1


def test_staff_show_no_code_by_mail(client, clock, practice):
    sylvie = make_member(practice)
    clock.move(minutes=1)
    with account_context(sylvie):
        Factor.create(kind="mail", created_at=NOW, confirmed_at=NOW, used_at=clock.now())
    password(client, name="sylvie@lavande.example")
    page = client.get(f"{SECOND}?with=mail").get_data(as_text=True)
    assert "/sign-in/second/app" in page and "/sign-in/second/mail" not in page
    send_again(client)
    with account_context(sylvie):
        assert MailCode.select().count() == 0
        here = Session.get()
    mail_codes.send(here, purpose="sign-in", now=clock.now())
    assert straight(client, "mail", give_code(sylvie)).status_code == 422
    with practice_context(practice):
        Member.delete().execute()
    forget_session(client)
    clock.move(minutes=1)
    password(client, name="sylvie@lavande.example")
    assert second(client, give_code(sylvie), way="mail").status_code == 303  # the control: a patient by now


# ---- recovery codes -------------------------------------------------------------------------------------------------


def test_a_recovery_code_works_once_and_says_how_many_are_left(client, clock, inside):
    account = make_account()
    codes = recovery.make(account.id, sealer=SEALER, now=clock.now())
    password(client)
    answer = second(client, codes[0].lower().replace("-", " "), way="recovery")
    assert answer.headers["Location"].startswith("/sign-in/recovery-code-used")
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "9" in page and "/set-up/recovery-codes" not in page
    forget_session(client)
    password(client)
    assert second(client, codes[0], way="recovery").status_code == 422
    for code in codes[1:8]:
        recovery.use(account.id, code, sealer=SEALER, now=clock.now())
    last = second(client, codes[8], way="recovery")
    assert "/set-up/recovery-codes" in client.get(last.headers["Location"]).get_data(as_text=True)


def test_the_recovery_code_of_somebody_else_is_wrong(client, clock, inside):
    alice = make_account()
    bert = make_account(email="bert@example.be", given_name="Bert")
    recovery.make(alice.id, sealer=SEALER, now=clock.now())
    theirs = recovery.make(bert.id, sealer=SEALER, now=clock.now())
    password(client)
    assert second(client, theirs[0], way="recovery").status_code == 422


def test_fifty_at_once_with_one_recovery_code(inside, clock, app):
    account = make_account()
    code = recovery.make(account.id, sealer=SEALER, now=clock.now())[0]
    session = session_of(account, clock)
    said = together(
        lambda _n: proofs.show(
            session, "recovery", code, purpose="sign-in", device_known=False, sealer=SEALER, now=clock.now()
        ),
        50,
    )
    assert said.count(Verdict.RIGHT) == 1


# ---- the page -------------------------------------------------------------------------------------------------------


def test_it_begins_with_the_way_used_last_and_offers_the_others(client, clock, inside):
    account = make_account()
    recovery.make(account.id, sealer=SEALER, now=clock.now())
    clock.move(minutes=1)
    with account_context(account):
        Factor.create(kind="mail", created_at=NOW, confirmed_at=NOW, used_at=clock.now())
    password(client)
    page = soup(client.get(SECOND))
    assert page.find("form", action=f"{SECOND}/mail")
    others = {link["href"] for link in page.select("a.method")}
    assert others == {f"{SECOND}?with=app", f"{SECOND}?with=recovery"}
    assert soup(client.get(f"{SECOND}?with=nonsense")).find("form", action=f"{SECOND}/mail")


def test_an_unconfirmed_factor_is_no_way_in(client, clock, inside):
    account = make_account()
    with account_context(account):
        Factor.update(confirmed_at=None).where(Factor.kind == "app").execute()
        assert proofs.ways(account.id, staff=False) == []


def test_an_expired_form_comes_back(client, clock, app):
    make_account()
    password(client)
    answer = client.post(f"{SECOND}/app", data={"code": code_now(clock)})
    assert answer.status_code == 422
    _, fields = form_of(soup(answer), holding="code")
    assert client.post(f"{SECOND}/app", data=fields).status_code == 303


def test_without_a_password_there_is_nothing_to_see(client, clock, app):
    make_account()
    for path in (SECOND, "/step-up", "/sign-in/recovery-code-used"):
        assert client.get(path).headers["Location"].startswith("/sign-in?")


def test_whoever_is_ended_meanwhile_starts_again(client, clock, inside):
    account = make_account()
    password(client)
    _, fields = form_of(soup(client.get(SECOND)), holding="code")
    sign_out_everywhere(account)
    answer = client.post(f"{SECOND}/app", data={**fields, "code": code_now(clock)})
    assert answer.headers["Location"] == "/sign-in"


def test_the_address_of_a_refused_form_leads_back_to_the_page(client, clock, inside):
    account = make_account()
    password(client)
    second(client, "000000")
    for path in ("app", "mail/send"):
        assert client.get(f"{SECOND}/{path}").headers["Location"].startswith(f"{SECOND}?with=")
    sign_out_everywhere(account)
    late = client.post(f"{SECOND}/app", headers={"Referer": f"http://{HERE}{SECOND}/app"})
    password(client, url=late.headers["Location"])
    answer = client.get(second(client, code_now(clock), next=f"{SECOND}/app").headers["Location"])
    assert client.get(answer.headers["Location"]).headers["Location"] == "/me"
