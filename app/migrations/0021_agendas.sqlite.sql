ALTER TABLE "location" ADD COLUMN "ends_on" DATE;

ALTER TABLE "practitioner" ADD COLUMN "starts_on" DATE;

ALTER TABLE "practitioner" ADD COLUMN "ends_on" DATE;

ALTER TABLE "schedule" ADD COLUMN "ends_on" DATE;

ALTER TABLE "healthcare_service" ADD COLUMN "prescription_required" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "healthcare_service" ADD COLUMN "color" VARCHAR(10) NOT NULL DEFAULT '';

CREATE TABLE "practitioner_member" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "practitioner_id" TEXT NOT NULL, "member_id" TEXT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE CASCADE, FOREIGN KEY ("member_id") REFERENCES "member" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "member_id") REFERENCES "member" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "practitioner_member_practice_id_id" ON "practitioner_member" ("practice_id", "id");

CREATE UNIQUE INDEX "practitioner_member_practice_id_practitioner_id" ON "practitioner_member" ("practice_id", "practitioner_id");

CREATE UNIQUE INDEX "practitioner_member_practice_id_member_id" ON "practitioner_member" ("practice_id", "member_id");

