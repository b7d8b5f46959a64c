"""The outside world as one frozen value: chosen once from the configuration, replaced whole in tests."""

from dataclasses import dataclass
from typing import Any

from app.adapters.clock.frozen import FrozenClock
from app.adapters.clock.system import SystemClock
from app.adapters.mail.fake import FakeMailer
from app.adapters.mail.folder import FolderMailer
from app.adapters.mail.smtp import SmtpMailer
from app.adapters.pdf.weasy import WeasyPrinter
from app.adapters.sms.fake import FakeSms
from app.adapters.sms.folder import FolderSms
from app.adapters.sms.http import HttpSms
from app.adapters.sms.none import NoSms
from app.config import Config
from app.kernel.clock import Clock
from app.kernel.ports import Mailer, PdfPrinter, SmsSender
from app.kernel.sealing import Keys, Sealer


@dataclass(frozen=True)
class Services:
    clock: Clock
    mailer: Mailer
    sms: SmsSender
    sealer: Sealer
    printer: PdfPrinter

    @classmethod
    def from_config(cls, config: Config) -> "Services":
        mailers: dict[str, Any] = {
            "smtp": lambda: SmtpMailer(
                host=config.smtp_host,
                port=config.smtp_port,
                user=config.smtp_user,
                password=config.smtp_password,
                tls=config.smtp_tls,
                sender=config.mail_from,
            ),
            "folder": lambda: FolderMailer(config.mail_folder, sender=config.mail_from),
            "fake": FakeMailer,
        }
        senders: dict[str, Any] = {
            "none": NoSms,
            "http": lambda: HttpSms(
                url=config.sms_url,
                account=config.sms_account,
                token=config.sms_token,
                sender=config.sms_sender,
            ),
            "folder": lambda: FolderSms(config.mail_folder, sender=config.mail_from),
            "fake": FakeSms,
        }
        return cls(
            clock=SystemClock(),
            mailer=mailers[config.mailer](),
            sms=senders[config.sms](),
            sealer=Sealer(Keys.derive(config.data_key)),
            printer=WeasyPrinter(),
        )

    @classmethod
    def fakes(cls, *, data_key: bytes = b"k" * 32) -> "Services":
        return cls(
            clock=FrozenClock(),
            mailer=FakeMailer(),
            sms=FakeSms(),
            sealer=Sealer(Keys.derive(data_key)),
            printer=WeasyPrinter(),
        )
