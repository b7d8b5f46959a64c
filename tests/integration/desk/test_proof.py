"""The proof on paper: one page that says what was shown and accepted, from nothing but this machine."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from app.adapters.pdf.weasy import WeasyPrinter
from app.booking import queries
from app.kernel.audit import AuditEvent
from app.kernel.errors import Unavailable
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry
from tests.factories import make_appointment, make_person
from tests.integration.desk.booked import book, offers_of, starts_of
from tests.journey import soup

NASTY = "O’Brien <img src=x> {{7*7}}"


@pytest.fixture
def made(practice, clock):
    with practice_context(practice):
        offer = offers_of(practice, clock)[0]
        person = make_person(family_name=NASTY)
        yield book(practice, offer, starts_of(offer, clock)[0], clock, person=person, origin="phone")


def text_of(answer):
    pages = PdfReader(io.BytesIO(answer.get_data())).pages
    assert len(pages) == 1
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_page_says_what_was_shown_and_accepted(desk, made):
    answer = desk.get(f"/desk/appointments/{made.id}/proof.pdf")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    text, kept = text_of(answer), queries.consent_of(queries.appointment(made.id))
    squeezed = text.replace(" ", "")
    assert kept.sentence.replace(" ", "").replace("\u00a0", "") in squeezed.replace("\u00a0", "")
    for one in kept.texts:
        assert one["sha256"] in squeezed
    assert "Par téléphone" in text and "Oui" in text and str(made.id) in squeezed
    assert "<img src=x>" in text and "{{7*7}}" in text  # words, not markup
    assert "85.07.**-***.**" in text and "994" not in text.replace(str(made.id), "")


def test_the_print_is_journaled_where_the_patient_reads_it(desk, made):
    desk.get(f"/desk/appointments/{made.id}/proof.pdf")
    assert ("proof", "proof") in [(one.what, one.why) for one in AccessEntry.select()]
    assert AuditEvent.get(AuditEvent.verb == "proof.read").target == f"appointment:{made.id}"
    page = soup(desk.get(f"/desk/appointments/{made.id}"))
    assert "imprimée" in page.select_one(".history").get_text()


def test_an_appointment_without_a_snapshot_says_so(desk, practice):
    with practice_context(practice):
        bare = make_appointment(starts=29_925_480, origin="import")
    assert "Rien n’a été conservé" in text_of(desk.get(f"/desk/appointments/{bare.id}/proof.pdf"))


class NoPrinter:
    def pdf(self, html, *, styles):
        raise Unavailable("pdf", retry=False, why="no Pango")


def test_without_the_libraries_the_portal_works_and_the_page_says_what_is_missing(app, desk, made):
    services = app.extensions["parvis.services"]
    app.extensions["parvis.services"] = replace(services, printer=NoPrinter())
    answer = desk.get(f"/desk/appointments/{made.id}/proof.pdf")
    assert answer.status_code == 503 and "docs/deployment.md" in soup(answer).main.get_text()
    assert "Alice" in soup(answer).h1.get_text()
    assert ("proof", "proof") not in [(one.what, one.why) for one in AccessEntry.select()]


def test_what_the_system_lacks_is_told_as_unavailable(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(Unavailable):
        WeasyPrinter().pdf("<p>x</p>", styles="")


def test_nothing_is_fetched_for_a_document(tmp_path):
    """Neither from the network nor from this machine; the control: without the lock the file is drawn."""
    import weasyprint

    picture = tmp_path / "dot.svg"
    picture.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">LEAK</text></svg>'
    )
    html = f'<p>words</p><img src="{picture.as_uri()}"><a rel=attachment href="{picture.as_uri()}">x</a>'
    locked = WeasyPrinter().pdf(html, styles=f'p {{ background: url("{picture.as_uri()}") }}')
    opened = weasyprint.HTML(string=html).write_pdf()
    assert "LEAK" not in PdfReader(io.BytesIO(locked)).pages[0].extract_text()
    assert "LEAK" in PdfReader(io.BytesIO(opened)).pages[0].extract_text()
