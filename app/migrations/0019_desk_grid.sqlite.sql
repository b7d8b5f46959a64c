CREATE TABLE "day_sheet" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "salt" BLOB NOT NULL, "iterations" INTEGER NOT NULL, "key_sealed" BLOB NOT NULL, "set_at" INTEGER NOT NULL, "made_at" INTEGER, "content" BLOB, "about" VARCHAR(200), "patients" TEXT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, CHECK (iterations >= 100000), CHECK ((made_at IS NULL) = (content IS NULL)));

CREATE UNIQUE INDEX "day_sheet_practice_id_id" ON "day_sheet" ("practice_id", "id");

CREATE UNIQUE INDEX "day_sheet_practice_id" ON "day_sheet" ("practice_id");

