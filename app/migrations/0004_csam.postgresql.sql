ALTER TABLE "factor" RENAME TO "factor_before";

DROP INDEX "factor_account_id";

DROP INDEX "factor_credential_id";

ALTER TABLE "factor_before" RENAME CONSTRAINT "factor_pkey" TO "factor_before_pkey";

CREATE TABLE "factor" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "kind" VARCHAR(8) NOT NULL CHECK (kind IN ('app', 'mail', 'passkey', 'csam')), "label" VARCHAR(60) NOT NULL, "secret_sealed" BYTEA, "last_step" BIGINT NOT NULL, "credential_id" VARCHAR(1400), "public_key" BYTEA, "sign_count" BIGINT NOT NULL, "rp_id" VARCHAR(253), "asked_by" UUID, "created_at" BIGINT NOT NULL, "confirmed_at" BIGINT, "used_at" BIGINT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "factor_account_id" ON "factor" ("account_id");

CREATE UNIQUE INDEX "factor_credential_id" ON "factor" ("credential_id");

CREATE TABLE "identity_request" ("id" UUID NOT NULL PRIMARY KEY, "relay_hash" VARCHAR(64) NOT NULL, "request_id" VARCHAR(80) NOT NULL, "purpose" VARCHAR(8) NOT NULL CHECK (purpose IN ('sign-in', 'second', 'link', 'step-up', 'sign-out')), "host" VARCHAR(253) NOT NULL, "browser_hash" VARCHAR(64) NOT NULL, "account_id" UUID, "session_id" UUID, "target" TEXT NOT NULL, "level" SMALLINT NOT NULL, "created_at" BIGINT NOT NULL, "expires_at" BIGINT NOT NULL, "answered_at" BIGINT, "ticket_hash" VARCHAR(64), "sealed" BYTEA, "used_at" BIGINT);

CREATE UNIQUE INDEX "identity_request_relay_hash" ON "identity_request" ("relay_hash");

CREATE UNIQUE INDEX "identity_request_ticket_hash" ON "identity_request" ("ticket_hash");

CREATE TABLE "spent_assertion" ("id" UUID NOT NULL PRIMARY KEY, "fingerprint" VARCHAR(64) NOT NULL, "expires_at" BIGINT NOT NULL);

CREATE UNIQUE INDEX "spent_assertion_fingerprint" ON "spent_assertion" ("fingerprint");

CREATE TABLE "provider_session" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "session_id" UUID NOT NULL, "name_index" VARCHAR(64) NOT NULL, "ending_index" VARCHAR(64) NOT NULL, "sealed" BYTEA NOT NULL, "created_at" BIGINT NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("session_id") REFERENCES "session" ("id") ON DELETE CASCADE);

CREATE INDEX "provider_session_account_id" ON "provider_session" ("account_id");

CREATE UNIQUE INDEX "provider_session_session_id" ON "provider_session" ("session_id");

CREATE INDEX "provider_session_name_index" ON "provider_session" ("name_index");

INSERT INTO "factor" ("id", "account_id", "kind", "label", "secret_sealed", "last_step", "credential_id", "public_key", "sign_count", "rp_id", "asked_by", "created_at", "confirmed_at", "used_at") SELECT "id", "account_id", "kind", "label", "secret_sealed", "last_step", "credential_id", "public_key", "sign_count", "rp_id", "asked_by", "created_at", "confirmed_at", "used_at" FROM "factor_before";

DROP TABLE "factor_before";

ALTER TABLE "session" ADD COLUMN "level" SMALLINT NOT NULL DEFAULT 0;

