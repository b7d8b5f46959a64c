"""The archive: workbook, JSON, calendar, and a manifest with the hash of each."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.account.export.sheets import Sheet

FORMAT = "parvis-export/1"


def bundle(
    sheets: Sequence[Sheet],
    *,
    calendar: bytes,
    zone: str,
    language: str,
    now: datetime,
    attachments: Mapping[str, bytes | Iterable[bytes]] | None = None,
) -> bytes:
    """A ZIP whose manifest lets anybody check that nothing was lost on the way. What is long comes bit by bit."""
    from app.account.export.workbook import workbook  # 12 MB that only the worker needs

    files: dict[str, bytes | Iterable[bytes]] = {
        "parvis.xlsx": workbook(sheets, zone=zone),
        "parvis.json": _json(sheets, language=language, now=now),
        "appointments.ics": calendar,
        **(attachments or {}),
    }
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        told = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "language": language,
            "files": [_add(archive, name, content, now) for name, content in files.items()],
            "categories": [{"key": one.key, "title": one.title, "rows": len(one.rows)} for one in sheets],
        }
        _add(archive, "manifest.json", _text(told), now)
    return found.getvalue()


def _add(
    archive: zipfile.ZipFile, name: str, content: bytes | Iterable[bytes], now: datetime
) -> dict[str, object]:
    entry = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    size, digest = 0, hashlib.sha256()
    with archive.open(entry, "w") as inside:
        for part in (content,) if isinstance(content, bytes) else content:
            inside.write(part)
            digest.update(part)
            size += len(part)
    return {"name": name, "bytes": size, "sha256": digest.hexdigest()}


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
