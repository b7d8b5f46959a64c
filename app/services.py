"""The outside world as one frozen value: chosen once from the configuration, replaced whole in tests."""

from dataclasses import dataclass
from typing import Any

from app.adapters.clock.frozen import FrozenClock
from app.adapters.clock.system import SystemClock
from app.adapters.mail.fake import FakeMailer
from app.adapters.mail.folder import FolderMailer
from app.adapters.mail.smtp import SmtpMailer
from app.adapters.pdf.weasy import WeasyPrinter
from app.config import Config
from app.kernel.clock import Clock
from app.kernel.ports import Mailer, PdfPrinter
from app.kernel.sealing import Keys, Sealer


@dataclass(frozen=True)
class Services:
    clock: Clock
    mailer: Mailer
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
        return cls(
            clock=SystemClock(),
            mailer=mailers[config.mailer](),
            sealer=Sealer(Keys.derive(config.data_key)),
            printer=WeasyPrinter(),
        )

    @classmethod
    def fakes(cls, *, data_key: bytes = b"k" * 32) -> "Services":
        return cls(
            clock=FrozenClock(),
            mailer=FakeMailer(),
            sealer=Sealer(Keys.derive(data_key)),
            printer=WeasyPrinter(),
        )
