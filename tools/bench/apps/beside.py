"""The portal, and in the same process a bare Flask page that reads one row by its key: the measure of a search."""

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from app.kernel.db import database
from wsgi import app as portal

ROW = 'SELECT "id", "slug", "name" FROM "practice" WHERE "id" = {}'

one = Flask(__name__, static_folder=None)


@one.get("/<practice_id>")
def row(practice_id):
    database.connect(reuse_if_open=True)
    try:
        found = database.execute_sql(ROW.format(database.param), (practice_id,)).fetchone()
    finally:
        database.close()
    return str(found[2])


app = DispatcherMiddleware(portal, {"/one": one})
