CREATE TABLE "patient_word" ("practice_id" TEXT NOT NULL, "word" VARCHAR(200) NOT NULL, "patient_id" TEXT NOT NULL, PRIMARY KEY ("practice_id", "word", "patient_id"), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE CASCADE) WITHOUT ROWID;

CREATE INDEX "patient_word_practice_id_patient_id" ON "patient_word" ("practice_id", "patient_id");

CREATE INDEX "access_entry_practice_id_account_id_at" ON "access_entry" ("practice_id", "account_id", "at");

