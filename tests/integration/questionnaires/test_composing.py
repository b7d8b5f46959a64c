"""A practice composes a questionnaire: question by question, published in versions that never change."""

from uuid import uuid4

import peewee as pw
import pytest

from app.kernel.audit import AuditEvent
from app.kernel.db import connection, write_tx
from app.kernel.tenancy import practice_context
from app.questionnaires import actions, queries
from app.questionnaires.models import Questionnaire, QuestionnaireResponse, QuestionnaireVersion
from app.questionnaires.refusals import Empty, NotADraft, Stale
from tests.conftest import HOST
from tests.factories import make_patient
from tests.integration.questionnaires.asking import BY, published, sent, token
from tests.journey import form_of, soup
from tests.people import NOW, SEALER, make_member, sign_in_as

HERE = "/desk/questionnaires"
sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def desk(client, practice, clock):
    sign_in_as(client, make_member(practice, roles=("practitioner",)), clock=clock, staff=True)
    return client


def begin(desk, title="Première visite"):
    answer = desk.post(HERE, data={"csrf_token": token(desk, HERE), "title_fr": title})
    assert answer.status_code == 303
    return answer.headers["Location"]


def add(desk, here, kind, **fields):
    action, filled = form_of(soup(desk.get(f"{here}/questions/new?kind={kind}")), holding="text_fr")
    return desk.post(action, data={**filled, **fields})


def words(desk, here):
    return [one.get_text(" ", strip=True) for one in soup(desk.get(here)).select(".question-words .strong")]


def test_a_form_pressed_twice_is_one_draft_and_another_title_another(desk, practice):
    action, fields = form_of(soup(desk.get(HERE)), holding="title_fr")
    first, again = (desk.post(action, data={**fields, "title_fr": "Genou"}) for _ in range(2))
    assert first.status_code == 303 and first.headers["Location"] == again.headers["Location"]
    other = desk.post(action, data={**fields, "title_fr": "Épaule"})  # the control: back, and another title
    assert other.headers["Location"] != first.headers["Location"]
    with practice_context(practice):
        assert Questionnaire.select().count() == QuestionnaireVersion.select().count() == 2
        verbs = [row.verb for row in AuditEvent.select().where(AuditEvent.verb == "questionnaire.create")]
        assert len(verbs) == 2


@sqlite
def test_from_a_title_to_a_published_version_without_javascript(desk, practice):
    here = begin(desk)
    assert add(desk, here, "short", text_fr="Votre médecin ?", required="y").status_code == 303
    assert add(desk, here, "one", text_fr="Quel côté ?", options_fr="Gauche\nDroite").status_code == 303
    scale = {"text_fr": "Douleur ?", "low": "0", "high": "10", "low_text_fr": "aucune"}
    assert add(desk, here, "scale", **scale).status_code == 303
    assert words(desk, here) == ["Votre médecin ?", "Quel côté ?", "Douleur ?"]
    row = soup(desk.get(here)).select(".question-row form")[1]
    fields = {one["name"]: one["value"] for one in row.find_all("input")}
    desk.post(row["action"], data=fields)  # up
    assert words(desk, here) == ["Quel côté ?", "Votre médecin ?", "Douleur ?"]
    preview = soup(desk.get(f"{here}/preview"))
    assert preview.select_one("fieldset legend").get_text(strip=True).startswith("Quel côté ?")
    assert not preview.select("main form")  # nothing can be sent from it
    form = soup(desk.get(here)).find("form", action=f"{here}/publication")
    fields = {one["name"]: one["value"] for one in form.find_all("input")}
    assert desk.post(f"{here}/publication", data=fields).status_code == 303
    with practice_context(practice):
        (version,) = queries.offered()
        assert version.number == 1 and len(version.items) == 3
        verbs = [row.verb for row in AuditEvent.select().where(AuditEvent.verb.startswith("questionnaire."))]
        assert verbs.count("questionnaire.publish") == 1


@sqlite
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(desk):
    here = begin(desk)
    one_line = add(desk, here, "one", text_fr="Quel <b>côté</b> ?", options_fr="Gauche")
    assert one_line.status_code == 422
    page = soup(one_line)
    assert page.find(attrs={"name": "text_fr"})["value"] == "Quel <b>côté</b> ?"
    assert page.find(attrs={"name": "options_fr"}).get_text().strip() == "Gauche"
    assert "au moins deux" in page.select_one(".error-summary").get_text()
    assert add(desk, here, "short", text_fr="a\x00b").status_code == 422
    assert desk.post(HERE, data={"csrf_token": token(desk, HERE), "title_fr": " "}).status_code == 422
    assert desk.get(f"{here}/questions/new?kind=formula").status_code == 404


@sqlite
def test_an_empty_one_is_not_published_and_a_stale_window_changes_nothing(desk, practice):
    here = begin(desk)
    empty = desk.post(f"{here}/publication", data={"csrf_token": token(desk, here), "version": "1"})
    assert empty.status_code == 422 and "au moins une question" in empty.text
    add(desk, here, "short", text_fr="Un ?")
    stale = desk.post(here, data={"csrf_token": token(desk, here), "title_fr": "Autre", "version": "1"})
    assert stale.status_code == 409 and "Autre" in stale.text
    assert "Première visite" in soup(desk.get(here)).h1.get_text()
    action, fields = form_of(soup(stale), holding="title_fr")
    assert desk.post(action, data=fields).status_code == 303  # sent again, what was typed counts
    assert "Autre" in soup(desk.get(here)).h1.get_text()


def test_a_published_version_never_changes_by_the_databases_own_word(inside, practice):
    """On both databases; the next change starts a new version, and what was sent refers to the old one."""
    known = published(practice)
    with practice_context(practice):
        patient = make_patient(email="alice@example.be")
    first = sent(practice, patient, known)
    with practice_context(practice):
        with pytest.raises(NotADraft):
            actions.reword(known, {"fr": "Autre"}, {}, seen=2, by=BY, now=NOW)
        with pytest.raises(pw.DatabaseError), write_tx():
            mine = QuestionnaireVersion.id == known.published.id
            QuestionnaireVersion.update(title={"fr": "Autre"}).where(mine).execute()
        actions.start_draft(known, by=BY, now=NOW)
        actions.start_draft(known, by=BY, now=NOW)  # pressed twice it is one draft
        draft = queries.known(known.row.id)
        assert (draft.draft.number, draft.published.number) == (2, 1)
        with pytest.raises(Stale):
            actions.reword(draft, {"fr": "Autre"}, {}, seen=9, by=BY, now=NOW)
        actions.reword(draft, {"fr": "Autre"}, {}, seen=draft.draft.revision, by=BY, now=NOW)  # the control
        again = queries.known(known.row.id)
        actions.publish_draft(again, seen=again.draft.revision, by=BY, now=NOW)
        asked = QuestionnaireResponse.get_by_id(first).asked
        assert asked.number == 1 and asked.title == {"fr": "Avant la première visite"}
        with pytest.raises(Empty):
            made = actions.create({"fr": "Vide"}, by=BY, now=NOW)
            actions.publish_draft(queries.known(made), seen=1, by=BY, now=NOW)


def test_answers_that_were_sent_never_change_by_the_databases_own_word(inside, practice):
    known = published(practice)
    with practice_context(practice):
        patient = make_patient(email="alice@example.be")
    made = sent(practice, patient, known)
    with practice_context(practice):
        row = QuestionnaireResponse.get_by_id(made)
        actions.keep_draft(row, {"a" * 32: "un"}, sealer=SEALER, now=NOW)
        actions.submit(row, {"a" * 32: "deux"}, by="guest", sealer=SEALER, now=NOW)
        row = QuestionnaireResponse.get_by_id(made)
        assert actions.answers_of(row, sealer=SEALER) == {"a" * 32: "deux"}
        assert b"deux" not in bytes(row.answers_sealed)
        for change in ({"answers_sealed": b"x"}, {"answers_sealed": None}, {"status": "stopped"}):
            with pytest.raises(pw.DatabaseError), write_tx():
                QuestionnaireResponse.update(**change).where(QuestionnaireResponse.id == made).execute()
        actions.mark_read(row, now=NOW)  # what is not an answer may still change
        assert QuestionnaireResponse.get_by_id(made).read_at == NOW


@sqlite
def test_an_archived_one_is_no_longer_offered_and_can_come_back(desk, practice):
    known = published(practice)
    here = f"{HERE}/{known.row.id}"
    desk.post(f"{here}/archive", data={"csrf_token": token(desk, here)})
    with practice_context(practice):
        assert queries.offered() == []
    desk.post(f"{here}/return", data={"csrf_token": token(desk, here)})
    with practice_context(practice):
        assert len(queries.offered()) == 1


@sqlite
def test_reception_composes_nothing_and_next_door_is_not_there(client, practice, neighbour, clock):
    with connection(), practice_context(neighbour):
        theirs = published(neighbour)
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    assert client.get(HERE).status_code == 403
    owner = make_member(practice, roles=("owner",), email="o@lavande.example")
    sign_in_as(client, owner, clock=clock, staff=True)
    assert client.get(HERE).status_code == 200  # the control
    assert client.get(f"{HERE}/{theirs.row.id}").status_code == 404
    assert client.get(f"{HERE}/{uuid4()}").status_code == 404
    stranger = make_member(neighbour, roles=("owner",), email="o@voisin.example")
    sign_in_as(client, stranger, clock=clock, host=f"voisin.{HOST}", staff=True)
    there = client.get(f"{HERE}/{theirs.row.id}", base_url=f"http://voisin.{HOST}")
    assert there.status_code == 200
