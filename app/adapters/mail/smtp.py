"""Mail through the practice's or the platform's SMTP server."""

import smtplib
import ssl

from app.adapters.mail.message import mime_message
from app.kernel.errors import Unavailable
from app.kernel.ports import Letter

TIMEOUT_SECONDS = 20


class SmtpMailer:
    def __init__(self, *, host: str, port: int, user: str, password: str, tls: str, sender: str) -> None:
        self.host, self.port, self.user, self.password, self.tls, self.sender = (
            host,
            port,
            user,
            password,
            tls,
            sender,
        )

    def send(self, letter: Letter) -> None:
        try:
            with self._connection() as server:
                if self.tls == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(mime_message(letter, sender=self.sender), self.sender, [letter.to])
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as refused:
            raise Unavailable("mail", retry=_temporary(refused), why=type(refused).__name__) from refused
        except (ValueError, UnicodeError) as malformed:  # a header or an address no server can take
            raise Unavailable("mail", retry=False, why=type(malformed).__name__) from malformed
        except (OSError, smtplib.SMTPException) as down:
            raise Unavailable("mail", retry=True, why=type(down).__name__) from down

    def _connection(self) -> smtplib.SMTP:
        if self.tls == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)


def _temporary(refused: smtplib.SMTPException) -> bool:
    """4yz answers may pass later, 5yz will not (RFC 5321, 4.2.1)."""
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in refused.recipients.values()]
    else:
        codes = [refused.smtp_code]
    return all(400 <= code < 500 for code in codes)
