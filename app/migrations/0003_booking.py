"""Booking as practices need it: the matrix of rules, rooms, requests, series, and states that follow each other."""

from app.kernel.tenancy import across_practices
from app.schema import statements


def up(migrator, db):
    with across_practices(reason="the rows of every practice move to the new schema"):
        for statement in statements("0003_booking"):
            db.execute_sql(statement)
