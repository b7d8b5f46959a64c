"""A Letter as the bytes mail servers exchange (RFC 5322, MIME)."""

from email.message import EmailMessage
from email.utils import formataddr, formatdate

from app.kernel.ports import Letter


def mime_message(letter: Letter, *, sender: str) -> EmailMessage:
    """Plain text first, HTML beside it, attachments after; a header with a line break raises ValueError."""
    message = EmailMessage()
    message["From"] = formataddr((letter.sender_name, sender))
    message["To"] = letter.to
    message["Subject"] = letter.subject.replace("\u00a0", " ")  # header folding would make two spaces of one
    message["Message-ID"] = letter.message_id
    message["Date"] = formatdate()
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.language
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for attachment in letter.attachments:
        kind, _, parameters = attachment.mime.partition(";")
        main, sub = kind.split("/")
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.filename)
        part = list(message.iter_attachments())[-1]
        for parameter in filter(None, parameters.split(";")):
            name, _, value = parameter.strip().partition("=")
            part.set_param(name, value)
    return message
