ALTER TABLE "patient" ADD COLUMN "letters" TEXT NOT NULL DEFAULT '';

CREATE TABLE "patient_word" ("practice_id" UUID NOT NULL, "word" VARCHAR(200) COLLATE "C" NOT NULL, "patient_id" UUID NOT NULL, PRIMARY KEY ("practice_id", "word", "patient_id"), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "patient_word_practice_id_patient_id" ON "patient_word" ("practice_id", "patient_id");

CREATE INDEX "access_entry_practice_id_account_id_at" ON "access_entry" ("practice_id", "account_id", "at");

CREATE FUNCTION patient_has_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'UPDATE' THEN DELETE FROM "patient_word" WHERE "practice_id" = NEW."practice_id" AND "patient_id" = NEW."id"; END IF; 
    INSERT INTO "patient_word" ("practice_id", "word", "patient_id") SELECT NEW."practice_id", substr(
        part.value || CASE part.place WHEN 1 THEN part.value ELSE '' END, turn, least(length(part.value), 200)
    ), NEW."id"
    FROM unnest(string_to_array(NEW."letters", ' ')) WITH ORDINALITY AS part(value, place),
    generate_series(1, CASE part.place WHEN 1 THEN length(part.value) ELSE 1 END) AS turn
    WHERE part.value <> '' ON CONFLICT DO NOTHING;
 RETURN NULL; END $$;

CREATE TRIGGER patient_words AFTER INSERT OR UPDATE OF "letters" ON patient FOR EACH ROW EXECUTE FUNCTION patient_has_words();

