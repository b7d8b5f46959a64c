ALTER TABLE "personal_details" ADD COLUMN "wants_sms" BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE "communication" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID NOT NULL, "thread" UUID NOT NULL, "sender" VARCHAR(8) NOT NULL CHECK (sender IN ('practice', 'patient')), "kind" VARCHAR(20) NOT NULL, "appointment_id" UUID, "payload" TEXT NOT NULL, "created_at" BIGINT NOT NULL, "read_at" BIGINT, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "communication_thread" ON "communication" ("thread");

CREATE UNIQUE INDEX "communication_practice_id_id" ON "communication" ("practice_id", "id");

CREATE INDEX "communication_practice_id_patient_id_created_at" ON "communication" ("practice_id", "patient_id", "created_at");

CREATE INDEX "communication_appointment_id" ON "communication" ("appointment_id");

CREATE TABLE "reminder_plan" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "mail_leads" TEXT NOT NULL, "sms_leads" TEXT NOT NULL, "sms_changes" BOOLEAN NOT NULL, "since" BIGINT NOT NULL, "version" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "reminder_plan_practice_id" ON "reminder_plan" ("practice_id");

CREATE TABLE "reminder_refusal" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "address_index" VARCHAR(64) NOT NULL, "at" BIGINT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "reminder_refusal_practice_id_address_index" ON "reminder_refusal" ("practice_id", "address_index");

CREATE TABLE "calendar_feed" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "language" VARCHAR(2) NOT NULL, "created_at" BIGINT NOT NULL, "fetched_at" BIGINT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "calendar_feed_account_id" ON "calendar_feed" ("account_id");

CREATE UNIQUE INDEX "calendar_feed_token_hash" ON "calendar_feed" ("token_hash");

