"""The agent's own list of portals, and its language: a file only its person can read. No PIN, no token, no card."""

from __future__ import annotations

import json
import locale
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from card_agent.portal import origin_of
from card_agent.problems import Problem

LANGUAGES = ("fr", "nl", "de", "en")
MOST_SITES = 20


def folder() -> Path:
    """Where this system keeps the settings of programs."""
    own = os.environ.get("PARVIS_CARD_AGENT_FOLDER")
    if own:
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home())) / "Parvis"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Parvis"
    return Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / "parvis"


@dataclass
class Settings:
    """`sites` are origins a person has typed here; the agent speaks to no other."""

    sites: list[str] = field(default_factory=list)
    language: str = "fr"

    @classmethod
    def load(cls) -> Settings:
        """What the file says; an unreadable one counts as none, and is written anew at the next change."""
        try:
            found = json.loads((folder() / "card-agent.json").read_text())
            sites = [origin_of(site) for site in found["sites"]][:MOST_SITES]
            language = found["language"]
        except (OSError, ValueError, KeyError, TypeError, Problem):
            sites, language = [], _system_language()
        return cls(sites, language if language in LANGUAGES else _system_language())

    def save(self) -> None:
        place = folder()
        place.mkdir(parents=True, exist_ok=True)
        path = place / "card-agent.json"
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"sites": self.sites, "language": self.language}, file)
        os.replace(fresh, path)

    def add(self, site: str) -> str:
        """The origin as it is kept, the one used last first."""
        origin = origin_of(site)
        self.sites = [origin, *(one for one in self.sites if one != origin)][:MOST_SITES]
        self.save()
        return origin


def _system_language() -> str:
    spoken = os.environ.get("LANG") or (locale.getlocale()[0] or "")
    code = spoken[:2].lower()
    return code if code in LANGUAGES else "fr"
