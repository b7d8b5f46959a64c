"""Sites, people and agendas begin and end on a day; services have a colour; who of the staff treats."""

from app.schema import statements


def up(migrator, db):
    for statement in statements("0021_agendas"):
        db.execute_sql(statement)
