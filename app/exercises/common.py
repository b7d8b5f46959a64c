"""Common exercises every practice may take into its library: our own words and drawings, shipped with the portal."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Common:
    """`key` is also the name of its drawing: static/img/exercises/<key>.svg."""

    key: str
    name: dict[str, str]
    text: dict[str, str]

    def name_in(self, languages: Sequence[str]) -> dict[str, str]:
        return {code: self.name[code] for code in languages}

    def text_in(self, languages: Sequence[str]) -> dict[str, str]:
        return {code: self.text[code] for code in languages}


EXERCISES: tuple[Common, ...] = tuple(
    Common(key, **texts)
    for key, texts in tomllib.loads((Path(__file__).parent / "common.toml").read_text()).items()
)
DRAWINGS = frozenset(one.key for one in EXERCISES)
