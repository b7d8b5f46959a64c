CREATE TABLE "questionnaire" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "created_at" INTEGER NOT NULL, "created_by" VARCHAR(80) NOT NULL, "archived_at" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "questionnaire_practice_id_id" ON "questionnaire" ("practice_id", "id");

CREATE TABLE "questionnaire_version" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "questionnaire_id" TEXT NOT NULL, "number" INTEGER NOT NULL, "title" TEXT NOT NULL, "intro" TEXT NOT NULL, "items" TEXT NOT NULL, "revision" INTEGER NOT NULL, "published_at" INTEGER, "published_by" VARCHAR(80), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("questionnaire_id") REFERENCES "questionnaire" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "questionnaire_id") REFERENCES "questionnaire" ("practice_id", "id") ON DELETE CASCADE, CHECK ((published_at IS NULL) = (published_by IS NULL)));

CREATE UNIQUE INDEX "questionnaire_version_practice_id_id" ON "questionnaire_version" ("practice_id", "id");

CREATE UNIQUE INDEX "questionnaire_version_practice_id_questionnaire_id_number" ON "questionnaire_version" ("practice_id", "questionnaire_id", "number");

CREATE TABLE "questionnaire_response" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "asked_id" TEXT NOT NULL, "patient_id" TEXT NOT NULL, "appointment_id" TEXT, "status" VARCHAR(11) NOT NULL CHECK (status IN ('in-progress', 'completed', 'stopped')), "contact_email" VARCHAR(254), "language" VARCHAR(2) NOT NULL, "token_hash" VARCHAR(64), "expires_at" INTEGER, "answers_sealed" BLOB, "saved_at" INTEGER, "sent_at" INTEGER NOT NULL, "sent_by" VARCHAR(80) NOT NULL, "completed_at" INTEGER, "completed_by" VARCHAR(80), "read_at" INTEGER, "stopped_at" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("asked_id") REFERENCES "questionnaire_version" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "asked_id") REFERENCES "questionnaire_version" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE CASCADE, CHECK ((status = 'completed') = (completed_at IS NOT NULL)), CHECK ((completed_at IS NULL) = (completed_by IS NULL)), CHECK ((status = 'stopped') = (stopped_at IS NOT NULL)), CHECK (status <> 'completed' OR answers_sealed IS NOT NULL), CHECK ((token_hash IS NULL) = (contact_email IS NULL)), CHECK ((token_hash IS NULL) = (expires_at IS NULL)));

CREATE UNIQUE INDEX "questionnaire_response_token_hash" ON "questionnaire_response" ("token_hash");

CREATE UNIQUE INDEX "questionnaire_response_practice_id_id" ON "questionnaire_response" ("practice_id", "id");

CREATE INDEX "questionnaire_response_practice_id_patient_id_sent_at" ON "questionnaire_response" ("practice_id", "patient_id", "sent_at");

CREATE INDEX "questionnaire_response_practice_id_status_read_at" ON "questionnaire_response" ("practice_id", "status", "read_at");

CREATE INDEX "questionnaire_response_appointment_id" ON "questionnaire_response" ("appointment_id");

CREATE UNIQUE INDEX questionnaire_draft ON questionnaire_version (practice_id, questionnaire_id) WHERE published_at IS NULL;

CREATE TRIGGER questionnaire_version_published BEFORE UPDATE ON questionnaire_version WHEN OLD.published_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a published questionnaire never changes'); END;

CREATE TRIGGER questionnaire_response_sent BEFORE UPDATE ON questionnaire_response WHEN OLD.status = 'completed' AND (NEW.status <> OLD.status OR NEW.asked_id <> OLD.asked_id OR NEW.answers_sealed <> OLD.answers_sealed OR NEW.answers_sealed IS NULL) BEGIN SELECT RAISE(ABORT, 'answers that were sent never change'); END;

