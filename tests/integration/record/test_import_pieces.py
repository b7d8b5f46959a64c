"""A large file comes in pieces: in order, each kept once, whoever sends it how often; half of one leaves nothing."""

import io
import re
import zipfile

import pytest

from app.account import upkeep
from app.kernel.db import connection
from app.kernel.errors import Unavailable
from app.kernel.tenancy import account_context
from app.record.imports import arrivals, jobs, writing
from app.record.imports.pieces import MOST_BYTES, PIECE
from app.record.models import ImportJob
from tests.integration.record.test_importing import GOOD, HERE, alice, job_of, kept, send, sqlite, work
from tests.integration.record.world import gone, measurer, post
from tests.people import sign_in_as

__all__ = ["alice"]
PADDING = b" " * 112 + b"\n"  # megabytes in which there is less to read
LINE = b"2026-11-01;72,4" + PADDING
LARGE = (LINE * (2 * PIECE // len(LINE) + 7)).replace(LINE, b"2026-10-01;71,0" + PADDING, 1)
SIZE = len(LARGE)
COUNT = -(-SIZE // PIECE)


def number(n):
    return f"{n:032x}"


def begin(client, size=SIZE, *, attempt=1, kind="weight"):
    return post(client, f"{HERE}/begin", {"size": size, "attempt": number(attempt), "kind": kind})


def piece(client, page, content, at, *, token=None):
    headers = {"X-CSRFToken": client.token if token is None else token}
    return client.post(
        f"{page}/pieces/{at}", data=content, content_type="application/octet-stream", headers=headers
    )


def part(n):
    return LARGE[n * PIECE : (n + 1) * PIECE]


def begun(client, **more):
    answer = begin(client, **more)
    assert answer.status_code == 200, answer.text
    return answer.json["page"]


def test_a_file_in_pieces_is_read_as_the_same_file_in_one(client, app, alice, services):
    page = begun(client)
    for n in range(COUNT):
        answer = piece(client, page, part(n), n * PIECE)
        assert answer.json["position"] == min((n + 1) * PIECE, len(LARGE))
        assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["go"] == page and len(services.files.store.kept) == COUNT
    assert all(LINE not in sealed for sealed in services.files.store.kept.values())
    work(app)
    job = job_of(alice)
    assert (job.state, job.read, job.kept) == ("done", len(LARGE) // len(LINE), 2)
    assert services.files.store.kept == {} and "2 valeurs notées" in client.get(page).text


def test_a_piece_sent_twice_is_kept_once_and_two_tabs_make_one_file(client, alice, services):
    page = begun(client)
    assert begin(client).json["page"] == page  # the second tab, with the same form
    for _tab in range(2):
        assert piece(client, page, part(0), 0).json["position"] == PIECE
    assert len(services.files.store.kept) == 1
    with (
        connection(),
        account_context(alice),
    ):  # both arrive in the same moment: the slower one is told where to go on
        stale = ImportJob.get()
    assert piece(client, page, part(1), PIECE).json["position"] == 2 * PIECE
    with connection(), account_context(alice), pytest.raises(arrivals.ElsewhereNow):
        arrivals._keep(stale, ["0" * 65], PIECE, None, stale.created_at)
    assert job_of(alice).position == 2 * PIECE and len(job_of(alice).pieces) == 2


def back(client, account, clock, **later):
    """The same person some hours later: the session is over, and they sign in again."""
    clock.move(**later)
    sign_in_as(client, account, clock=clock)
    client.token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(HERE).text).group(1)


def test_what_was_interrupted_goes_on_hours_later_and_only_with_the_same_file(client, app, alice, clock):
    page = begun(client)
    piece(client, page, part(0), 0)
    back(client, alice, clock, hours=5)
    shown = client.get(page).text
    assert "2 sur 4 Mo sont arrivés" in shown and f'data-page="{page}"' in shown and "data-pieces" in shown
    other = piece(client, page, part(0).replace(b"71,0", b"99,0"), 0)
    assert other.status_code == 409 and "Ce n’est pas le fichier" in other.json["sentence"]
    assert piece(client, page, part(0), 0).json["position"] == PIECE
    for n in (1, 2):
        piece(client, page, part(n), n * PIECE)
    work(app)
    assert job_of(alice).state == "done" and len(kept(alice)) == 2


@sqlite
def test_a_piece_in_the_wrong_place_or_of_the_wrong_length_changes_nothing(client, alice, services):
    page = begun(client)
    for at in (PIECE, 7, 10**30):
        answer = piece(client, page, part(0), at)
        assert (answer.status_code, answer.json["position"], answer.json["go"]) == (409, 0, None)
    piece(client, page, part(0), 0)
    before = dict(services.files.store.kept)
    for content in (part(1) + b"x", part(1)[:-1], b"", part(1)[:1]):
        assert piece(client, page, content, PIECE).status_code == 409
    assert piece(client, page, b"x" * (5 * 1024**2), PIECE).status_code == 413
    assert services.files.store.kept == before and job_of(alice).position == PIECE


@sqlite
def test_more_pieces_than_were_announced_are_not_taken(client, alice, services):
    page = begun(client, size=len(GOOD))
    assert piece(client, page, GOOD + GOOD, 0).status_code == 409
    assert piece(client, page, GOOD, 0).json["go"] == page
    answer = piece(client, page, GOOD, PIECE)
    assert answer.json["go"] == page and len(services.files.store.kept) == 1


@sqlite
@pytest.mark.parametrize("size", [MOST_BYTES + 1, 10**14])
def test_more_than_a_gigabyte_is_refused_before_it_is_sent(client, alice, size):
    answer = begin(client, size)
    assert answer.status_code == 413 and "1024" in answer.json["sentence"] and job_of(alice) is None
    assert begin(client, MOST_BYTES).status_code == 200


@sqlite
@pytest.mark.parametrize(
    "wrong",
    [{"size": 0}, {"size": "-5"}, {"size": "1e9"}, {"size": "٣"}, {"kind": "dreams"}, {"kind": "bmi"}],
)
def test_what_cannot_begin_is_told_in_a_sentence(client, alice, wrong):
    answer = begin(client, **wrong)
    assert answer.status_code == 422 and answer.json["sentence"] and job_of(alice) is None


@sqlite
@pytest.mark.parametrize(
    "content", [b"%PDF-1.7", b"\x89PNG\r\n", b" \n\n", b"MZ\0\0", b"\x1f\x8b\x08 packed"]
)
def test_the_first_piece_says_what_it_is_and_nothing_is_left_of_the_rest(client, alice, services, content):
    page = begun(client, size=len(content))
    answer = piece(client, page, content, 0)
    assert answer.status_code == 422 and "CSV" in answer.json["sentence"]
    assert job_of(alice) is None and services.files.store.kept == {}
    assert piece(client, page, content, 0).status_code == 404


@sqlite
def test_only_so_many_files_are_on_their_way_at_once(client, app, alice):
    pages = [begun(client, attempt=n) for n in range(arrivals.MOST_AT_ONCE)]
    answer = begin(client, attempt=99)
    assert answer.status_code == 409 and "encore en route" in answer.json["sentence"]
    assert "encore en route" in send(client, GOOD).text
    assert post(client, f"{pages[0]}/abandonment").status_code == 303
    assert begin(client, attempt=99).status_code == 200


@sqlite
def test_sending_too_often_is_told_in_a_sentence(client, alice):
    answers = [begin(client, size=0) for _n in range(21)]
    assert answers[19].status_code == 422 and answers[20].status_code == 429 and answers[20].json["sentence"]


def test_given_up_or_left_for_a_day_half_a_file_leaves_nothing(client, app, alice, services, clock):
    for how in ("given up", "left"):
        page = begun(client)
        piece(client, page, part(0), 0)
        if how == "given up":
            assert post(client, f"{page}/abandonment").location == HERE
        else:
            back(client, alice, clock, hours=23)
            with app.app_context(), connection():
                upkeep.sweep()
            assert client.get(page).status_code == 200
            back(client, alice, clock, hours=2)
            with app.app_context(), connection():
                upkeep.sweep()
        work(app)
        assert services.files.store.kept == {} and job_of(alice) is None
        assert client.get(page).status_code == piece(client, page, part(1), PIECE).status_code == 404


@sqlite
def test_a_file_that_is_whole_is_not_given_up_any_more(client, app, alice):
    page = begun(client, size=len(GOOD))
    piece(client, page, GOOD, 0)
    assert post(client, f"{page}/abandonment").location == page
    work(app)
    assert job_of(alice).state == "done" and len(kept(alice)) == 2


@sqlite
def test_a_full_disk_keeps_the_place_and_the_next_try_goes_on(client, alice, services):
    page = begun(client)
    piece(client, page, part(0), 0)
    services.files.store.refuse = Unavailable("files", retry=True, why="no space left")
    assert piece(client, page, part(1), PIECE).status_code == 503
    services.files.store.refuse = None
    assert job_of(alice).position == PIECE and len(services.files.store.kept) == 1
    assert piece(client, page, part(1), PIECE).json["position"] == 2 * PIECE


def test_somebody_else_reaches_none_of_it_and_neither_does_a_foreign_page(client, alice, practice, clock):
    page = begun(client)
    for token in ("", "x"):
        assert piece(client, page, part(0), 0, token=token).status_code == 400
    assert piece(client, page, part(0), 0).status_code == 200
    sign_in_as(client, measurer(practice, email="eve@example.be"), clock=clock)
    del client.token
    assert begin(client, attempt=5).status_code == 200
    assert piece(client, page, part(1), PIECE).status_code == 404
    assert post(client, f"{page}/abandonment").status_code == 404
    assert job_of(alice).position == PIECE


@sqlite
def test_whoever_leaves_leaves_no_piece(client, app, alice, services, clock):
    page = begun(client)
    piece(client, page, part(0), 0)
    gone(alice, now=clock.now())
    work(app)
    assert services.files.store.kept == {}


@sqlite
def test_one_file_is_read_at_a_time_so_that_mails_are_not_held_up(client, app, alice, clock):
    send(client, GOOD)
    with jobs.READING:
        work(app)
    assert job_of(alice).state == "waiting"
    clock.move(minutes=2)
    work(app)
    assert job_of(alice).state == "done"


@sqlite
def test_ten_million_rows_are_read_and_no_more_and_an_account_keeps_so_many(client, app, alice, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_ROWS", 40)
    monkeypatch.setattr(writing, "MOST_KEPT", 30)
    rows = "\n".join(f"2026-{n // 28 + 1:02}-{n % 28 + 1:02};{60 + n % 9}" for n in range(50))
    send(client, rows.encode())
    work(app)
    job = job_of(alice)
    assert (job.read, job.kept, job.refused) == (41, 30, {"full": 10, "rows": 1}) and len(kept(alice)) == 30


@sqlite
def test_a_bomb_in_pieces_is_read_as_far_as_is_allowed(client, app, alice, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_UNPACKED", 1_000_000)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file, file.open("export.xml", "w") as inside:
        inside.write(b"<HealthData>")
        for _n in range(2000):
            inside.write(b'<Record type="HKQuantityTypeIdentifierDreams" value="1"/>' * 100)
    bomb = made.getvalue()
    page = begun(client, size=len(bomb), kind="")
    piece(client, page, bomb, 0)
    work(app)
    job = job_of(alice)
    assert job.state == "done" and job.kept == 0 and job.refused["cut"] == 1
    assert job.refused["kind"] < 25_000
