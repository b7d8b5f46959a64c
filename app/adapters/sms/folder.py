"""SMS beside the mails of the development mailbox, so that a developer reads them without a telephone."""

from app.adapters.mail.folder import FolderMailer
from app.kernel.ports import Letter, TextMessage


class FolderSms:
    offered = True

    def __init__(self, folder: str, *, sender: str) -> None:
        self.mailer = FolderMailer(folder, sender=sender)

    def send(self, message: TextMessage) -> None:
        self.mailer.send(
            Letter(
                to=f"{message.to}@sms.invalid",
                subject="SMS",
                text=message.text,
                html="",
                message_id=message.message_id,
                sender_name="SMS",
            )
        )
