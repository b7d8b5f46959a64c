"""Ports every room may need; adapters implement them."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Attachment:
    filename: str
    mime: str  # type/subtype, parameters allowed
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A composed mail: one recipient, plain text first, HTML beside it."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str  # the same at every try, so that a repeated delivery can be recognised
    sender_name: str
    reply_to: str | None = None
    language: str = "fr"
    attachments: tuple[Attachment, ...] = field(default=())


class PdfPrinter(Protocol):
    def pdf(self, html: str, *, styles: str) -> bytes:
        """One document as PDF; nothing is fetched for it. Raises Unavailable where the system cannot print."""


class Mailer(Protocol):
    def send(self, letter: Letter) -> None:
        """Hand over to the next mail server; raises Unavailable(retry=…)."""


@dataclass(frozen=True)
class TextMessage:
    """A short message to a telephone: one recipient, no more than two SMS long."""

    to: str  # E.164: +32470123456
    text: str
    message_id: str  # the same at every try


class SmsSender(Protocol):
    offered: bool  # False: this installation sends none, and no page offers any

    def send(self, message: TextMessage) -> None:
        """Hand over to the provider; raises Unavailable(retry=…): False also where it may have been sent already."""


class FileStore(Protocol):
    """Keeps what app/kernel/files.py sealed. A key is `<owner>/<name>`, each of 32 hexadecimal digits."""

    def put(self, key: str, content: bytes) -> None:
        """Whole or not at all; raises Unavailable."""

    def get(self, key: str) -> bytes:
        """Raises NotFound when there is none of this key, Unavailable when it cannot be read now."""

    def remove(self, key: str) -> None:
        """Gone afterwards; no complaint when it was gone before. Raises Unavailable."""
