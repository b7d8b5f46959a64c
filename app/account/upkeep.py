"""What time does to accounts: birthdays are told, and what is over is swept away."""

from datetime import timedelta

from app.account.export import jobs
from app.identity import journeys, registration, representation
from app.identity.models import MailCode, MailLink, MandateOffer, PasskeyChallenge, Session
from app.kernel import outbox
from app.kernel.db import write_tx
from app.kernel.tenancy import across_accounts
from app.record.imports import jobs as imports
from app.record.wearables import journeys as wearables
from app.web.outside import services

KEPT = timedelta(days=30)  # an old link still says that it is old


def sweep() -> None:
    """Sessions, codes, links and copies that are over; run as often as one likes."""
    now = services().clock.now()
    jobs.purge(now=now)
    imports.purge(now=now)
    wearables.purge(now=now)
    registration.purge(now=now)
    journeys.purge(now=now)
    with across_accounts(reason="what is over is nobody's any more"), write_tx():
        Session.delete().where(Session.expires_at < now).execute()
        MailCode.delete().where(MailCode.expires_at < now - KEPT).execute()
        MailLink.delete().where(MailLink.expires_at < now - KEPT).execute()
        MandateOffer.delete().where(MandateOffer.expires_at < now - KEPT).execute()
        PasskeyChallenge.delete().where(PasskeyChallenge.expires_at < now).execute()


def tell_birthdays() -> int:
    """A mail for each, once: the mark and the mail are one transaction."""
    now = services().clock.now()
    with write_tx():
        found = representation.birthdays(now=now)
        for row, years in found:
            outbox.post(
                "child-birthday",
                {"account": row.account_id.hex, "representation": row.id.hex, "years": years},
                key=f"birthday:{row.id}:{years}",
                now=now,
            )
    return len(found)
