"""Is it alive, and can it work: no versions, no paths, no database in the first answer."""

from flask import Blueprint, Response

from app.kernel.db import connection, database
from app.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def readyz() -> Response:
    try:
        with connection():
            database.execute_sql("SELECT 1 FROM practice LIMIT 1")
    except Exception:  # noqa: BLE001 - whatever it is, this server cannot serve
        return Response("not ready\n", status=503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")
