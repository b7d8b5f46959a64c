"""How much a form may weigh: the door knows before it reads, and what is too big meets a sentence."""

import io

import pytest
from flask import jsonify
from wtforms import StringField

from app.web.access import public, takes_files
from app.web.forms import BaseForm
from app.web.uploads import MEGABYTE, PDF, UploadField, served
from tests.pictures import picture

pytestmark = [pytest.mark.own_app, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


class QuestionForm(BaseForm):
    subject = StringField()
    files = UploadField("Files", most=3)


def look():
    form = QuestionForm(meta={"csrf": False})
    form.validate()
    return jsonify(
        subject=form.subject.data, wrong=form.errors, kept=[one.name for one in form.files.uploads]
    )


@pytest.fixture
def visitor(app, client):
    """Two views that read the same form; one of them takes files. The token is left aside where it is not asked."""
    app.add_url_rule("/plain", "plain", public(lambda: look()), methods=["POST"])
    app.add_url_rule("/files", "files", takes_files(public(lambda: look())), methods=["POST"])
    free = takes_files(public(lambda: look()))
    free.checks_its_token = True
    app.add_url_rule("/free", "free", free, methods=["POST"])
    return client


def send(client, path, *sizes, subject="Question"):
    """As a browser writes it, in one piece: the test client's own temporary files outlive a refusal."""
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = part.format("subject", "").encode() + subject.encode() + b"\r\n"
    for at, size in enumerate(sizes):
        body += part.format("files", f'; filename="{at}.bin"').encode() + bytes(size) + b"\r\n"
    return client.post(path, data=body + b"--x--\r\n", content_type="multipart/form-data; boundary=x")


def test_a_file_of_fifty_megabytes_meets_a_sentence_and_costs_nothing_that_was_typed(visitor):
    answer = send(visitor, "/free", 50 * MEGABYTE)
    assert answer.status_code == 200
    assert answer.json["subject"] == "Question"
    assert "10" in answer.json["wrong"]["files"][0]


def test_a_body_beyond_every_limit_is_refused_before_it_is_read(visitor):
    assert send(visitor, "/free", 65 * MEGABYTE).status_code == 413


def test_a_view_that_takes_no_files_keeps_its_small_limit(visitor):
    assert send(visitor, "/plain", 300 * 1024).status_code == 413


def test_the_token_is_asked_for_all_the_same(visitor):
    assert send(visitor, "/files", 300 * 1024).status_code == 400


def test_a_long_text_is_refused_even_where_files_are_taken(visitor):
    assert send(visitor, "/free", 1, subject="x" * 400_000).status_code == 413


def test_a_picture_is_taken_and_more_than_the_form_allows_are_not(visitor):
    def sent(count):
        files = [(io.BytesIO(picture()), f"{at}.png") for at in range(count)]
        return visitor.post("/free", data={"files": files}, content_type="multipart/form-data").json

    assert (sent(3)["kept"], sent(3)["wrong"]) == (["0.png", "1.png", "2.png"], {})
    assert "files" in sent(4)["wrong"]
    assert sent(0)["wrong"] == {}


def test_a_file_leaves_in_a_sandbox_under_a_name_that_breaks_no_header(app):
    with app.test_request_context():
        answer = served(b"x", name='Échographie "été".pdf', kind=PDF, inline=True)
        shown = served(b"x", name="a.png", kind="image/png", inline=True)
        other = served(b"x", name="a.html", kind="text/html", inline=True)
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"_chographie __t__.pdf\"; filename*=UTF-8''%C3%89chographie%20%22%C3%A9t%C3%A9%22.pdf"
    )
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store"
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert (other.mimetype, other.headers["Content-Disposition"][:10]) == (
        "application/octet-stream",
        "attachment",
    )
