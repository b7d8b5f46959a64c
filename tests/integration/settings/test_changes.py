"""Every section says who changed what and when; the second of two people chooses line by line."""

import pytest
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from app.kernel import audit
from app.kernel.edits import Edited
from app.kernel.tenancy import practice_context
from app.settings import changes
from app.settings.editing import EditForm
from app.settings.sections import SECTIONS
from tests.journey import soup
from tests.people import make_member, sign_in_as

KEPT = {"name": "Lavande", "town": "namur", "open": True}


class SiteForm(EditForm):
    name = StringField("Name")
    town = SelectField("Town", choices=[SelectChoice("namur", "Namur"), SelectChoice("dinant", "Dinant")])
    open = BooleanField("Open")


@pytest.fixture
def engine():
    return "sqlite"  # plain reading: nothing here differs between the two


@pytest.fixture
def owner(client, practice, clock):
    account = make_member(practice, roles=("owner",), email="aline@lavande.example", given_name="Aline")
    sign_in_as(client, account, clock=clock, staff=True)
    client.account = account
    return client


def noted(practice, account, clock, verb, target="practice", **detail):
    with practice_context(practice):
        audit.record(by=f"account:{account.id}", verb=verb, target=target, at=clock.now(), detail=detail)


def test_a_section_says_who_changed_it_last_and_what(owner, practice, clock):
    assert soup(owner.get("/settings/policy")).find(class_="last-changed") is None
    noted(practice, owner.account, clock, "rules.change", changes=["Délai : 4 h, maintenant 24 h"])
    noted(practice, owner.account, clock, "member.end")  # of another section
    words = soup(owner.get("/settings/policy")).find(class_="last-changed").get_text(" ")
    assert "Aline Renard" in words and "Délai : 4 h, maintenant 24 h" in words
    assert len(soup(owner.get("/settings/policy")).select(".changes > li")) == 1


def test_the_journal_of_a_neighbour_is_not_read(owner, practice, neighbour, clock):
    noted(neighbour, owner.account, clock, "rules.change", changes=["chez le voisin"])
    assert "voisin" not in owner.get("/settings/policy").get_data(as_text=True)
    with practice_context(practice):
        assert changes.newest(SECTIONS) == {}
    with practice_context(neighbour):
        assert changes.newest(SECTIONS).keys() == {"/settings/policy"}


def test_the_newest_change_of_every_section_is_one_look_at_the_journal(owner, practice, clock):
    for verb in ("rules.change", "limits.change", "quota.keep", "rules.change"):
        noted(practice, owner.account, clock, verb)
    with practice_context(practice):
        found = changes.newest(SECTIONS)
    assert found.keys() == {"/settings/policy", "/settings/quotas"}
    assert {one.by for one in found.values()} == {"Aline Renard"}


def test_no_verb_belongs_to_two_sections():
    verbs = [verb for one in SECTIONS for verb in one.verbs]
    assert len(verbs) == len(set(verbs))


def posted(app, **fields):
    return app.test_request_context(
        "/", method="POST", data={k: v for k, v in fields.items() if v is not None}
    )


def seen_by(app, kept):
    with app.test_request_context("/"):
        form = SiteForm()
        form.fill(kept)
        return form.seen


def test_what_the_other_changed_is_proposed_and_what_was_typed_is_kept(app):
    there = {**KEPT, "town": "dinant", "name": "Lavandes"}
    with posted(app, version=seen_by(app, KEPT), name="Lavande SRL", town="namur", open="y"):
        form = SiteForm()
        form.take_over(there)
        differs = {one.name: one for one in form.differences(there)}
        assert form.name.data == "Lavande SRL"
        assert form.seen == seen_by(app, there)  # saving again answers exactly what was shown
    assert (differs["name"].now, differs["name"].typed, differs["name"].theirs) == (
        "Lavandes",
        "Lavande SRL",
        False,
    )
    assert (differs["town"].now, differs["town"].typed, differs["town"].theirs) == ("Dinant", "Namur", True)
    assert "open" not in differs


def test_one_takes_over_line_by_line(app):
    there = {**KEPT, "town": "dinant", "name": "Lavandes"}
    kept = {"keep-town": "theirs", "keep-name": "mine", "keep-open": "nonsense", "keep-version": "theirs"}
    with posted(app, version=seen_by(app, there), name="Lavande SRL", town="namur", **kept):
        form = SiteForm()
        form.take_over(there)
        assert form.values() == {"name": "Lavande SRL", "town": "dinant", "open": False}


def test_the_refusal_speaks_to_the_person(app):
    with app.test_request_context("/"):
        assert Edited().sentence() and Edited.status == 409
