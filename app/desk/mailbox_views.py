"""The mails of the folder mailer, readable in the browser; registered in development only."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, render_template

from app.web.access import public
from app.web.outside import config

bp = Blueprint("mailbox", __name__)
NEWEST = 100
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class Mail:
    name: str
    message: EmailMessage

    @property
    def files(self) -> list[str]:
        return [part.get_filename() or "file" for part in self.message.iter_attachments()]


@bp.get("/dev/mailbox")
@public
def inbox() -> str:
    files = sorted(_folder().glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    mails = [_read(path) for path in files[:NEWEST]]
    return render_template("desk/mailbox.html", mails=mails, folder=config().mail_folder)


@bp.get("/dev/mailbox/<string:name>")
@public
def mail(name: str) -> str:
    found = _find(name)
    text = found.message.get_body(("plain",))
    return render_template("desk/mail.html", mail=found, text=text.get_content() if text else "")


@bp.get("/dev/mailbox/<string:name>/html")
@public
def html(name: str) -> Response:
    """The HTML part by itself, without scripts and with its own styles."""
    part = _find(name).message.get_body(("html",)) or abort(404)
    response = Response(part.get_content(), mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


@bp.get("/dev/mailbox/<string:name>/<int:number>")
@public
def attachment(name: str, number: int) -> Response:
    parts: list[Any] = list(_find(name).message.iter_attachments())
    if number >= len(parts):
        abort(404)
    part = parts[number]
    response = Response(part.get_payload(decode=True), mimetype=part.get_content_type())
    response.headers["Content-Disposition"] = f'attachment; filename="{part.get_filename()}"'
    return response


def _folder() -> Path:
    folder = Path(config().mail_folder)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _find(name: str) -> Mail:
    path = _folder() / f"{name}.eml"
    if not name.replace("-", "").isalnum() or not path.is_file():
        abort(404)
    return _read(path)


def _read(path: Path) -> Mail:
    return Mail(path.stem, message_from_bytes(path.read_bytes(), policy=policy.default))  # type: ignore[arg-type]
