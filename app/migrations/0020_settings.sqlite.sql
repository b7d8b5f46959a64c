CREATE TABLE "text_draft" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "kind" VARCHAR(20) NOT NULL, "bodies" TEXT NOT NULL, "publish_on" DATE, "updated_at" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "text_draft_practice_id_id" ON "text_draft" ("practice_id", "id");

CREATE UNIQUE INDEX "text_draft_practice_id_kind" ON "text_draft" ("practice_id", "kind");

CREATE TABLE "message_wording" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "kind" VARCHAR(30) NOT NULL, "language" VARCHAR(2) NOT NULL, "subject" VARCHAR(150) NOT NULL, "paragraph" TEXT NOT NULL, "sms" VARCHAR(100) NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "message_wording_practice_id_id" ON "message_wording" ("practice_id", "id");

CREATE UNIQUE INDEX "message_wording_practice_id_kind_language" ON "message_wording" ("practice_id", "kind", "language");

CREATE TRIGGER policy_text_no_update BEFORE UPDATE ON policy_text BEGIN SELECT RAISE(ABORT, 'policy_text is append-only'); END;

CREATE TRIGGER policy_text_no_delete BEFORE DELETE ON policy_text BEGIN SELECT RAISE(ABORT, 'policy_text is append-only'); END;

CREATE INDEX "auditevent_practice_id_verb" ON "audit_event" ("practice_id", "verb");

