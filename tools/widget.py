"""`make widget NAME=my_allergies`: the module, the template and the test of a new widget, under one name."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

MODULE = '''"""{sentence}: what the person sees of it, and nothing is changed here."""

from datetime import datetime
from typing import Any

from app.kernel.i18n import lazy_gettext as _l
from app.profile.widget import Viewer, Widget


def context(viewer: Viewer, _now: datetime) -> dict[str, Any]:
    """Ask a room's queries, once, for `viewer.files(…)` or `viewer.person`; the template gets what this answers."""
    return {{"files": viewer.files()}}


widget = Widget(_l("{sentence}"), context, group="care", icon="list")
'''
TEMPLATE = """{{% from "components/parts.html" import empty_state -%}}
{{% if files %}}
<ul class="widget-list" hx-ignore>
  {{% for file in files %}}<li class="widget-row">{{{{ file.practice_name }}}}</li>{{% endfor %}}
</ul>
{{% else %}}
{{{{ empty_state(_("Nothing here yet"), none, "list", level=3) }}}}
{{% endif %}}
"""
TEST = '''"""«{sentence}» on the profile page."""

import pytest

from tests.integration.profile.world import PORTAL, alice_at

HERE = "/me/widgets/{slug}"
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_each_practice_shows_its_own_and_the_portal_all(client, clock, practice, neighbour):
    alice_at(client, clock, practice, neighbour)
    assert "Cabinet Voisin" not in client.get(HERE).text.partition("</section>")[0].partition("widget-list")[2]
    assert "Cabinet Voisin" in client.get(HERE, base_url=PORTAL).text
'''


def shelves(name: str) -> dict[Path, str]:
    """Every file of a widget, and what it begins with."""
    words = {"sentence": name.replace("_", " ").capitalize(), "slug": name.replace("_", "-")}
    return {
        Path("app/profile/widgets") / f"{name}.py": MODULE.format(**words),
        Path("templates/profile/widgets") / f"{name}.html": TEMPLATE.format(**words),
        Path("tests/integration/profile/widgets") / f"test_{name}.py": TEST.format(**words),
    }


def make(name: str, root: Path = ROOT) -> list[Path]:
    """Writes them; nothing when one is there already."""
    if not NAME.fullmatch(name) or len(name) > 40:
        raise SystemExit(f"{name!r} is no name for a widget: small letters and _, like my_allergies")
    files = shelves(name)
    there = [path for path in files if (root / path).exists()]
    if there:
        raise SystemExit(f"{there[0]} is there already: nothing was written")
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return list(files)


if __name__ == "__main__":
    for made in make(sys.argv[1] if len(sys.argv) > 1 else ""):
        print(made)
