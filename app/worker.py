"""Delivers the outbox and keeps the timetable of jobs, one practice at a time.

huey runs in the memory of this process (docs/adr): the outbox table is the queue and the truth, so that a task lost
with its worker is found again when its lease ends.
"""

import logging
import threading
from contextlib import ExitStack, nullcontext
from uuid import UUID

from flask import Flask
from huey import MemoryHuey, crontab

from app.account.upkeep import sweep, tell_birthdays
from app.booking.turnover import publish_rules
from app.booking.upkeep import expire_reoffers, expire_requests, purge_holds, refresh_listings
from app.consent.upkeep import publish_texts
from app.desk.upkeep import make_sheets
from app.eid.upkeep import forget_readings
from app.kernel import outbox, rate_limits
from app.kernel.db import connection
from app.kernel.errors import NotFound, Unavailable, traced
from app.kernel.outbox import Outbox
from app.kernel.tenancy import practice_context
from app.messaging.upkeep import post_lists, post_reminders
from app.patients.upkeep import forget_merges, purge_looks
from app.reactions import JOBS, LETTERS, ONCE, TEXTS
from app.record.wearables.queueing import queue_due
from app.waiting.upkeep import look_again
from app.walkins.upkeep import close_days
from app.web.outside import config, services

log = logging.getLogger("parvis.worker")
PAUSE_SECONDS = 1.0


def deliver(message_id: UUID) -> None:
    """One message to the outside; its outcome is written back, whatever it is."""
    now = services().clock.now()
    message = Outbox.get_or_none(id=message_id)
    if message is None or message.state != "busy":
        return
    with practice_context(message.practice_id) if message.practice_id else nullcontext():
        try:
            if message.event in ONCE and message.attempts > 1 and message.last_error is None:
                outbox.failed(message, now=now, retry=False, why="perhaps sent by a worker that died")
                return
            if message.event in JOBS:
                JOBS[message.event](message.payload)
            else:
                _send(message)
            outbox.sent(message, now=now)
        except Unavailable as down:
            log.warning("%s of %s not delivered: %s", message.event, message.id, down)
            outbox.failed(message, now=now, retry=down.retry, why=str(down))
        except NotFound:
            outbox.failed(message, now=now, retry=False, why="what it speaks of is gone")
        except Exception as broken:
            # a poison message must not stop the ones behind it; it is tried again, then left for a person
            log.error("%s of %s failed\n%s", message.event, message.id, traced(broken))
            outbox.failed(message, now=now, retry=True, why=type(broken).__name__)


def _send(message: Outbox) -> None:
    message_id = f"<{message.id}@{config().app_host.split(':')[0]}>"
    if message.event in TEXTS:
        text = TEXTS[message.event](message.payload, message_id)
        if text is not None:
            services().sms.send(text)
        return
    letter = LETTERS[message.event](message.payload, message_id)
    if letter is not None:
        services().mailer.send(letter)


def deliver_due(limit: int = 20) -> int:
    """Everything due, here and now: what tests and `flask work --once` call."""
    claimed = outbox.claim(now=services().clock.now(), limit=limit)
    for message_id in claimed:
        deliver(message_id)
    return len(claimed)


def purge_counts() -> None:
    """Rate limits whose window is over."""
    rate_limits.purge(now=services().clock.now())


def run(app: Flask, *, threads: int = 2) -> None:
    """Until the process is told to stop."""
    huey = MemoryHuey("parvis", results=False)

    def inside(job):  # type: ignore[no-untyped-def]
        def run_job(*args: object) -> None:
            with ExitStack() as stack:
                stack.enter_context(app.app_context())
                stack.enter_context(connection())
                job(*args)

        run_job.__name__ = job.__name__
        return run_job

    task = huey.task()(inside(deliver))
    huey.periodic_task(crontab(minute="*"))(inside(purge_holds))
    huey.periodic_task(crontab(minute="*/5"))(inside(expire_reoffers))
    huey.periodic_task(crontab(minute="*"))(inside(expire_requests))
    huey.periodic_task(crontab(minute="*/10"))(inside(sweep))
    huey.periodic_task(crontab(minute="17"))(inside(tell_birthdays))
    huey.periodic_task(crontab(minute="*/10"))(inside(publish_texts))
    huey.periodic_task(crontab(minute="*"))(inside(publish_rules))
    huey.periodic_task(crontab(minute="43", hour="3"))(inside(purge_looks))
    huey.periodic_task(crontab(minute="11", hour="2"))(inside(make_sheets))
    huey.periodic_task(crontab(minute="23"))(inside(forget_merges))
    huey.periodic_task(crontab(minute="*"))(inside(purge_counts))
    huey.periodic_task(crontab(minute="*"))(inside(post_reminders))
    huey.periodic_task(crontab(minute="*/10"))(inside(post_lists))
    huey.periodic_task(crontab(minute="*"))(inside(look_again))
    huey.periodic_task(crontab(minute="*"))(inside(queue_due))
    huey.periodic_task(crontab(minute="*"))(inside(forget_readings))
    huey.periodic_task(crontab(minute="11", hour="2"))(inside(close_days))

    def feed() -> None:
        """Looks into the outbox every second, and at what the search shows whenever bookings changed it."""
        look = inside(lambda: [task(found) for found in outbox.claim(now=services().clock.now())])
        listings = inside(refresh_listings)
        while not stop.is_set():
            for job in (look, listings):
                try:
                    job()
                except Exception:
                    log.exception("the worker's round failed; the next one is in a moment")
            stop.wait(PAUSE_SECONDS)

    stop = threading.Event()
    feeder = threading.Thread(target=feed, name="outbox", daemon=True)
    feeder.start()
    consumer = huey.create_consumer(workers=threads, periodic=True, check_worker_health=True)
    try:
        consumer.run()
    finally:
        stop.set()
        feeder.join(timeout=5)
