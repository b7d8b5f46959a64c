ALTER TABLE "patient" ADD COLUMN "letters" TEXT NOT NULL DEFAULT '';

CREATE TABLE "patient_word" ("practice_id" TEXT NOT NULL, "word" VARCHAR(200) NOT NULL, "patient_id" TEXT NOT NULL, PRIMARY KEY ("practice_id", "word", "patient_id"), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE CASCADE) WITHOUT ROWID;

CREATE INDEX "patient_word_practice_id_patient_id" ON "patient_word" ("practice_id", "patient_id");

CREATE INDEX "access_entry_practice_id_account_id_at" ON "access_entry" ("practice_id", "account_id", "at");

CREATE TRIGGER patient_words_begin AFTER INSERT ON patient BEGIN 
    INSERT INTO "patient_word" ("practice_id", "word", "patient_id") SELECT NEW."practice_id", substr(
        part.value || CASE part.key WHEN 0 THEN part.value ELSE '' END, turn.n, min(length(part.value), 200)
    ), NEW."id"
    FROM json_each('["' || replace(NEW."letters", ' ', '","') || '"]') AS part
    JOIN (
        WITH RECURSIVE turn(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM turn WHERE n < length(NEW."letters"))
        SELECT n FROM turn
    ) AS turn ON turn.n <= CASE part.key WHEN 0 THEN length(part.value) ELSE 1 END
    WHERE part.value <> '' ON CONFLICT DO NOTHING;
 END;

CREATE TRIGGER patient_words_follow AFTER UPDATE OF "letters" ON patient BEGIN DELETE FROM "patient_word" WHERE "practice_id" = NEW."practice_id" AND "patient_id" = NEW."id"; 
    INSERT INTO "patient_word" ("practice_id", "word", "patient_id") SELECT NEW."practice_id", substr(
        part.value || CASE part.key WHEN 0 THEN part.value ELSE '' END, turn.n, min(length(part.value), 200)
    ), NEW."id"
    FROM json_each('["' || replace(NEW."letters", ' ', '","') || '"]') AS part
    JOIN (
        WITH RECURSIVE turn(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM turn WHERE n < length(NEW."letters"))
        SELECT n FROM turn
    ) AS turn ON turn.n <= CASE part.key WHEN 0 THEN length(part.value) ELSE 1 END
    WHERE part.value <> '' ON CONFLICT DO NOTHING;
 END;

