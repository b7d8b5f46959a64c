ALTER TABLE "practitioner" ADD COLUMN "photo" VARCHAR(16) NOT NULL DEFAULT '';

ALTER TABLE "appointment" ADD COLUMN "treated_from" INTEGER;

ALTER TABLE "appointment" ADD COLUMN "treated_until" INTEGER;

CREATE TABLE "practitioner_photo" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "practitioner_id" UUID NOT NULL, "content" BYTEA NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "practitioner_photo_practice_id_id" ON "practitioner_photo" ("practice_id", "id");

CREATE UNIQUE INDEX "practitioner_photo_practice_id_practitioner_id" ON "practitioner_photo" ("practice_id", "practitioner_id");

