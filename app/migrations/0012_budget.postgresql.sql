CREATE TABLE "quota_rule" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "key" VARCHAR(40) NOT NULL, "discipline" VARCHAR(40) NOT NULL, "name" TEXT NOT NULL, "per_year" SMALLINT, "tiers" TEXT NOT NULL, "start_within_days" SMALLINT, "position" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "quota_rule_practice_id_id" ON "quota_rule" ("practice_id", "id");

CREATE UNIQUE INDEX "quota_rule_practice_id_key" ON "quota_rule" ("practice_id", "key");

CREATE TABLE "prescription" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID NOT NULL, "practitioner_id" UUID, "quota_id" UUID, "prescribed_on" DATE NOT NULL, "sessions" SMALLINT NOT NULL CHECK (sessions BETWEEN 1 AND 500), "used_elsewhere" SMALLINT NOT NULL CHECK (used_elsewhere BETWEEN 0 AND 500), "actor" VARCHAR(80) NOT NULL, "created_at" BIGINT NOT NULL, "ended_at" BIGINT, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT, FOREIGN KEY ("quota_id") REFERENCES "quota_rule" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "quota_id") REFERENCES "quota_rule" ("practice_id", "id") ON DELETE RESTRICT);

CREATE INDEX "prescription_patient_id" ON "prescription" ("patient_id");

CREATE INDEX "prescription_practitioner_id" ON "prescription" ("practitioner_id");

CREATE INDEX "prescription_quota_id" ON "prescription" ("quota_id");

CREATE UNIQUE INDEX "prescription_practice_id_id" ON "prescription" ("practice_id", "id");

CREATE INDEX "prescription_practice_id_patient_id_prescribed_on" ON "prescription" ("practice_id", "patient_id", "prescribed_on");

