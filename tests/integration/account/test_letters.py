"""The mails of an account: one reader, their language, our own addresses, and no header a name could break."""

import pytest

from app.account import letters
from app.account.letters import passwords
from app.adapters.mail.message import mime_message
from app.kernel.db import connection
from app.kernel.errors import NotFound
from app.kernel.owners import Account, Practice
from app.kernel.tenancy import practice_context
from app.reactions import LETTERS
from tests.conftest import HOST, ROOT
from tests.people import make_account

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def changed(account):
    return passwords.changed({"account": account.id.hex}, "<x@parvis.test>")


def test_the_practice_writes_where_it_was_asked_and_else_the_platform(inside, practice):
    alice = make_account()
    with connection():
        ours = changed(alice)
        with practice_context(practice):
            theirs = changed(alice)
    assert (ours.sender_name, theirs.sender_name) == ("Parvis", practice.name)
    assert f"http://{HOST}/forgotten" in ours.text and f"http://lavande.{HOST}/forgotten" in theirs.text
    assert ours.reply_to is None and theirs.reply_to == practice.profile.get("email")
    assert practice.name in theirs.html and practice.name not in ours.html


def test_it_speaks_the_readers_language(inside):
    alice = make_account(language="nl")
    with connection():
        letter = changed(alice)
    assert letter.language == "nl" and 'lang="nl"' in letter.html


def test_names_stay_as_they_are_in_text_and_harmless_in_html(inside):
    alice = make_account(given_name="Zoë d'Arc & <i>Co</i>")
    with connection():
        letter = changed(alice)
    assert "Zoë d'Arc & <i>Co</i>" in letter.text
    assert "<i>Co" not in letter.html and "&lt;i&gt;Co" in letter.html


def test_a_name_never_becomes_a_header(inside, practice):
    alice = make_account(given_name="{{7*7}}")
    Practice.update(name="Cabinet\r\nBcc: evil@example.be, <x> " + "é" * 150).where(
        Practice.id == practice.id
    ).execute()
    with practice_context(practice):
        letter = changed(alice)
    assert "49" not in letter.subject and "\n" not in letter.subject
    letter = letters.compose(
        "a@example.be", "password_changed", subject="x\r\nBcc: y@example.be", message_id="<1@x>", language="fr",
        practice=Practice.get(Practice.slug == "voisin"), forgotten_url="",
    )  # fmt: skip
    message = mime_message(letter, sender="no-reply@parvis.test")
    assert message["Bcc"] is None and message["To"] == "a@example.be"


def test_nothing_is_sent_to_somebody_who_left(inside):
    alice = make_account()
    with connection():
        Account.delete().where(Account.id == alice.id).execute()
        with pytest.raises(NotFound):
            changed(alice)


def test_every_letter_has_both_parts(app):
    templates = {name for name in app.jinja_env.list_templates() if name.startswith("emails/")}
    plain = {name.removesuffix(".txt") for name in templates if name.endswith(".txt")}
    assert plain == {name.removesuffix(".html") for name in templates if name.endswith(".html")}
    code = "".join(path.read_text() for path in (ROOT / "app").rglob("*.py"))
    unused = {name for name in plain if name.removeprefix("emails/") not in code}
    assert unused == set() and len(LETTERS) >= len(plain)
