"""Google Health API v4 (health.googleapis.com), which answers for what was Fitbit: OAuth 2 with PKCE, daily roll-ups.

Scopes, methods and limits as in the service's own description (discovery document health v4, October 2026).
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from app.adapters.wearables import exchange, google_notices
from app.adapters.wearables.exchange import PORT, Answer
from app.kernel.errors import Unavailable
from app.record.wearables.days import windows
from app.record.wearables.ports import AccessOver, Asked, Grant, GrantOver, Notice, NotRead, Totals

SCOPE = "https://www.googleapis.com/auth/googlehealth."
ACTIVITY, MEASURED = (
    f"{SCOPE}activity_and_fitness.readonly",
    f"{SCOPE}health_metrics_and_measurements.readonly",
)
NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,20})?")
MOST = Decimal(10**12)
MOST_PAGES = 30
LONGEST_SECRET = 4096


@dataclass(frozen=True)
class Places:
    """Google's own addresses; tests point elsewhere."""

    agree: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token: str = "https://oauth2.googleapis.com/token"
    withdraw: str = "https://oauth2.googleapis.com/revoke"
    health: str = "https://health.googleapis.com"
    keys: str = "https://www.gstatic.com/googlehealthapi/webhooks/webhooks_public_keyset.json"

    @classmethod
    def of_simulator(cls, url: str) -> "Places":
        return cls(f"{url}/agree", f"{url}/token", f"{url}/revoke", url, f"{url}/keys")


@dataclass(frozen=True)
class Read:
    """Where a kind stands in a daily roll-up, and what makes its unit ours."""

    scope: str
    kind_of_data: str  # in addresses
    metric: str  # in answers
    number: str
    factor: Decimal = Decimal(1)
    most_days: int = 90  # of one question


READS: dict[str, Read] = {
    "steps": Read(ACTIVITY, "steps", "steps", "countSum"),
    "distance": Read(ACTIVITY, "distance", "distance", "millimetersSum", Decimal("0.000001")),
    "calories": Read(ACTIVITY, "total-calories", "totalCalories", "kcalSum", most_days=14),
    "fat-burn": Read(ACTIVITY, "active-zone-minutes", "activeZoneMinutes", "sumInFatBurnHeartZone"),
    # a minute of cardio counts as two of their «active zone minutes»
    "cardio": Read(
        ACTIVITY, "active-zone-minutes", "activeZoneMinutes", "sumInCardioHeartZone", Decimal("0.5")
    ),
    "floors": Read(ACTIVITY, "floors", "floors", "countSum"),
    "heart-rate": Read(MEASURED, "heart-rate", "heartRate", "beatsPerMinuteAvg", most_days=14),
    "weight": Read(MEASURED, "weight", "weight", "weightGramsAvg", Decimal("0.001")),
}
SCOPES = (ACTIVITY, MEASURED)  # and no more: neither sleep nor places nor the profile


class GoogleHealth:
    key = "google_health"
    name = "Google Health"
    kinds = tuple(READS)

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        answer_url: str,
        notice_secret: str = "",
        places: Places | None = None,
    ) -> None:
        """`answer_url` is registered at Google; without `notice_secret` nothing they send is believed."""
        self.client_id, self.client_secret, self.answer_url = client_id, client_secret, answer_url
        self.places = places or Places()
        self._doorman = google_notices.Doorman(notice_secret, self._keys)

    # ---- the grant --------------------------------------------------------------------------------------------------

    def ask(self, *, state: str) -> Asked:
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "client_id": self.client_id,
            "redirect_uri": self.answer_url,
            "response_type": "code",
            "scope": " ".join(SCOPES),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "access_type": "offline",  # with a refresh token,
            "prompt": "consent",  # every time
        }
        return Asked(f"{self.places.agree}?{urlencode(asked)}", verifier)

    def exchange(self, code: str, *, verifier: str, now: datetime) -> Grant:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": self.answer_url,
        }
        return self._granted(form, before=None, now=now)

    def refresh(self, grant: Grant, *, now: datetime) -> Grant:
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh}
        return self._granted(form, before=grant, now=now)

    def _granted(self, form: dict[str, str], *, before: Grant | None, now: datetime) -> Grant:
        own = {"client_id": self.client_id, "client_secret": self.client_secret}
        answer = exchange.ask("POST", self.places.token, form={**form, **own})
        said = answer.said if isinstance(answer.said, dict) else {}
        if answer.status == 410 or said.get("error") in ("invalid_grant", "access_denied"):
            raise GrantOver
        if answer.status != 200:  # our own identity is wrong, most likely: a person has to look
            raise Unavailable(PORT, retry=False, why=f"answer {answer.status} {_code(said)}".strip())
        access, refresh = said.get("access_token"), said.get("refresh_token") or (before and before.refresh)
        seconds = said.get("expires_in")
        if not _is_secret(access) or not isinstance(seconds, int) or seconds <= 0:
            raise Unavailable(PORT, retry=before is not None, why="an answer without an access")
        if not _is_secret(refresh):
            raise GrantOver  # it would end within the hour
        scopes = said.get("scope")
        kinds = _kinds(scopes) if isinstance(scopes, str) else before.kinds if before else self.kinds
        return Grant(str(access), str(refresh), now + timedelta(seconds=min(seconds, 86_400)), kinds)

    def withdraw(self, token: str) -> None:
        answer = exchange.ask("POST", self.places.withdraw, form={"token": token})
        if answer.status not in (200, 400, 410):  # 400: it is over already
            raise Unavailable(PORT, retry=True, why=f"answer {answer.status}")

    # ---- what the watch counted -------------------------------------------------------------------------------------

    def user(self, grant: Grant) -> str:
        said = self._asked("GET", "users/me/identity", grant)
        found = said.get("healthUserId")
        if not isinstance(found, str) or not 0 < len(found) <= 200:
            raise Unavailable(PORT, retry=True, why="an identity without a number")
        return found

    def totals(self, grant: Grant, kind: str, *, first: date, until: date) -> Totals:
        read = READS[kind]
        days: dict[date, Decimal | None] = {}
        odd = 0
        for start, end in windows(first, until, most=read.most_days):
            for point in self._points(grant, read, start, end):
                day = _day(point)
                if day is None:
                    odd += 1
                    continue
                metric = point.get(read.metric)
                if isinstance(metric, dict) and read.number in metric:
                    value = _number(metric[read.number])
                    days[day] = value * read.factor if value is not None else None
        return Totals(days, odd)

    def _points(self, grant: Grant, read: Read, start: date, end: date) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {
            "range": {"start": {"date": _written(start)}, "end": {"date": _written(end)}},
            "windowSizeDays": 1,
        }
        path = f"users/me/dataTypes/{quote(read.kind_of_data)}/dataPoints:dailyRollUp"
        for _page in range(MOST_PAGES):
            said = self._asked("POST", path, grant, asked)
            points = said.get("rollupDataPoints", [])
            if not isinstance(points, list):
                raise Unavailable(PORT, retry=True, why="no list of days")
            yield from (point if isinstance(point, dict) else {} for point in points)
            following = said.get("nextPageToken")
            if not following:
                return
            asked = {**asked, "pageToken": str(following)[:LONGEST_SECRET]}
        raise Unavailable(PORT, retry=True, why="pages without end")

    def _asked(self, method: str, path: str, grant: Grant, body: Any = None) -> dict[str, Any]:
        answer = exchange.ask(method, f"{self.places.health}/v4/{path}", body=body, bearer=grant.access)
        _judge(answer)
        if not isinstance(answer.said, dict):
            raise Unavailable(PORT, retry=True, why="an answer that cannot be read")
        return answer.said

    # ---- what they tell us ------------------------------------------------------------------------------------------

    def notices(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> list[Notice] | None:
        return self._doorman.believed(body, headers, now=now)

    def _keys(self) -> Any:
        return exchange.ask("GET", self.places.keys).said


def _judge(answer: Answer) -> None:
    if answer.status == 401:
        raise AccessOver
    if answer.status == 410:
        raise GrantOver
    if answer.status in (400, 403, 404):
        raise NotRead
    if answer.status != 200:
        raise Unavailable(PORT, retry=True, why=f"answer {answer.status}")


def _kinds(scopes: str) -> tuple[str, ...]:
    given = scopes.split()
    return tuple(kind for kind, read in READS.items() if read.scope in given)


def _is_secret(found: Any) -> bool:
    return (
        isinstance(found, str)
        and 0 < len(found) <= LONGEST_SECRET
        and found.isascii()
        and found.isprintable()
    )


def _code(said: Mapping[str, Any]) -> str:
    """Their word for what is wrong, and nothing they might repeat of what was sent."""
    found = said.get("error")
    return found if isinstance(found, str) and re.fullmatch(r"[a-z_]{1,40}", found) else ""


def _written(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def _day(point: Mapping[str, Any]) -> date | None:
    """Civil: as the watch showed it, whatever clock changed that night."""
    found = point.get("civilStartTime")
    found = found.get("date") if isinstance(found, dict) else None
    try:
        return date(found["year"], found["month"], found["day"])  # type: ignore[index]
    except (TypeError, KeyError, ValueError, OverflowError):
        return None


def _number(found: Any) -> Decimal | None:
    """Whole numbers come as text. None for NaN, 1e999, -3 and lists."""
    if isinstance(found, bool):
        return None
    if isinstance(found, str):
        return Decimal(found) if NUMBER.fullmatch(found) else None
    if isinstance(found, int | Decimal) and 0 <= found < MOST:
        return Decimal(found)
    return None
