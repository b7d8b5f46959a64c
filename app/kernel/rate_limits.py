"""How often is too often: counted in the database by one atomic statement, for every process and machine alike.

`limits` does the arithmetic (docs/adr/0011); the storage it lacks is here. A count is found by a keyed hash: neither an
address nor a mail can be read from the table.
"""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta
from typing import Any, ClassVar

import peewee as pw
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from app.kernel.db import EPOCH, BaseModel, InstantField, database, write_tx
from app.kernel.errors import TooMany
from app.kernel.tenancy import open_practice_id


def per_minutes(amount: int, minutes: int) -> RateLimitItem:
    return RateLimitItemPerMinute(amount, minutes)


def per_hour(amount: int) -> RateLimitItem:
    return RateLimitItemPerHour(amount)


# Every limit of the portal. `account` is an account's id, or what was typed where an account is asked for; `address` is
# where the request comes from. A person's own count is small. An address may be a whole school, or the customers of a
# mobile network, so its count is larger; what anybody may do at a practice's site is counted per practice.
LIMITS: dict[str, dict[str, RateLimitItem]] = {
    "sign-in": {"account": per_minutes(10, 15), "address": per_minutes(50, 15)},
    "second-factor": {"account": per_minutes(10, 15), "address": per_minutes(50, 15)},
    "passkey": {"address": per_minutes(50, 15)},  # wrong answers
    "passkey-question": {"address": per_minutes(300, 15)},
    "csam": {"address": per_minutes(60, 15)},  # journeys to the identity provider
    "step-up": {"account": per_minutes(10, 15), "address": per_minutes(50, 15)},
    "code-by-mail": {"account": per_minutes(3, 15), "address": per_minutes(20, 15)},
    "forgotten": {"account": per_minutes(3, 15), "address": per_minutes(20, 15)},
    "resend": {"account": per_minutes(3, 15), "address": per_minutes(20, 15)},
    "token": {"address": per_minutes(60, 15)},  # opening links of mails: guessing one is hopeless, and seen
    "feed": {"account": per_hour(60)},  # of one calendar: programs ask a few times a day
    "join": {"account": per_hour(3), "address": per_hour(10)},
    "change": {"account": per_hour(30)},  # of name, mail, password, factors
    "observation": {"account": per_minutes(300, 15)},
    "import": {"account": per_hour(20)},  # files of values
    "import-piece": {"account": per_minutes(1500, 15)},  # of 2 MB each
    "wearable-connect": {"account": per_hour(15)},
    "wearable-answer": {"address": per_minutes(60, 15)},  # browsers that come back from a service
    "wearable-sync": {"account": per_hour(6)},  # asked for by hand
    "export": {"account": per_hour(5)},
    "delete": {"account": per_hour(5)},
    "message": {"account": per_hour(60)},
    "question": {"account": per_hour(10), "address": per_hour(20)},
    "mandate": {"account": per_hour(10)},
    "invite": {"practice": per_hour(30)},
    "desk-sheet": {"account": per_minutes(20, 15)},
    "questionnaire": {"practice": per_hour(200)},  # sent to patients
    "desk-search": {"account": per_minutes(600, 15)},  # each letter typed may ask once
    "desk-number": {"account": per_hour(60)},  # whole national numbers shown
    "card": {"account": per_hour(20)},  # readings of one's own card begun
    "card-before-joining": {"address": per_hour(60)},
    "card-code": {"address": per_minutes(10, 10)},  # wrong codes typed into the agent
    "card-codes": {"account": per_minutes(600, 10)},  # the same of everybody together
    "desk-card": {"account": per_hour(120)},
    "support": {"address": per_hour(10)},  # questions to whoever runs the portal
    "hold": {"address": per_minutes(60, 10)},
    "booking": {"account": per_hour(10), "address": per_hour(60)},
    "waiting": {"account": per_hour(10), "address": per_hour(60)},
    "walk-in": {"address": per_minutes(20, 10)},  # numbers taken at the door
}
AT_ONCE = 40  # tries that `take` counts, at most
SHARE = 10  # and no more than this part of what is left: near the limit it counts them one by one
PER_PRACTICE = ("hold", "booking", "waiting", "walk-in", "question")

_key: list[bytes] = []


def install(key: bytes) -> None:
    """Called once by the factory, with the key of blind indexes."""
    _key[:] = [key]


class RateCount(BaseModel):
    """One window of one limit. Nobody's row: it says how often, and not who."""

    key = pw.CharField(64, primary_key=True)
    count = pw.IntegerField()
    ends = InstantField(index=True)

    class Meta:
        table_name = "rate_count"


class PeeweeStorage(Storage):
    """What `limits` needs of a storage, at one moment `now`."""

    STORAGE_SCHEME: ClassVar[list[str]] = ["peewee"]  # type: ignore[misc]

    def __init__(self, uri: str | None = None, *, now: datetime, wrap_exceptions: bool = False) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self.now = now
        self.instant: int = RateCount.ends.db_value(now)

    @property
    def base_exceptions(self) -> type[Exception]:
        return pw.DatabaseError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        if not database.in_transaction():
            with write_tx():
                return self.incr(key, expiry, amount)
        ends = self.instant + expiry * 1_000_000
        found = database.execute_sql(
            _increment(database.param), (_hashed(key), amount, ends, self.instant, self.instant)
        ).fetchone()
        return int(found[0])

    def get(self, key: str) -> int:
        return self.window(key)[0]

    def get_expiry(self, key: str) -> float:
        return self.window(key)[1] / 1_000_000

    def check(self) -> bool:
        return bool(database.execute_sql("SELECT 1").fetchone())

    def reset(self) -> int:
        with write_tx():
            return int(RateCount.delete().execute())

    def clear(self, key: str) -> None:
        with write_tx():
            RateCount.delete().where(RateCount.key == _hashed(key)).execute()

    def window(self, key: str) -> tuple[int, int]:
        """(count, end) of the window that is open now."""
        mark = database.param
        found = database.execute_sql(
            f'SELECT "count", "ends" FROM "rate_count" WHERE "key" = {mark} AND "ends" > {mark}',
            (_hashed(key), self.instant),
        ).fetchone()
        return found or (0, self.instant)


def _increment(mark: str) -> str:
    """Insert, add, or begin anew when the window is over: one statement, so that two at once both count."""
    return (
        f'INSERT INTO "rate_count" ("key", "count", "ends") VALUES ({mark}, {mark}, {mark}) '
        'ON CONFLICT ("key") DO UPDATE SET '
        f'"count" = EXCLUDED."count" + CASE WHEN "rate_count"."ends" <= {mark} THEN 0 ELSE "rate_count"."count" END, '
        f'"ends" = CASE WHEN "rate_count"."ends" <= {mark} THEN EXCLUDED."ends" ELSE "rate_count"."ends" END '
        'RETURNING "count"'
    )


def _hashed(key: str) -> str:
    return hmac.new(_key[0], f"limit\x1f{key}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def hit(name: str, *, now: datetime, **who: Any) -> None:
    """Count one try for each of `who` the limit names (None is not counted); raises TooMany beyond any of them.

    Inside a transaction the count lives and dies with it; otherwise it is written at once, and whoever is beyond the
    limit already is sent away without a write.
    """
    wanted = _wanted(name, who)
    if not wanted:
        return
    limiter = FixedWindowRateLimiter(PeeweeStorage(now=now))
    if database.in_transaction():
        beyond = [each for each in wanted if not limiter.hit(each[0], *each[1])]
    else:
        _refuse(name, limiter, [each for each in wanted if not limiter.test(each[0], *each[1])], now)
        with write_tx():
            beyond = [each for each in wanted if not limiter.hit(each[0], *each[1])]
    _refuse(name, limiter, beyond, now)


def take(name: str, *, now: datetime, **who: Any) -> tuple[int, datetime]:
    """Count several tries at once of a limit that counts by one thing alone: how many, one at least, and until when
    they may be spent (kernel/allowance.py); raises TooMany. Never inside a transaction, which could undo the count."""
    counted = _wanted(name, who)
    if not counted:
        return 1, now  # nobody is named: nothing is counted, and nothing is kept for later
    ((item, identifiers),) = counted
    storage = PeeweeStorage(now=now)
    limiter, key = FixedWindowRateLimiter(storage), item.key_for(*identifiers)
    if not limiter.test(item, *identifiers):
        _refuse(name, limiter, [(item, identifiers)], now)
    with write_tx():
        wanted = max(1, min(AT_ONCE, (item.amount - storage.get(key)) // SHARE))
        beyond = min(wanted, max(0, storage.incr(key, item.get_expiry(), wanted) - item.amount))
        if beyond:
            storage.incr(key, item.get_expiry(), -beyond)
        _count, ends = storage.window(key)
    if beyond == wanted:
        _refuse(name, limiter, [(item, identifiers)], now)
    return wanted - beyond, RateCount.ends.python_value(ends)


def check(name: str, *, now: datetime, **who: Any) -> None:
    """Raises TooMany as `hit` does, and counts nothing: for whoever counts in the transaction that does the work."""
    wanted = _wanted(name, who)
    limiter = FixedWindowRateLimiter(PeeweeStorage(now=now))
    _refuse(name, limiter, [each for each in wanted if not limiter.test(each[0], *each[1])], now)


def clear(name: str, *, now: datetime, **who: Any) -> None:
    """Forget the tries of `who`: after the right password, say."""
    limiter = FixedWindowRateLimiter(PeeweeStorage(now=now))
    for item, identifiers in _wanted(name, who):
        limiter.clear(item, *identifiers)


def give_back(name: str, *, now: datetime, **who: Any) -> None:
    """The last try was a right one: where only wrong ones count, it is taken off again, and no other with it."""
    storage = PeeweeStorage(now=now)
    for item, identifiers in _wanted(name, who):
        storage.incr(item.key_for(*identifiers), item.get_expiry(), amount=-1)


def purge(*, now: datetime) -> int:
    """Windows that are over; how many went."""
    if not RateCount.select().where(RateCount.ends <= now).exists():
        return 0  # nothing to do: no write lock taken
    with write_tx():
        return int(RateCount.delete().where(RateCount.ends <= now).execute())


def _wanted(name: str, who: dict[str, Any]) -> list[tuple[RateLimitItem, tuple[str, ...]]]:
    """(limit, identifiers) in the order of the table, so that two transactions never wait for each other."""
    unknown = set(who) - {"account", "address", "practice"}
    if unknown:
        raise TypeError(f"no limit counts {', '.join(sorted(unknown))}")
    here = open_practice_id() if name in PER_PRACTICE else None
    place = here.hex if here else ""
    return [
        (item, (name, kind, place, _named(kind, who[kind])))
        for kind, item in LIMITS[name].items()
        if who.get(kind)
    ]


def _named(kind: str, value: Any) -> str:
    """One network of the newer protocol is one customer, who has all of its addresses."""
    text = str(value).strip().casefold()
    if kind == "address" and ":" in text:
        try:
            return str(ipaddress.ip_network((text.split("%")[0], 64), strict=False))
        except ValueError:
            return text
    return text


def _refuse(
    name: str,
    limiter: FixedWindowRateLimiter,
    beyond: list[tuple[RateLimitItem, tuple[str, ...]]],
    now: datetime,
) -> None:
    if beyond:
        ends = max(limiter.get_window_stats(item, *identifiers).reset_time for item, identifiers in beyond)
        raise TooMany(name, wait=EPOCH + timedelta(seconds=ends) - now)
