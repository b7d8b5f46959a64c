"""Two presses of «Send» that come at the same moment: one questionnaire, one mail, and a sentence for the other."""

import threading
from contextlib import suppress

import pytest

from app.kernel.db import connection
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.questionnaires.actions import sending
from app.questionnaires.models import QuestionnaireResponse
from app.questionnaires.refusals import AskedAlready
from tests.factories import make_patient
from tests.integration.questionnaires.asking import published, sent


@pytest.fixture
def pressed_twice(app, practice, monkeypatch):
    """Sends to one patient from two threads, which wait for each other behind the look at what was sent before."""
    known = published(practice)
    with practice_context(practice):
        patient = make_patient(email="alice@example.be")
    together, ended, readers_of = threading.Barrier(2), [], sending.readers_of

    def after_the_look(*args, **more):
        with suppress(threading.BrokenBarrierError):  # the other one stands in line, as it should
            together.wait(timeout=1)
        return readers_of(*args, **more)

    monkeypatch.setattr(sending, "readers_of", after_the_look)

    def press():
        with app.app_context(), connection():
            try:
                ended.append(bool(sent(practice, patient, known)))
            except AskedAlready:
                ended.append("asked already")

    def run():
        threads = [threading.Thread(target=press) for _ in range(2)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(timeout=60)
        with practice_context(practice):
            return sorted(map(str, ended)), QuestionnaireResponse.select().count()

    return run


def mails():
    return Outbox.select().where(Outbox.event == "questionnaire").count()


def test_one_questionnaire_is_sent_when_two_press_at_once(pressed_twice):
    assert pressed_twice() == (["True", "asked already"], 1)
    assert mails() == 1


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_the_control_out_of_line_both_are_sent(pressed_twice, monkeypatch):
    monkeypatch.setattr(sending, "send", sending.send.__wrapped__)
    monkeypatch.setattr("app.questionnaires.actions.send", sending.send)
    assert pressed_twice() == (["True", "True"], 2)
