CREATE TABLE "text_draft" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "kind" VARCHAR(20) NOT NULL, "bodies" TEXT NOT NULL, "publish_on" DATE, "updated_at" BIGINT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "text_draft_practice_id_id" ON "text_draft" ("practice_id", "id");

CREATE UNIQUE INDEX "text_draft_practice_id_kind" ON "text_draft" ("practice_id", "kind");

CREATE TABLE "message_wording" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "kind" VARCHAR(30) NOT NULL, "language" VARCHAR(2) NOT NULL, "subject" VARCHAR(150) NOT NULL, "paragraph" TEXT NOT NULL, "sms" VARCHAR(100) NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "message_wording_practice_id_id" ON "message_wording" ("practice_id", "id");

CREATE UNIQUE INDEX "message_wording_practice_id_kind_language" ON "message_wording" ("practice_id", "kind", "language");

CREATE FUNCTION policy_text_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'policy_text is append-only'; END $$;

CREATE TRIGGER policy_text_no_change BEFORE UPDATE ON policy_text FOR EACH ROW EXECUTE FUNCTION policy_text_is_append_only();

CREATE TRIGGER policy_text_no_delete BEFORE DELETE ON policy_text FOR EACH ROW EXECUTE FUNCTION policy_text_is_append_only();

CREATE INDEX "auditevent_practice_id_verb" ON "audit_event" ("practice_id", "verb");

