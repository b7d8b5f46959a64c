ALTER TABLE "patient" ADD COLUMN "merged_into" TEXT;

CREATE INDEX "patient_practice_id_merged_into" ON "patient" ("practice_id", "merged_into");

CREATE TABLE "patient_note" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "patient_id" TEXT NOT NULL, "thread" TEXT NOT NULL, "text" VARCHAR(2000) NOT NULL, "author" VARCHAR(201) NOT NULL, "actor" VARCHAR(80) NOT NULL, "pinned" INTEGER NOT NULL, "at" INTEGER NOT NULL, "replaced_at" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "patient_note_practice_id_id" ON "patient_note" ("practice_id", "id");

CREATE INDEX "patient_note_practice_id_patient_id_at" ON "patient_note" ("practice_id", "patient_id", "at");

CREATE INDEX "patient_note_practice_id_thread" ON "patient_note" ("practice_id", "thread");

CREATE TABLE "patient_change" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "patient_id" TEXT NOT NULL, "field" VARCHAR(20) NOT NULL, "before" VARCHAR(254), "after" VARCHAR(254), "actor" VARCHAR(80) NOT NULL, "at" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT);

CREATE INDEX "patient_change_practice_id_patient_id_at" ON "patient_change" ("practice_id", "patient_id", "at");

CREATE TABLE "patient_merge" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "kept_id" TEXT NOT NULL, "gone_id" TEXT NOT NULL, "actor" VARCHAR(80) NOT NULL, "at" INTEGER NOT NULL, "until" INTEGER NOT NULL, "before" TEXT NOT NULL, "after" TEXT NOT NULL, "moved" TEXT NOT NULL, "undone_at" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("kept_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("gone_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "kept_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "gone_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "patient_merge_practice_id_id" ON "patient_merge" ("practice_id", "id");

CREATE INDEX "patient_merge_practice_id_kept_id" ON "patient_merge" ("practice_id", "kept_id");

CREATE INDEX "patient_merge_until" ON "patient_merge" ("until");

CREATE TABLE "desk_board" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "important" VARCHAR(500) NOT NULL, "birthdays" INTEGER NOT NULL, "actor" VARCHAR(80) NOT NULL, "at" INTEGER NOT NULL, "version" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "desk_board_practice_id" ON "desk_board" ("practice_id");

