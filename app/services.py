"""The outside world as one frozen value: chosen once from the configuration, replaced whole in tests."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.adapters.clock.frozen import FrozenClock
from app.adapters.clock.system import SystemClock
from app.adapters.mail.fake import FakeMailer
from app.adapters.mail.folder import FolderMailer
from app.adapters.mail.smtp import SmtpMailer
from app.adapters.revocation.fake import FakeRevocation
from app.adapters.revocation.ocsp import OcspRevocation
from app.config import BadConfig, Config
from app.eid.chain import ROOTS, Trust
from app.eid.ports import Revocation
from app.kernel.clock import Clock
from app.kernel.ports import Mailer
from app.kernel.sealing import Keys, Sealer


@dataclass(frozen=True)
class Services:
    clock: Clock
    mailer: Mailer
    sealer: Sealer
    trust: Trust
    revocation: Revocation

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
            trust=trusted(config),
            revocation=FakeRevocation() if config.eid_revocation == "fake" else OcspRevocation(),
        )

    @classmethod
    def fakes(cls, *, data_key: bytes = b"k" * 32) -> "Services":
        return cls(
            clock=FrozenClock(),
            mailer=FakeMailer(),
            sealer=Sealer(Keys.derive(data_key)),
            trust=Trust.load(),
            revocation=FakeRevocation(),
        )


def trusted(config: Config) -> Trust:
    """The roots of the cards; a real portal refuses to start with one the Belgian State did not publish."""
    try:
        return Trust.load(Path(config.eid_trust_folder or ROOTS), only_known=config.scheme == "https")
    except (OSError, ValueError) as wrong:
        raise BadConfig("PARVIS_EID_TRUST_FOLDER", str(wrong)) from wrong
