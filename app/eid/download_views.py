"""The agent itself, to take home: the folder card_agent/ as one archive, as it stands beside this portal."""

import io
import zipfile
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response

from app.web.access import public

bp = Blueprint("card_download", __name__)
FOLDER = Path(__file__).resolve().parents[2] / "card_agent"
LEFT_OUT = ("__pycache__",)
WHEN = (2026, 11, 1, 0, 0, 0)  # the same bytes for the same program


@bp.get("/eid/agent.zip")
@public
def archive() -> Response:
    headers = {"Content-Disposition": 'attachment; filename="parvis-card-agent.zip"'}
    return Response(_archive(), mimetype="application/zip", headers=headers)


@lru_cache(maxsize=1)
def _archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path in sorted(FOLDER.rglob("*")):
            if path.is_file() and not set(LEFT_OUT) & set(path.parts):
                entry = zipfile.ZipInfo(f"card_agent/{path.relative_to(FOLDER)}", WHEN)
                bundle.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return made.getvalue()
