"""The letters and words a patient is found by, the same for a migration, a measure and the actions.

Any run of letters within a name is looked for, over the gap of first and last name too and in either order. Written one
behind the other the two names make a ring, and each of its turns is a word: whatever is looked for begins one of them.

A file holds its ring and the parts of its mail (`letters_of`); the database keeps their words beside it, as it keeps
any other index (`INDEX`, frozen in a migration; docs/adr/0038).
"""

import re

from app.kernel.sealing import folded

LONGEST = 200
LETTERS = re.compile(r"[^\W\d_]+")


def letters_of(given_name: str, family_name: str, email: str | None) -> str:
    """Folded: the ring of both names, and behind it the parts of the mail, with a space before each."""
    ring = folded(given_name) + folded(family_name)
    return " ".join([ring, *(folded(part) for part in LETTERS.findall(email or ""))])


_INTO = 'INSERT INTO "patient_word" ("practice_id", "word", "patient_id")'
_GONE = 'DELETE FROM "patient_word" WHERE "practice_id" = NEW."practice_id" AND "patient_id" = NEW."id"'
# the first part is the ring; letters hold no sign that JSON knows
_LITE = f"""
    {_INTO} SELECT NEW."practice_id", substr(
        part.value || CASE part.key WHEN 0 THEN part.value ELSE '' END, turn.n, min(length(part.value), {LONGEST})
    ), NEW."id"
    FROM json_each('["' || replace(NEW."letters", ' ', '","') || '"]') AS part
    JOIN (
        WITH RECURSIVE turn(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM turn WHERE n < length(NEW."letters"))
        SELECT n FROM turn
    ) AS turn ON turn.n <= CASE part.key WHEN 0 THEN length(part.value) ELSE 1 END
    WHERE part.value <> '' ON CONFLICT DO NOTHING;
"""
_POST = f"""
    {_INTO} SELECT NEW."practice_id", substr(
        part.value || CASE part.place WHEN 1 THEN part.value ELSE '' END, turn, least(length(part.value), {LONGEST})
    ), NEW."id"
    FROM unnest(string_to_array(NEW."letters", ' ')) WITH ORDINALITY AS part(value, place),
    generate_series(1, CASE part.place WHEN 1 THEN length(part.value) ELSE 1 END) AS turn
    WHERE part.value <> '' ON CONFLICT DO NOTHING;
"""
INDEX = {
    "sqlite": (
        f"CREATE TRIGGER patient_words_begin AFTER INSERT ON patient BEGIN {_LITE} END",
        f'CREATE TRIGGER patient_words_follow AFTER UPDATE OF "letters" ON patient BEGIN {_GONE}; {_LITE} END',
    ),
    "postgresql": (
        "CREATE FUNCTION patient_has_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN {_GONE}; END IF; {_POST} RETURN NULL; END $$",
        'CREATE TRIGGER patient_words AFTER INSERT OR UPDATE OF "letters" ON patient '
        "FOR EACH ROW EXECUTE FUNCTION patient_has_words()",
    ),
}


def beyond(start: str) -> str:
    """Behind every word that begins so."""
    return start + "\U0010ffff"
