"""From when to when sites, people and agendas are there; what a service asks for; who of the staff treats."""

from app.schema import AGENDAS
from tools.freeze import Step


def _columns(flag: str, no: str) -> tuple[str, ...]:
    return (
        'ALTER TABLE "location" ADD COLUMN "ends_on" DATE',
        'ALTER TABLE "practitioner" ADD COLUMN "starts_on" DATE',
        'ALTER TABLE "practitioner" ADD COLUMN "ends_on" DATE',
        'ALTER TABLE "schedule" ADD COLUMN "ends_on" DATE',
        f'ALTER TABLE "healthcare_service" ADD COLUMN "prescription_required" {flag} NOT NULL DEFAULT {no}',
        """ALTER TABLE "healthcare_service" ADD COLUMN "color" VARCHAR(10) NOT NULL DEFAULT ''""",
    )


STEP = Step(
    name="0021_agendas",
    tables=AGENDAS,
    before={"sqlite": _columns("INTEGER", "0"), "postgresql": _columns("BOOLEAN", "FALSE")},
)
