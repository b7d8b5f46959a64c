"""Invoices: numbers without a gap, made at the desk, paid, cancelled, and seen by whom they concern."""

import re
from datetime import date

import peewee as pw
import pytest

from app.billing import actions, queries
from app.billing.models import Invoice
from app.billing.numbers import Item, is_reference
from app.billing.refusals import AlreadySettled, FeeBilled, FeeNotKept
from app.booking.models import FeeProposal
from app.kernel.audit import AuditEvent
from app.kernel.tenancy import practice_context
from app.patients.models import AccessEntry
from tests.conftest import HOST
from tests.factories import NOW, make_patient
from tests.integration.messaging.world import visit
from tests.integration.profile.world import PORTAL, acting, alice_at, child_of
from tests.people import make_account, make_member, sign_in_as

sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def bill(practice, patient, *, cents=4500, words="Séance de kinésithérapie", **more):
    with practice_context(practice):
        return actions.issue(
            patient.id, [Item(words, cents)], practice=practice, by="operator", now=NOW, **more
        )


def test_numbers_follow_one_another_in_each_practice(inside, practice, neighbour):
    with practice_context(practice):
        alice = make_patient()
    with practice_context(neighbour):
        other = make_patient()
    made = [bill(practice, alice), bill(practice, alice), bill(neighbour, other)]
    assert [(one.year, one.number) for one in made] == [(2026, 1), (2026, 2), (2026, 1)]
    assert is_reference(made[1].reference) and made[1].due_on == date(2026, 12, 20)


def test_a_failed_invoice_leaves_no_gap(inside, practice):
    with practice_context(practice):
        alice = make_patient()
        with pytest.raises(pw.IntegrityError):
            actions.issue(alice.id, [], practice=practice, by="operator", now=NOW)
    assert bill(practice, alice).number == 1


def test_an_invoice_is_settled_once(inside, practice):
    with practice_context(practice):
        invoice = bill(practice, make_patient())
        paid = {"way": "cash", "on": NOW.date(), "by": "operator", "now": NOW}
        actions.note_paid(invoice, **paid)
        for late in (
            lambda: actions.note_paid(invoice, **paid),
            lambda: actions.cancel(invoice, reason="x", by="operator", now=NOW),
        ):
            with pytest.raises(AlreadySettled):
                late()
        actions.take_back(invoice, by="operator", now=NOW)
        actions.cancel(invoice, reason="Erreur", by="operator", now=NOW)
        with pytest.raises(AlreadySettled):
            actions.take_back(invoice, by="operator", now=NOW)
        verbs = [row.verb for row in AuditEvent.select().order_by(AuditEvent.id) if "invoice." in row.verb]
        assert verbs == ["invoice.issue", "invoice.pay", "invoice.reopen", "invoice.cancel"]


@sqlite
def test_a_kept_fee_is_billed_once_and_a_waived_one_never(inside, practice):
    with practice_context(practice):
        seen = visit(practice, "2026-11-18 10:00")
        said = {"cents": 2000, "cause": "late", "proposed_at": NOW}
        fee = FeeProposal.create(appointment=seen.id, **said)
        with pytest.raises(FeeNotKept):
            actions.bill_fee(fee, "Retard", practice=practice, by="operator", now=NOW)
        FeeProposal.update(state="kept", decided_at=NOW, decided_by="operator").execute()
        invoice = actions.bill_fee(fee, "Retard", practice=practice, by="operator", now=NOW)
        assert invoice.total_cents == 2000 and invoice.patient_id == seen.patient_id
        with pytest.raises(FeeBilled):
            actions.bill_fee(fee, "Retard", practice=practice, by="operator", now=NOW)
        actions.cancel(invoice, reason="Erreur", by="operator", now=NOW)
        assert actions.bill_fee(fee, "Retard", practice=practice, by="operator", now=NOW).number == 2


# ---- the desk -------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client, practice, clock):
    sign_in_as(client, make_member(practice), clock=clock, staff=True)
    with practice_context(practice):
        client.patient = make_patient(given_name="Émile", family_name="Petit")
    client.page = f"/desk/patients/{client.patient.id}/invoices"
    return client


def post(client, url, page, **fields):
    token = TOKEN.search(client.get(page).text)[1]
    return client.post(url, data={"csrf_token": token, **fields})


@sqlite
def test_the_desk_makes_one_by_hand_notes_it_paid_and_takes_it_back(desk, practice):
    made = post(desk, desk.page, desk.page, words_1="Bilan", amount_1="52,50", words_2="Tape", amount_2="8",
                quantity_2="2", due_days="15")  # fmt: skip
    assert made.status_code == 303
    page = desk.get(made.headers["Location"]).text
    assert "68,50" in page and "+++202/6000/001" in page and "5 décembre 2026" in page and "Émile" in page
    one = made.headers["Location"].partition("?")[0]
    assert "Émile" in desk.get("/desk/invoices").text
    early = post(desk, f"{one}/payment", one, way="cash", paid_on="2026-11-01")
    assert early.status_code == 422 and "2026-11-01" in early.text
    assert post(desk, f"{one}/payment", one, way="cash", paid_on="2026-11-20").status_code == 303
    assert "Payée le 20 novembre 2026" in desk.get(one).text
    assert post(desk, f"{one}/reopening", one).status_code == 303
    assert post(desk, f"{one}/cancellation", one, reason="").status_code == 422
    assert post(desk, f"{one}/cancellation", one, reason="Erreur de montant").status_code == 303
    assert (
        "Erreur de montant" in desk.get("/desk/invoices?show=cancelled").text or "Annul" in desk.get(one).text
    )
    with practice_context(practice):
        assert AccessEntry.select().where(AccessEntry.why == "invoice").count() >= 2


@sqlite
def test_what_was_typed_stays_and_each_mistake_is_named(desk):
    answer = post(
        desk,
        desk.page,
        desk.page,
        words_1="Bilan <b>",
        amount_1="gratuit",
        words_2="",
        amount_2="5",
        due_days="30",
    )
    assert answer.status_code == 422
    assert "gratuit" in answer.text and "Bilan &lt;b&gt;" in answer.text
    assert answer.text.count('aria-invalid="true"') == 2
    assert post(desk, desk.page, desk.page).status_code == 422
    assert "Aucune facture" in desk.get(desk.page).text


@sqlite
def test_a_kept_fee_becomes_an_invoice_at_the_desk(desk, practice):
    with practice_context(practice):
        seen = visit(practice, "2026-11-18 10:00", patient=desk.patient)
        kept = {"cents": 2000, "cause": "noshow", "proposed_at": NOW, "state": "kept"}
        fee = FeeProposal.create(appointment=seen.id, **kept, decided_at=NOW, decided_by="operator")
    assert f"/desk/fees/{fee.id}/invoice" in desk.get("/desk/fees").text
    made = post(desk, f"/desk/fees/{fee.id}/invoice", desk.page)
    assert made.status_code == 303 and "mercredi 18 novembre" in desk.get(made.headers["Location"]).text
    assert "/desk/invoices/" in desk.get("/desk/fees").text
    assert post(desk, f"/desk/fees/{fee.id}/invoice", desk.page).status_code == 409


@sqlite
def test_next_doors_invoices_are_not_there(desk, neighbour):
    with practice_context(neighbour):
        other = make_patient()
    theirs = bill(neighbour, other)
    for path in (f"/desk/invoices/{theirs.id}", f"/desk/patients/{other.id}/invoices"):
        assert desk.get(path).status_code == 404
    assert post(desk, f"/desk/invoices/{theirs.id}/cancellation", desk.page, reason="x").status_code == 404


# ---- the person -----------------------------------------------------------------------------------------------------


def test_one_sees_ones_own_at_each_practice_and_all_on_the_portal(client, clock, practice, neighbour):
    alice = alice_at(client, clock, practice, neighbour)
    mine = bill(practice, alice.files[practice.id], cents=4500)
    bill(neighbour, alice.files[neighbour.id], cents=7700)
    here, everywhere = client.get("/me/invoices").text, client.get("/me/invoices", base_url=PORTAL).text
    assert "45,00" in here and "77,00" not in here
    assert "45,00" in everywhere and "77,00" in everywhere and "Cabinet Voisin" in everywhere
    page = client.get(f"/me/invoices/{mine.id}").text
    assert "Séance de kinésithérapie" in page and "+++202/6000/001" in page


def test_a_paid_one_has_its_mark_and_a_cancelled_one_asks_for_nothing(client, clock, practice):
    alice = alice_at(client, clock, practice)
    paid, gone = (bill(practice, alice.files[practice.id]) for _ in range(2))
    with practice_context(practice):
        actions.note_paid(paid, way="card", on=NOW.date(), by="operator", now=NOW)
        actions.cancel(gone, reason="secret", by="operator", now=NOW)
    page = client.get(f"/me/invoices/{paid.id}").text
    assert "Payée le 20 novembre 2026" in page and "Par carte" in page
    page = client.get(f"/me/invoices/{gone.id}").text
    assert "rien à payer" in page and "secret" not in page and "+++" not in page


def test_nobody_else_sees_it(client, app, clock, practice, neighbour):
    alice = alice_at(client, clock, practice)
    mine = bill(practice, alice.files[practice.id])
    assert client.get(f"/me/invoices/{mine.id}").status_code == 200
    for slug in ("lavande", "voisin"):
        bob, account = app.test_client(), make_account(email=f"bob-{slug}@example.be")
        sign_in_as(bob, account, clock=clock, host=f"{slug}.{HOST}")
        assert bob.get(f"/me/invoices/{mine.id}", base_url=f"http://{slug}.{HOST}").status_code == 404


@sqlite
def test_a_childs_is_seen_by_the_parent_and_alone_while_acting(client, clock, practice):
    alice = alice_at(client, clock, practice)
    row, file = child_of(alice, practice)
    own, theirs = bill(practice, alice.files[practice.id], cents=100), bill(practice, file, cents=900)
    assert client.get(f"/me/invoices/{theirs.id}").status_code == 200
    acting(client, alice, row, clock)
    assert client.get(f"/me/invoices/{theirs.id}").status_code == 200
    assert client.get(f"/me/invoices/{own.id}").status_code == 404
    assert "1,00" not in client.get("/me/invoices").text


@sqlite
def test_a_long_list_has_pages(client, clock, practice):
    alice = alice_at(client, clock, practice)
    for _ in range(queries.PAGE + 1):
        bill(practice, alice.files[practice.id])
    assert client.get("/me/invoices").text.count("/me/invoices/") >= queries.PAGE
    assert "2026-0001" in client.get("/me/invoices?page=1").text
    assert Invoice.__name__ and client.get("/me/invoices?page=900").status_code == 200
