"""The outside world as one frozen value: chosen once from the configuration, replaced whole in tests."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.adapters.clock.frozen import FrozenClock
from app.adapters.clock.system import SystemClock
from app.adapters.files.disk import DiskFiles
from app.adapters.files.fake import FakeFiles
from app.adapters.mail.fake import FakeMailer
from app.adapters.mail.folder import FolderMailer
from app.adapters.mail.smtp import SmtpMailer
from app.adapters.pdf.weasy import WeasyPrinter
from app.adapters.revocation.fake import FakeRevocation
from app.adapters.revocation.ocsp import OcspRevocation
from app.adapters.sms.fake import FakeSms
from app.adapters.sms.folder import FolderSms
from app.adapters.sms.http import HttpSms
from app.adapters.sms.none import NoSms
from app.adapters.wearables.fake import FakeWearables
from app.adapters.wearables.google_health import GoogleHealth, Places
from app.config import BadConfig, Config
from app.eid.chain import ROOTS, Trust
from app.eid.ports import Revocation
from app.identity.ports import IdentityProvider
from app.identity.profiles import PROFILES, renamed
from app.kernel.clock import Clock
from app.kernel.files import Files
from app.kernel.ports import Mailer, PdfPrinter, SmsSender
from app.kernel.sealing import Keys, Sealer
from app.record.wearables.ports import WearableSource


@dataclass(frozen=True)
class Services:
    clock: Clock
    mailer: Mailer
    sms: SmsSender
    sealer: Sealer
    printer: PdfPrinter
    files: Files
    trust: Trust
    revocation: Revocation
    identity_provider: IdentityProvider | None = None  # none: nobody signs in with CSAM here
    wearable_source: WearableSource | None = None  # none: values come from files and from typing alone

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
        sealer = Sealer(Keys.derive(config.data_key))
        return cls(
            clock=SystemClock(),
            mailer=mailers[config.mailer](),
            sms=senders[config.sms](),
            sealer=sealer,
            printer=WeasyPrinter(),
            files=Files(DiskFiles(config.files_folder), sealer),
            identity_provider=_identity_provider(config),
            wearable_source=_wearable_source(config),
            trust=trusted(config),
            revocation=FakeRevocation() if config.eid_revocation == "fake" else OcspRevocation(),
        )

    @classmethod
    def fakes(cls, *, data_key: bytes = b"k" * 32) -> "Services":
        sealer = Sealer(Keys.derive(data_key))
        return cls(
            clock=FrozenClock(),
            mailer=FakeMailer(),
            sms=FakeSms(),
            sealer=sealer,
            printer=WeasyPrinter(),
            files=Files(FakeFiles(), sealer),
            trust=Trust.load(),
            revocation=FakeRevocation(),
            wearable_source=FakeWearables(),
        )


def _identity_provider(config: Config) -> IdentityProvider | None:
    """Refuses to start with metadata, keys or names that cannot be used: better now than at somebody's sign-in."""
    if not config.csam_profile:
        return None
    from app.adapters.saml.provider import Given, Unusable  # a third of a second that most portals never need
    from app.adapters.saml.python3_saml import SamlProvider

    try:
        profile = renamed(PROFILES[config.csam_profile], config.csam_attributes)
    except ValueError as wrong:
        raise BadConfig("PARVIS_CSAM_ATTRIBUTES", str(wrong)) from wrong
    given = Given(
        profile=profile,
        metadata=config.csam_metadata,
        key=config.csam_key,
        certificate=config.csam_certificate,
        entity_id=config.csam_entity_id,
        origin=f"{config.scheme}://{config.app_host}",
        least=config.csam_level,
        message_signed=config.csam_signed == "both",
    )
    try:
        return SamlProvider(given)
    except Unusable as wrong:
        raise BadConfig(
            "PARVIS_CSAM_METADATA, PARVIS_CSAM_KEY or PARVIS_CSAM_CERTIFICATE", str(wrong)
        ) from wrong


def _wearable_source(config: Config) -> WearableSource | None:
    if not config.google_client_id:
        return None
    return GoogleHealth(
        client_id=config.google_client_id,
        client_secret=config.google_client_secret,
        notice_secret=config.google_notice_secret,
        places=Places.of_simulator(config.google_url) if config.google_url else Places(),
        answer_url=f"{config.scheme}://{config.app_host}/wearables/google-health/answer",
    )


def trusted(config: Config) -> Trust:
    """The roots of the cards; a real portal refuses to start with one the Belgian State did not publish."""
    try:
        return Trust.load(Path(config.eid_trust_folder or ROOTS), only_known=config.scheme == "https")
    except (OSError, ValueError) as wrong:
        raise BadConfig("PARVIS_EID_TRUST_FOLDER", str(wrong)) from wrong
