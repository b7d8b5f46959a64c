"""The inspector: reads every statement in tests and development, and refuses one that forgets whose rows it wants."""

from typing import Any

from flask import Flask

from app.kernel.cabinets import unscoped_tables
from app.kernel.db import database
from app.kernel.tenancy import TenancyBreach


def install(_app: Flask) -> None:
    db = database.obj
    if getattr(db, "inspected", False):
        return
    run = db.execute_sql
    db.statements = 0

    def inspected(sql: str, params: Any = None, *args: Any, **kwargs: Any) -> Any:
        db.statements += 1
        loose = unscoped_tables(sql)
        if loose:
            raise TenancyBreach(f"no owner named for {', '.join(sorted(loose))}: {sql}")
        return run(sql, params, *args, **kwargs)

    db.execute_sql = inspected
    db.inspected = True
