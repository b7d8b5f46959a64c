ALTER TABLE "practice" ADD COLUMN "turns_at" BIGINT;

CREATE TABLE "policy_draft" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "changes" TEXT NOT NULL, "publish_on" DATE, "updated_at" BIGINT NOT NULL, "updated_by" VARCHAR(80) NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "policy_draft_practice_id_id" ON "policy_draft" ("practice_id", "id");

CREATE UNIQUE INDEX "policy_draft_practice_id" ON "policy_draft" ("practice_id");

CREATE TABLE "policy_version" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "number" INTEGER NOT NULL, "content" TEXT NOT NULL, "starts_at" BIGINT NOT NULL, "published_at" BIGINT NOT NULL, "published_by" VARCHAR(80) NOT NULL, "again" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "policy_version_practice_id_id" ON "policy_version" ("practice_id", "id");

CREATE UNIQUE INDEX "policy_version_practice_id_number" ON "policy_version" ("practice_id", "number");

CREATE FUNCTION policy_version_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'policy_version is append-only'; END $$;

CREATE TRIGGER policy_version_no_change BEFORE UPDATE ON policy_version FOR EACH ROW EXECUTE FUNCTION policy_version_is_append_only();

CREATE TRIGGER policy_version_no_delete BEFORE DELETE ON policy_version FOR EACH ROW EXECUTE FUNCTION policy_version_is_append_only();

