ALTER TABLE "personal_details" ADD COLUMN "wants_messages" BOOLEAN NOT NULL DEFAULT TRUE;

DROP INDEX "communication_thread";

DROP INDEX "communication_practice_id_id";

DROP INDEX "communication_practice_id_patient_id_created_at";

DROP INDEX "communication_appointment_id";

ALTER TABLE "communication" RENAME TO "communication_before";

CREATE TABLE "thread" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID, "guest_sealed" BYTEA, "guest_token_hash" VARCHAR(64), "practitioner_id" UUID, "subject" VARCHAR(150) NOT NULL, "language" VARCHAR(2) NOT NULL, "state" VARCHAR(8) NOT NULL CHECK (state IN ('open', 'answered')), "member_id" UUID, "created_at" BIGINT NOT NULL, "last_at" BIGINT NOT NULL, "version" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT, FOREIGN KEY ("member_id") REFERENCES "member" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "member_id") REFERENCES "member" ("practice_id", "id") ON DELETE RESTRICT, CHECK ((patient_id IS NULL) <> (guest_sealed IS NULL)));

CREATE UNIQUE INDEX "thread_guest_token_hash" ON "thread" ("guest_token_hash");

CREATE UNIQUE INDEX "thread_practice_id_id" ON "thread" ("practice_id", "id");

CREATE INDEX "thread_practice_id_state_last_at" ON "thread" ("practice_id", "state", "last_at");

CREATE INDEX "thread_practice_id_patient_id_last_at" ON "thread" ("practice_id", "patient_id", "last_at");

CREATE TABLE "communication" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID, "thread_id" UUID, "sender" VARCHAR(8) NOT NULL CHECK (sender IN ('practice', 'patient')), "kind" VARCHAR(20) NOT NULL, "appointment_id" UUID, "payload" TEXT NOT NULL, "created_at" BIGINT NOT NULL, "read_at" BIGINT, "hidden_at" BIGINT, "subject_folded" VARCHAR(150), "body" TEXT, "author" VARCHAR(80), "author_name" VARCHAR(201), "attempt" UUID, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("thread_id") REFERENCES "thread" ("id") ON DELETE RESTRICT, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "thread_id") REFERENCES "thread" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "communication_practice_id_id" ON "communication" ("practice_id", "id");

CREATE INDEX "communication_practice_id_patient_id_created_at" ON "communication" ("practice_id", "patient_id", "created_at");

CREATE INDEX "communication_practice_id_thread_id_created_at" ON "communication" ("practice_id", "thread_id", "created_at");

CREATE UNIQUE INDEX "communication_practice_id_attempt" ON "communication" ("practice_id", "attempt");

CREATE INDEX "communication_appointment_id" ON "communication" ("appointment_id");

CREATE TABLE "attachment" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "communication_id" UUID NOT NULL, "position" SMALLINT NOT NULL, "key" VARCHAR(65) NOT NULL, "name" VARCHAR(100) NOT NULL, "kind" VARCHAR(20) NOT NULL, "size" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("communication_id") REFERENCES "communication" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "communication_id") REFERENCES "communication" ("practice_id", "id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "attachment_practice_id_id" ON "attachment" ("practice_id", "id");

CREATE INDEX "attachment_practice_id_communication_id" ON "attachment" ("practice_id", "communication_id");

CREATE TABLE "quick_reply" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "language" VARCHAR(2) NOT NULL, "title" VARCHAR(80) NOT NULL, "body" TEXT NOT NULL, "version" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "quick_reply_practice_id_id" ON "quick_reply" ("practice_id", "id");

CREATE UNIQUE INDEX "quick_reply_practice_id_language_title" ON "quick_reply" ("practice_id", "language", "title");

CREATE TABLE "question_rule" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "who" VARCHAR(9) NOT NULL CHECK (who IN ('nobody', 'account', 'everybody')), "version" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "question_rule_practice_id" ON "question_rule" ("practice_id");

INSERT INTO "communication" ("id", "practice_id", "patient_id", "sender", "kind", "appointment_id", "payload", "created_at", "read_at") SELECT "id", "practice_id", "patient_id", "sender", "kind", "appointment_id", "payload", "created_at", "read_at" FROM "communication_before";

DROP TABLE "communication_before";

CREATE INDEX "communication_box" ON "communication" ("practice_id", "patient_id", "sender", "created_at", "id") WHERE hidden_at IS NULL;

CREATE INDEX "communication_unread" ON "communication" ("practice_id", "patient_id", "sender", "created_at", "id") WHERE read_at IS NULL AND hidden_at IS NULL AND sender = 'practice';

