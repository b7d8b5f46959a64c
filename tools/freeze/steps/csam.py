"""Government sign-in: journeys to the identity provider, and a fourth kind of factor.

SQLite cannot change a CHECK in place, so the table of factors is made anew beside the old one, on both databases.
"""

from app.identity.csam_models import IdentityRequest, ProviderSession, SpentAssertion
from app.identity.models import Factor
from tools.freeze import Step

COLUMNS = ", ".join(f'"{field.column_name}"' for field in Factor._meta.sorted_fields)
ASIDE = (
    'ALTER TABLE "factor" RENAME TO "factor_before"',
    'DROP INDEX "factor_account_id"',
    'DROP INDEX "factor_credential_id"',
)
BACK = (
    f'INSERT INTO "factor" ({COLUMNS}) SELECT {COLUMNS} FROM "factor_before"',
    'DROP TABLE "factor_before"',
)
LEVEL = 'ALTER TABLE "session" ADD COLUMN "level" {kind} NOT NULL DEFAULT 0'

STEP = Step(
    name="0004_csam",
    tables=(Factor, IdentityRequest, SpentAssertion, ProviderSession),
    before={
        "sqlite": ASIDE,
        "postgresql": (
            *ASIDE,
            'ALTER TABLE "factor_before" RENAME CONSTRAINT "factor_pkey" TO "factor_before_pkey"',
        ),
    },
    after={
        "sqlite": (*BACK, LEVEL.format(kind="INTEGER")),
        "postgresql": (*BACK, LEVEL.format(kind="SMALLINT")),
    },
)
