"""[questions] of practice.toml: who may ask the practice something from its public page."""

from app.practice.folder.fields import Table

ASKERS = ("nobody", "account", "everybody")


def read_questions(practice: Table) -> str | None:
    table = practice.table("questions", required=False)
    if table is None:
        return None
    who = table.choice("who", ASKERS)
    table.done()
    return who
