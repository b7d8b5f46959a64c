"""Databases on the throw-away PostgreSQL cluster: one a test, copied from a furnished one."""

from playhouse.db_url import connect


def in_database(server: str, name: str) -> str:
    base, _, query = server.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def make_database(server: str, name: str, template: str = "template0") -> None:
    maintenance = connect(server, prefer_psycopg3=True)
    connection = maintenance.connection()
    connection.autocommit = True
    connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    maintenance.close()
