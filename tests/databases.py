"""Databases on the throw-away PostgreSQL cluster: copied from a furnished one, and put back after a test."""

import psycopg
from playhouse.db_url import connect

# What the furnished database looked like stands in a schema beside it. Going back costs a tenth of a new copy.
SEED = """
CREATE SCHEMA seed;
CREATE FUNCTION seed.shape() RETURNS text LANGUAGE sql AS $$
  SELECT md5(string_agg(one, ',' ORDER BY one)) FROM (
    SELECT 'class ' || oid AS one FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'column ' || attrelid || attname || attnotnull FROM pg_attribute
      JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
    UNION ALL SELECT 'constraint ' || oid FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger ' || oid || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function ' || oid || md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  ) AS found
$$;
DO $$ DECLARE one record; filled boolean; BEGIN
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', one.name) INTO filled;
    IF filled THEN EXECUTE format('CREATE TABLE seed.%I AS TABLE public.%I', one.name, one.name); END IF;
  END LOOP;
END $$;
CREATE TABLE seed."the shape" AS SELECT seed.shape() AS shape;
CREATE FUNCTION seed.back() RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE one record; BEGIN
  IF seed.shape() <> (SELECT shape FROM seed."the shape") THEN RETURN false; END IF;
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM public.%I', one.name);
  END LOOP;
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'seed' AND tablename <> 'the shape' LOOP
    EXECUTE format('INSERT INTO public.%I SELECT * FROM seed.%I', one.name, one.name);
  END LOOP;
  RETURN true;
END $$;
"""


def in_database(server: str, name: str) -> str:
    base, _, query = server.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def make_database(server: str, name: str, template: str = "template0") -> None:
    maintenance = connect(server, prefer_psycopg3=True)
    connection = maintenance.connection()
    connection.autocommit = True
    connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    maintenance.close()


def plant_seed(url: str) -> None:
    """Note in the furnished database what it holds, so that its copies find back to it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SEED)


class Copies:
    """One copy at a time, handed to test after test; a new one when a test bent the tables themselves."""

    def __init__(self, server: str, template: str) -> None:
        self.server, self.template, self.made = server, template, 0

    def lend(self) -> str:
        if not (self.made and self._put_back()):
            self.made += 1
            make_database(self.server, f"copy{self.made}", self.template)
        return self.url

    @property
    def url(self) -> str:
        return in_database(self.server, f"copy{self.made}")

    def _put_back(self) -> bool:
        """False when its tables are no longer those of the template, or somebody holds on to them."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute("SET session_replication_role = replica")  # no trigger, no foreign key
            connection.execute("SET lock_timeout = '3s'")
            try:
                row = connection.execute("SELECT seed.back()").fetchone()
            except psycopg.errors.LockNotAvailable:
                return False
        return bool(row and row[0])
