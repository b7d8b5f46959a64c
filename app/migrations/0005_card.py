"""Identity cards: pairings with an agent, what was proved, what a member must look at; addresses in files."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0005_card"):
        db.execute_sql(statement)
