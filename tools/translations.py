"""`make translations`: reads every sentence from code and templates and brings the four catalogues up to date."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "app" / "locales"
LANGUAGES = ("fr", "nl", "de", "en")
HEADER = "# Sentences of Parvis. `make translations` keeps this file in step with code and templates."


def main():
    found = extract()
    for language in LANGUAGES:
        path = LOCALES / language / "LC_MESSAGES" / "messages.po"
        catalogue = read(path, language)
        catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
        if language == "en":
            repeat_ids(catalogue)
        write(path, catalogue)
        missing = [message for message in catalogue if message.id and not is_complete(message)]
        print(f"{language}: {len(catalogue)} sentences, {len(missing)} to translate")


def extract():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "messages.pot"
        command = [sys.executable, "-m", "babel.messages.frontend", "extract", "-F", "babel.cfg"]
        command += ["-k", "lazy_gettext", "-k", "_l", "-c", "translators:", "-o", str(path), "."]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr.strip())
        with path.open("rb") as file:
            return read_po(file)


def read(path, language):
    if not path.exists():
        catalogue = Catalog(language)
    else:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.project, catalogue.version = "Parvis", ""
    catalogue.header_comment, catalogue.fuzzy = HEADER, False
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""
    return catalogue


def repeat_ids(catalogue):
    """Sentences are written in English: the English catalogue says them again, plurals included."""
    for message in catalogue:
        if message.id:
            message.string = message.id
            message.flags.discard("fuzzy")


def is_complete(message):
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(strings) and not message.fuzzy


def write(path, catalogue):
    """Files without line numbers, so that moving a line changes no catalogue."""
    text = io.BytesIO()
    write_po(text, catalogue, width=0, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != text.getvalue():
        path.write_bytes(text.getvalue())


if __name__ == "__main__":
    main()
