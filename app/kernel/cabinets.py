"""The two cabinets: rows of a practice and rows of a person, both locked unless somebody opened them.

Overriding peewee's query builders ties this file to its internals: peewee is pinned, and tests/integration/kernel
keeps every escape that was once open.
"""

import re
from functools import lru_cache
from typing import Any, ClassVar

import peewee as pw

from app.kernel import tenancy
from app.kernel.db import BaseModel
from app.kernel.owners import Account, Practice


def _scoped(query: Any, source: Any, model: Any) -> Any:
    if model.everywhere():
        return query
    return query.where(getattr(source, model.owner) == model.current())


class ScopedAlias(pw.ModelAlias):
    def select(self, *selection: Any) -> Any:
        return _scoped(super().select(*selection), self, self.model)


class ScopedInsert(pw.ModelInsert):
    """An upsert may only meet rows of its own owner."""

    def on_conflict(self, action: Any = None, *, conflict_target: Any = (), **kwargs: Any) -> Any:
        # compare names: `field in fields` is always true in peewee, where == builds an expression
        owner = self.model.owner
        if action != "IGNORE" and owner not in {getattr(f, "name", f) for f in conflict_target}:
            raise self.model.wrong(f"conflict_target must include {owner}")
        return super().on_conflict(action, conflict_target=conflict_target or None, **kwargs)

    def on_conflict_replace(self) -> Any:
        raise self.model.wrong("REPLACE deletes whichever row has that id")


class _Locked(BaseModel):
    """A row with exactly one owner: scoped reads, stamped inserts, no shortcut around either."""

    owner: ClassVar[str]
    wrong: ClassVar[type[tenancy.TenancyBreach]]

    @classmethod
    def current(cls) -> Any:
        raise NotImplementedError

    @classmethod
    def everywhere(cls) -> bool:
        raise NotImplementedError

    @classmethod
    def alias(cls, alias: Any = None) -> Any:
        return ScopedAlias(cls, alias)

    @classmethod
    def select(cls, *fields: Any) -> Any:
        return _scoped(super().select(*fields), cls, cls)

    @classmethod
    def update(cls, __data: Any = None, **update: Any) -> Any:
        data = cls._normalize_data(__data, update)
        if any(getattr(field, "name", field) == cls.owner for field in data):
            raise cls.wrong(f"a row never moves to another {cls.owner}")
        return _scoped(pw.ModelUpdate(cls, data), cls, cls)

    @pw.classmethod_only
    def delete(cls) -> Any:
        return _scoped(pw.ModelDelete(cls), cls, cls)

    @classmethod
    def insert(cls, __data: Any = None, **insert: Any) -> Any:
        return ScopedInsert(cls, cls._stamp(cls._normalize_data(__data, insert)))

    @classmethod
    def insert_many(cls, rows: Any, fields: Any = None) -> Any:
        if fields is not None:
            fields = list(fields)
            rows = [dict(zip(fields, row, strict=True)) for row in rows]
        return ScopedInsert(cls, insert=[cls._stamp(cls._normalize_data(row, {})) for row in rows])

    @classmethod
    def _stamp(cls, data: Any) -> Any:
        if cls.everywhere():
            raise cls.wrong(f"an insert needs one {cls.owner}")
        here = cls.current()
        field = cls._meta.fields[cls.owner]
        given = data.get(field)
        if getattr(given, "id", given) not in (None, here):
            raise cls.wrong(f"{cls.__name__} of another {cls.owner}")
        return {**data, field: here}

    @classmethod
    def _unscopable(cls, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("this peewee shortcut cannot be scoped")

    raw = insert_from = replace = replace_many = _unscopable

    def save(self, force_insert: bool = False, only: Any = None) -> Any:
        if force_insert and self.owner not in self.__data__ and not self.everywhere():
            setattr(
                self, self.owner, self.current()
            )  # the row in hand says whose it is, as the stored one does
        rows = super().save(force_insert=force_insert, only=only)
        if rows == 0 and rows is not False:  # False: nothing was dirty
            raise self.wrong(
                f"{type(self).__name__}: not of this {self.owner}, gone, or new (new rows use create())"
            )
        return rows


class TenantModel(_Locked):
    """A row that belongs to exactly one practice."""

    owner = "practice"
    wrong = tenancy.WrongPractice
    practice = pw.ForeignKeyField(Practice, backref="+", on_delete="RESTRICT", index=False)

    @classmethod
    def current(cls) -> Any:
        return tenancy.current_practice_id()

    @classmethod
    def everywhere(cls) -> bool:
        return tenancy.every_practice()


class AccountModel(_Locked):
    """A row that belongs to exactly one person, whichever practice they visit."""

    owner = "account"
    wrong = tenancy.WrongAccount
    account = pw.ForeignKeyField(Account, backref="+", on_delete="CASCADE")

    @classmethod
    def current(cls) -> Any:
        return tenancy.current_account_id()

    @classmethod
    def everywhere(cls) -> bool:
        return tenancy.every_account()


def same_practice(table: str, column: str, *, on_delete: str = "RESTRICT") -> pw.SQL:
    """A foreign key that cannot point next door: (practice, x) -> table(practice, id)."""
    return pw.SQL(
        f'FOREIGN KEY ("practice_id", "{column}") REFERENCES "{table}" ("practice_id", "id") ON DELETE {on_delete}'
    )


OWN_KEY = ((("practice", "id"), True),)  # the unique index every parent of a composite foreign key needs


def unscoped_tables(sql: str) -> set[str]:
    """Locked tables a statement touches without naming their owner, unless their wall was opened on purpose."""
    loose: set[str] = set()
    for base in (TenantModel, AccountModel):
        if not base.everywhere():
            loose |= _unscoped(sql, base)
    return loose


@lru_cache(maxsize=4096)  # statements repeat, and this is asked of every one
def _unscoped(sql: str, base: type[TenantModel] | type[AccountModel]) -> frozenset[str]:
    read_or_changed = sql.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH"))
    if not read_or_changed or any(f'"{base.owner}_id" = {mark}' in sql for mark in ("?", "%s")):
        return frozenset()
    # a column may have a table's name: it stands behind the dot of its own table
    named = set(re.findall(r'(?<!\.)"(\w+)"', sql))
    return frozenset({m._meta.table_name for m in base.__subclasses__()} & named)
