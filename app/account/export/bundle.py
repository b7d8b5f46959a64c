"""The archive: workbook, JSON, calendar, and a manifest with the hash of each."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.account.export.sheets import Sheet
from app.account.export.workbook import workbook

FORMAT = "parvis-export/1"


def bundle(
    sheets: Sequence[Sheet],
    *,
    calendar: bytes,
    zone: str,
    language: str,
    now: datetime,
    attachments: Mapping[str, bytes] | None = None,
) -> bytes:
    """A ZIP whose manifest lets anybody check that nothing was lost on the way."""
    files = {
        "parvis.xlsx": workbook(sheets, zone=zone),
        "parvis.json": _json(sheets, language=language, now=now),
        "appointments.ics": calendar,
        **(attachments or {}),
    }
    files["manifest.json"] = _text(
        {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "language": language,
            "files": [
                {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                for name, content in files.items()
            ],
            "categories": [{"key": one.key, "title": one.title, "rows": len(one.rows)} for one in sheets],
        }
    )
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return found.getvalue()


def _json(sheets: Sequence[Sheet], *, language: str, now: datetime) -> bytes:
    return _text(
        {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "language": language,
            **{one.key: one.records() for one in sheets},
        }
    )


def _text(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
