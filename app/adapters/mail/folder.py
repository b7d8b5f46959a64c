"""Mail as .eml files in a folder, for development: any mail program opens them."""

import os
import re
from pathlib import Path

from app.adapters.mail.message import mime_message
from app.kernel.errors import Unavailable
from app.kernel.ports import Letter


class FolderMailer:
    def __init__(self, folder: str, *, sender: str) -> None:
        self.folder = Path(folder)
        self.sender = sender

    def send(self, letter: Letter) -> None:
        name = re.sub(r"[^A-Za-z0-9-]", "", letter.message_id.split("@")[0])
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            half = self.folder / f".{name}.{os.getpid()}"
            half.write_bytes(bytes(mime_message(letter, sender=self.sender)))
            half.rename(self.folder / f"{name}.eml")  # a reader never sees half a mail
        except OSError as full:
            raise Unavailable("mail", retry=True, why=str(full.strerror)) from full
