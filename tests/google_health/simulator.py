"""Google's doors on loopback: agreeing, tokens, the identity, daily roll-ups and the keys of notices.

It refuses what Google refuses: a code that was used or has another verifier, a range longer than the kind allows, a
request the service's own description does not know.
"""

import base64
import hashlib
import json
import threading
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from jsonschema import ValidationError

from app.adapters.wearables.google_health import Places
from tests.google_health import schemas

FOURTEEN = {"calories-in-heart-rate-zone", "heart-rate", "active-minutes", "total-calories"}
SCOPE = "https://www.googleapis.com/auth/googlehealth."
NEEDS = {
    "heart-rate": f"{SCOPE}health_metrics_and_measurements.readonly",
    "weight": f"{SCOPE}health_metrics_and_measurements.readonly",
}
ACTIVITY = f"{SCOPE}activity_and_fitness.readonly"
METRICS = {
    "steps": "steps", "distance": "distance", "total-calories": "totalCalories", "floors": "floors",
    "active-zone-minutes": "activeZoneMinutes", "heart-rate": "heartRate", "weight": "weight",
}  # fmt: skip


class Google:
    """`days`: kind of data -> day -> value object. `wrong`: path part -> (status, headers, body) answered once each."""

    def __init__(self):
        self.days = {}
        self.codes = {}  # code -> what it was asked with
        self.access = {}  # token -> scopes
        self.refresh = {}  # token -> scopes
        self.wrong = []
        self.asked = []  # (path, body)
        self.keyset = {}
        self.page = 90
        self.leaves_out = ()  # fields of a token's answer
        self.count = 0

    def agree(self, url, *, scopes=None):
        """What a person's browser does at Google: the address it is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256", asked
        assert asked["access_type"] == "offline" and asked["prompt"] == "consent"
        self.count += 1
        code = f"4/code-{self.count}"
        self.codes[code] = {**asked, "scope": asked["scope"] if scopes is None else " ".join(scopes)}
        return f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], 'code': code})}"

    # ---- the doors --------------------------------------------------------------------------------------------------

    def token(self, form):
        if form.get("client_id") != "client" or form.get("client_secret") != "client-secret":
            return 401, {"error": "invalid_client", "error_description": "secret words"}
        if form["grant_type"] == "refresh_token":
            scopes = self.refresh.get(form["refresh_token"])
            return (200, self._made(scopes, "")) if scopes is not None else (400, {"error": "invalid_grant"})
        asked = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if not asked or (challenge, form["redirect_uri"]) != (asked["code_challenge"], asked["redirect_uri"]):
            return 400, {"error": "invalid_grant"}
        self.count += 1
        refresh = f"1//refresh-{self.count}"
        self.refresh[refresh] = asked["scope"]
        return 200, self._made(asked["scope"], refresh)

    def _made(self, scopes, refresh):
        self.count += 1
        access = f"ya29.access-{self.count}"
        self.access[access] = scopes
        made = {"access_token": access, "expires_in": 3599, "scope": scopes, "token_type": "Bearer"}
        made |= {"refresh_token": refresh} if refresh else {}
        return {name: value for name, value in made.items() if name not in self.leaves_out}

    def revoke(self, form):
        known = self.refresh.pop(form["token"], None)
        return (200, {}) if known is not None else (400, {"error": "invalid_token"})

    def identity(self):
        return 200, {"name": "users/me/identity", "healthUserId": "111222333", "legacyUserId": "ABC123"}

    def rolled_up(self, kind, body, scopes):
        try:
            schemas.check("DailyRollUpDataPointsRequest", body)
        except ValidationError as unknown:
            return error(400, "INVALID_ARGUMENT", unknown.message)
        if NEEDS.get(kind, ACTIVITY) not in scopes.split():
            return error(403, "PERMISSION_DENIED", "no scope")
        first, until = (day_of(body["range"][end]["date"]) for end in ("start", "end"))
        most = 14 if kind in FOURTEEN else 90
        if not timedelta(0) < until - first <= timedelta(days=most):
            return error(400, "INVALID_ARGUMENT", "range")
        days = sorted(day for day in self.days.get(kind, {}) if first <= day < until)
        start = int(body.get("pageToken", "0"))
        page = days[start : start + min(self.page, body.get("pageSize", most))]
        said = {"rollupDataPoints": [self._point(kind, day) for day in page]} if page else {}
        if start + len(page) < len(days):
            said["nextPageToken"] = str(start + len(page))
        return 200, said

    def _point(self, kind, day):
        ends = {
            "civilStartTime": {"date": written(day)},
            "civilEndTime": {"date": written(day + timedelta(days=1))},
        }
        return {**ends, METRICS[kind]: self.days[kind][day]}


def day_of(found):
    return date(found["year"], found["month"], found["day"])


def written(day):
    return {"year": day.year, "month": day.month, "day": day.day}


def error(code, status, message):
    return code, {"error": {"code": code, "message": message, "status": status}}


class Door(BaseHTTPRequestHandler):
    google = None

    def log_message(self, *_args):
        pass

    def do_GET(self):
        self._answer("GET")

    def do_POST(self):
        self._answer("POST")

    def _answer(self, method):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        self.google.asked.append((path, raw))
        for planted in self.google.wrong:
            if planted[0] in path:
                self.google.wrong.remove(planted)
                return self._send(*planted[1:])
        if path == "/agree":
            return self._send(303, {"Location": self.google.agree(self.path)}, b"")
        status, said = self._of(method, path, raw)
        return self._send(status, {}, json.dumps(said).encode())

    def _of(self, method, path, raw):
        google = self.google
        if path == "/keys":
            return 200, google.keyset
        if path in ("/token", "/revoke"):
            form = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
            return (google.token if path == "/token" else google.revoke)(form)
        scopes = google.access.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
        if scopes is None:
            return error(401, "UNAUTHENTICATED", "no such token")
        if path == "/v4/users/me/identity" and method == "GET":
            return google.identity()
        if path.startswith("/v4/users/me/dataTypes/") and path.endswith("/dataPoints:dailyRollUp"):
            return google.rolled_up(path.split("/")[5], json.loads(raw), scopes)
        return error(404, "NOT_FOUND", "no such method")

    def _send(self, status, headers, body):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None


@contextmanager
def running():
    """(google, places): as long as the test lasts."""
    google = Google()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OwnDoor", (Door,), {"google": google}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    here = f"http://127.0.0.1:{server.server_port}"
    try:
        yield google, Places.of_simulator(here)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
