"""The day sheet: the coming days in one encrypted file that opens in any browser, without the portal (docs/adr/0028).

PBKDF2-HMAC-SHA256 and AES-256-GCM, because every browser has both (W3C WebCrypto) and nothing must be installed. The
practice's passphrase is never kept: the key it gave is, sealed, so that the sheet can be made anew every night.
"""

import base64
import hashlib
import json
import os
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from flask import render_template

from app.booking import catalogue, labels, queries
from app.booking.models import OCCUPYING
from app.booking.queries import Visit
from app.desk import columns
from app.desk.columns import Filter
from app.desk.models import DaySheet
from app.kernel import audit, clock, i18n
from app.kernel.db import write_tx
from app.kernel.i18n import _, speaking
from app.kernel.ids import uuid7
from app.kernel.owners import Practice
from app.kernel.sealing import Sealer
from app.kernel.tenancy import current_practice_id
from app.patients import telephones
from app.web.pages import ROOT

DAYS = 3
ITERATIONS = (
    600_000  # OWASP's advice of 2023 for PBKDF2-HMAC-SHA256; about half a second on a desk's computer
)
SHORTEST = 12  # letters of a passphrase: it stands alone between a lost file and a stranger


def current() -> DaySheet | None:
    return DaySheet.select().first()


def set_passphrase(passphrase: str, *, sealer: Sealer, by: str, now: datetime) -> DaySheet:
    """Another key from now on; sheets taken away before open with the passphrase they were made under."""
    salt = os.urandom(16)
    key = PBKDF2HMAC(SHA256(), 32, salt, ITERATIONS).derive(passphrase.encode())
    with write_tx():
        DaySheet.delete().execute()
        made = DaySheet(id=uuid7(), salt=salt, iterations=ITERATIONS, set_at=now)
        sealed = sealer.seal_bytes(key, cell=_cell(made))
        DaySheet.create(id=made.id, salt=salt, iterations=ITERATIONS, key_sealed=sealed, set_at=now)
        audit.record(by=by, verb="sheet.passphrase", target=audit.of_id("sheet", made.id), at=now)
    return DaySheet.get_by_id(made.id)


def _cell(sheet: DaySheet) -> str:
    return f"{current_practice_id().hex}|day_sheet|key|{sheet.id.hex}"


def make(sheet: DaySheet, practice: Practice, *, sealer: Sealer, by: str, now: datetime) -> DaySheet:
    """The newest sheet takes the place of the one before; its fingerprint stands in the journal."""
    code = practice.languages[0]
    with speaking(code):
        first = clock.today(now, practice.timezone)
        about = (
            f"{practice.name} · {i18n.instant_label(now.astimezone(clock.zone(practice.timezone)), code)}"[
                :200
            ]
        )
        content, seen = _content(practice, first, code, now=now)
    key = sealer.unseal_bytes(sheet.key_sealed, cell=_cell(sheet))
    nonce = os.urandom(12)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    sealed = nonce + AESGCM(key).encrypt(nonce, text, about.encode())
    with write_tx():
        DaySheet.update(made_at=now, content=sealed, about=about, patients=sorted(seen)).where(
            DaySheet.id == sheet.id
        ).execute()
        detail = {"sha256": hashlib.sha256(sealed).hexdigest(), "patients": len(seen)}
        audit.record(by=by, verb="sheet.make", target=audit.of_id("sheet", sheet.id), at=now, detail=detail)
    return DaySheet.get_by_id(sheet.id)


def _content(practice: Practice, first: date, code: str, *, now: datetime) -> tuple[dict[str, Any], set[str]]:
    """Time, initials, phone and service of every agenda; no more, for the file may be lost."""
    found = catalogue.for_desk(practice, now=now)
    names = columns.words(found, {}, language=code).services
    days, seen = [], set()
    for day in (first + timedelta(days=number) for number in range(DAYS)):
        visits = [
            one
            for one in queries.visits(*clock.day_bounds(day, practice.timezone))
            if one.status in OCCUPYING
        ]
        seen |= {one.patient for one in visits}
        phones = telephones.of({UUID(one.patient) for one in visits})
        agendas = [
            {
                "name": frame.title,
                "place": frame.place,
                "rows": [
                    _row(one, frame.zone, names, phones, code)
                    for one in visits
                    if one.schedule in frame.schedules
                ],
            }
            for frame in columns.of_day(found, day, shown=Filter(), today=first, language=code)
        ]
        days.append({"day": i18n.day_label(day, code), "agendas": agendas})
    return {"days": days}, seen


def _row(visit: Visit, zone: str, names: Any, phones: dict[str, str], code: str) -> list[str]:
    times = (clock.local(minute, zone).strftime("%H:%M") for minute in (visit.starts, visit.ends))
    initials = "".join(f"{name[:1].upper()}." for name in (visit.given_name, visit.family_name) if name)
    state = "" if visit.status == "booked" else str(labels.STATES[visit.status])
    return [
        "–".join(times),
        initials,
        phones.get(visit.patient, ""),
        names.get(visit.service, ("",))[0],
        state,
    ]


def file(sheet: DaySheet, *, code: str) -> str:
    """The whole file: what it needs is in it, and it asks for nothing from anywhere."""
    with speaking(code):
        return render_template(
            "desk/sheet_file.html",
            code=code,
            about=sheet.about,
            salt=_text(sheet.salt),
            iterations=sheet.iterations,
            content=_text(sheet.content),
            style=_inlined("css/day_sheet.css", "text/css"),
            script=_inlined("js/day_sheet.js", "text/javascript"),
            heads=[_("Time"), _("Who"), _("Phone"), _("Service"), _("State"), _("Came")],
        )


def _text(content: Any) -> str:
    return base64.b64encode(bytes(content)).decode()


def _inlined(path: str, kind: str) -> str:
    return f"data:{kind};base64,{_text((ROOT / 'static' / path).read_bytes())}"
