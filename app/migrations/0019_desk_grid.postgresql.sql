CREATE TABLE "day_sheet" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "salt" BYTEA NOT NULL, "iterations" INTEGER NOT NULL, "key_sealed" BYTEA NOT NULL, "set_at" BIGINT NOT NULL, "made_at" BIGINT, "content" BYTEA, "about" VARCHAR(200), "patients" TEXT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, CHECK (iterations >= 100000), CHECK ((made_at IS NULL) = (content IS NULL)));

CREATE UNIQUE INDEX "day_sheet_practice_id_id" ON "day_sheet" ("practice_id", "id");

CREATE UNIQUE INDEX "day_sheet_practice_id" ON "day_sheet" ("practice_id");

