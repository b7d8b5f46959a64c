"""`python -m tools.freeze`: writes app/migrations/<step>.<engine>.sql for every step."""

from app.schema import MIGRATIONS
from tools.freeze import DRY, unreleased

for step in unreleased():
    for engine in DRY:
        (MIGRATIONS / f"{step.name}.{engine}.sql").write_text(step.ddl(engine))
