DROP TABLE session;

DROP TABLE sign_in_attempt;

ALTER TABLE "account" ADD COLUMN "username" VARCHAR(64);

CREATE UNIQUE INDEX "account_username" ON "account" ("username");

ALTER TABLE "account" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;

ALTER TABLE "member" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;

ALTER TABLE "audit_event" ADD COLUMN "seq" BIGINT;

ALTER TABLE "audit_event" ADD COLUMN "hash" VARCHAR(64);

CREATE UNIQUE INDEX "audit_event_practice_id_seq" ON "audit_event" ("practice_id", "seq");

ALTER TABLE "outbox" RENAME TO "outbox_before";

DROP INDEX IF EXISTS "outbox_idempotency_key";

DROP INDEX IF EXISTS "outbox_state_due_at";

CREATE TABLE "outbox" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT, "event" VARCHAR(60) NOT NULL, "payload" TEXT NOT NULL, "idempotency_key" VARCHAR(120) NOT NULL, "state" VARCHAR(10) NOT NULL CHECK (state IN ('waiting','busy','sent','dropped','dead')), "due_at" INTEGER NOT NULL, "lease_until" INTEGER, "attempts" INTEGER NOT NULL, "last_error" VARCHAR(300), "created_at" INTEGER NOT NULL, "sent_at" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "outbox_idempotency_key" ON "outbox" ("idempotency_key");

CREATE INDEX "outbox_state_due_at" ON "outbox" ("state", "due_at");

CREATE TABLE "session" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "host" VARCHAR(253) NOT NULL, "stage" VARCHAR(6) NOT NULL CHECK (stage IN ('second', 'setup', 'open')), "staff" INTEGER NOT NULL, "kept" INTEGER NOT NULL, "method" VARCHAR(10) NOT NULL, "created_at" INTEGER NOT NULL, "seen_at" INTEGER NOT NULL, "expires_at" INTEGER NOT NULL, "proved_at" INTEGER, "user_agent" VARCHAR(200) NOT NULL, "address" VARCHAR(45) NOT NULL, "device" TEXT, "acting_for" TEXT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "session_account_id" ON "session" ("account_id");

CREATE UNIQUE INDEX "session_token_hash" ON "session" ("token_hash");

CREATE TABLE "known_device" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "user_agent" VARCHAR(200) NOT NULL, "created_at" INTEGER NOT NULL, "seen_at" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "known_device_account_id" ON "known_device" ("account_id");

CREATE UNIQUE INDEX "known_device_token_hash" ON "known_device" ("token_hash");

CREATE TABLE "factor" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "kind" VARCHAR(8) NOT NULL CHECK (kind IN ('app', 'mail', 'passkey')), "label" VARCHAR(60) NOT NULL, "secret_sealed" BLOB, "last_step" INTEGER NOT NULL, "credential_id" VARCHAR(1400), "public_key" BLOB, "sign_count" INTEGER NOT NULL, "rp_id" VARCHAR(253), "asked_by" TEXT, "created_at" INTEGER NOT NULL, "confirmed_at" INTEGER, "used_at" INTEGER, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "factor_account_id" ON "factor" ("account_id");

CREATE UNIQUE INDEX "factor_credential_id" ON "factor" ("credential_id");

CREATE TABLE "recovery_code" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "code_hash" VARCHAR(64) NOT NULL, "created_at" INTEGER NOT NULL, "used_at" INTEGER, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "recovery_code_account_id" ON "recovery_code" ("account_id");

CREATE UNIQUE INDEX "recovery_code_account_id_code_hash" ON "recovery_code" ("account_id", "code_hash");

CREATE TABLE "mail_code" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "session_id" TEXT NOT NULL, "purpose" VARCHAR(10) NOT NULL CHECK (purpose IN ('sign-in', 'set-up', 'step-up')), "tries" INTEGER NOT NULL, "created_at" INTEGER NOT NULL, "expires_at" INTEGER NOT NULL, "used_at" INTEGER, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("session_id") REFERENCES "session" ("id") ON DELETE CASCADE);

CREATE INDEX "mail_code_account_id" ON "mail_code" ("account_id");

CREATE INDEX "mail_code_session_id" ON "mail_code" ("session_id");

CREATE TABLE "wrong_codes" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "day" DATE NOT NULL, "tries" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "wrong_codes_account_id" ON "wrong_codes" ("account_id");

CREATE UNIQUE INDEX "wrong_codes_account_id_day" ON "wrong_codes" ("account_id", "day");

CREATE TABLE "passkey_challenge" ("id" TEXT NOT NULL PRIMARY KEY, "nonce" VARCHAR(100) NOT NULL, "purpose" VARCHAR(10) NOT NULL CHECK (purpose IN ('set-up', 'sign-in', 'second', 'step-up')), "host" VARCHAR(253) NOT NULL, "browser_hash" VARCHAR(64) NOT NULL, "account_id" TEXT, "expires_at" INTEGER NOT NULL, "used_at" INTEGER);

CREATE UNIQUE INDEX "passkey_challenge_nonce" ON "passkey_challenge" ("nonce");

CREATE TABLE "mail_link" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "purpose" VARCHAR(10) NOT NULL CHECK (purpose IN ('reset', 'new-mail')), "host" VARCHAR(253) NOT NULL, "email" VARCHAR(254) NOT NULL, "created_at" INTEGER NOT NULL, "expires_at" INTEGER NOT NULL, "used_at" INTEGER, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "mail_link_account_id" ON "mail_link" ("account_id");

CREATE UNIQUE INDEX "mail_link_token_hash" ON "mail_link" ("token_hash");

CREATE TABLE "registration" ("id" TEXT NOT NULL PRIMARY KEY, "token_hash" VARCHAR(64) NOT NULL, "email_index" VARCHAR(64) NOT NULL, "practice_id" TEXT, "host" VARCHAR(253) NOT NULL, "invitation" TEXT, "sealed" BLOB NOT NULL, "created_at" INTEGER NOT NULL, "expires_at" INTEGER NOT NULL, "used_at" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "registration_token_hash" ON "registration" ("token_hash");

CREATE INDEX "registration_email_index" ON "registration" ("email_index");

CREATE TABLE "personal_details" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "birth_date" DATE, "sex" VARCHAR(8) NOT NULL CHECK (sex IN ('female', 'male', 'other', 'unknown')), "phone" VARCHAR(40), "street" VARCHAR(120), "postcode" VARCHAR(12), "town" VARCHAR(80), "country" VARCHAR(2), "niss_sealed" BLOB, "niss_index" VARCHAR(64), "niss_confirmed_at" INTEGER, "no_niss_country" VARCHAR(2), "wants_changes" INTEGER NOT NULL, "wants_lists" INTEGER NOT NULL, "wants_reminders" INTEGER NOT NULL, "version" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "personal_details_account_id" ON "personal_details" ("account_id");

CREATE INDEX "personal_details_niss_index" ON "personal_details" ("niss_index");

CREATE TABLE "account_consent" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "kind" VARCHAR(12) NOT NULL CHECK (kind IN ('privacy', 'conditions')), "text_version" INTEGER NOT NULL, "language" VARCHAR(2) NOT NULL, "sha256" VARCHAR(64) NOT NULL, "at" INTEGER NOT NULL, "host" VARCHAR(253) NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "account_consent_account_id" ON "account_consent" ("account_id");

CREATE TABLE "dependant" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "given_name" VARCHAR(100) NOT NULL, "family_name" VARCHAR(100) NOT NULL, "birth_date" DATE NOT NULL, "sex" VARCHAR(8) NOT NULL CHECK (sex IN ('female', 'male', 'other', 'unknown')), "language" VARCHAR(2) NOT NULL, "niss_sealed" BLOB, "country" VARCHAR(2), "created_at" INTEGER NOT NULL, "version" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "dependant_account_id" ON "dependant" ("account_id");

CREATE TABLE "representation" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "basis" VARCHAR(8) NOT NULL CHECK (basis IN ('parent', 'guardian', 'mandate')), "dependant_id" TEXT, "principal" TEXT, "scopes" TEXT NOT NULL, "starts_on" DATE NOT NULL, "ends_on" DATE, "ended_at" INTEGER, "noted" TEXT NOT NULL, "created_at" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("dependant_id") REFERENCES "dependant" ("id") ON DELETE CASCADE, CHECK ((dependant_id IS NULL) <> (principal IS NULL)));

CREATE INDEX "representation_account_id" ON "representation" ("account_id");

CREATE INDEX "representation_dependant_id" ON "representation" ("dependant_id");

CREATE INDEX "representation_principal" ON "representation" ("principal");

CREATE TABLE "mandate_offer" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "email" VARCHAR(254) NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "scopes" TEXT NOT NULL, "ends_on" DATE, "created_at" INTEGER NOT NULL, "expires_at" INTEGER NOT NULL, "used_at" INTEGER, "withdrawn_at" INTEGER, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "mandate_offer_account_id" ON "mandate_offer" ("account_id");

CREATE UNIQUE INDEX "mandate_offer_token_hash" ON "mandate_offer" ("token_hash");

CREATE TABLE "erasure" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "reference" VARCHAR(20) NOT NULL, "at" INTEGER NOT NULL);

CREATE UNIQUE INDEX "erasure_account_id" ON "erasure" ("account_id");

CREATE UNIQUE INDEX "erasure_reference" ON "erasure" ("reference");

CREATE TABLE "connection" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "patient_id" TEXT NOT NULL, "account_id" TEXT NOT NULL, "dependant" TEXT, "created_at" INTEGER NOT NULL, "left_at" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT);

CREATE INDEX "connection_patient_id" ON "connection" ("patient_id");

CREATE INDEX "connection_account_id" ON "connection" ("account_id");

CREATE UNIQUE INDEX "connection_practice_id_id" ON "connection" ("practice_id", "id");

CREATE UNIQUE INDEX "connection_practice_id_account_id_patient_id" ON "connection" ("practice_id", "account_id", "patient_id");

CREATE TABLE "trust_evidence" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "patient_id" TEXT NOT NULL, "account_id" TEXT, "kind" VARCHAR(10) NOT NULL CHECK (kind IN ('invited', 'known', 'eid-read', 'eid-pin', 'csam')), "actor" VARCHAR(80) NOT NULL, "at" INTEGER NOT NULL, "detail" TEXT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT);

CREATE INDEX "trust_evidence_patient_id" ON "trust_evidence" ("patient_id");

CREATE INDEX "trust_evidence_practice_id_patient_id" ON "trust_evidence" ("practice_id", "patient_id");

CREATE TABLE "patient_invitation" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "patient_id" TEXT NOT NULL, "email" VARCHAR(254) NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "actor" VARCHAR(80) NOT NULL, "created_at" INTEGER NOT NULL, "expires_at" INTEGER NOT NULL, "used_at" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "patient_invitation_patient_id" ON "patient_invitation" ("patient_id");

CREATE UNIQUE INDEX "patient_invitation_token_hash" ON "patient_invitation" ("token_hash");

CREATE UNIQUE INDEX "patient_invitation_practice_id_id" ON "patient_invitation" ("practice_id", "id");

CREATE TABLE "access_entry" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "patient_id" TEXT NOT NULL, "account_id" TEXT NOT NULL, "member" VARCHAR(201) NOT NULL, "roles" TEXT NOT NULL, "what" VARCHAR(20) NOT NULL, "why" VARCHAR(300) NOT NULL, "at" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT);

CREATE INDEX "access_entry_patient_id" ON "access_entry" ("patient_id");

CREATE INDEX "access_entry_practice_id_patient_id_at" ON "access_entry" ("practice_id", "patient_id", "at");

CREATE TABLE "invitation" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "email" VARCHAR(254) NOT NULL, "given_name" VARCHAR(100) NOT NULL, "family_name" VARCHAR(100) NOT NULL, "language" VARCHAR(2) NOT NULL, "roles" TEXT NOT NULL, "starts_on" DATE NOT NULL, "ends_on" DATE, "token_hash" VARCHAR(64) NOT NULL, "actor" VARCHAR(80) NOT NULL, "created_at" INTEGER NOT NULL, "expires_at" INTEGER NOT NULL, "used_at" INTEGER, "withdrawn_at" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "invitation_token_hash" ON "invitation" ("token_hash");

CREATE UNIQUE INDEX "invitation_practice_id_id" ON "invitation" ("practice_id", "id");

CREATE TABLE "export_job" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "state" VARCHAR(8) NOT NULL CHECK (state IN ('waiting', 'running', 'ready', 'failed', 'expired')), "done" INTEGER NOT NULL, "total" INTEGER NOT NULL, "language" VARCHAR(2) NOT NULL, "with_number" INTEGER NOT NULL, "content" BLOB, "size" INTEGER NOT NULL, "sha256" VARCHAR(64) NOT NULL, "created_at" INTEGER NOT NULL, "ready_at" INTEGER, "expires_at" INTEGER NOT NULL, "fetched_at" INTEGER, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "export_job_account_id" ON "export_job" ("account_id");

CREATE TABLE "account_event" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "at" INTEGER NOT NULL, "actor" VARCHAR(80) NOT NULL, "verb" VARCHAR(40) NOT NULL, "target" VARCHAR(80) NOT NULL, "detail" TEXT NOT NULL, "seq" INTEGER NOT NULL, "hash" VARCHAR(64) NOT NULL);

CREATE UNIQUE INDEX "account_event_seq" ON "account_event" ("seq");

CREATE INDEX "account_event_account_id_at" ON "account_event" ("account_id", "at");

CREATE TABLE "audit_head" ("chain" VARCHAR(36) NOT NULL PRIMARY KEY, "seq" INTEGER NOT NULL, "hash" VARCHAR(64) NOT NULL);

CREATE TABLE "rate_count" ("key" VARCHAR(64) NOT NULL PRIMARY KEY, "count" INTEGER NOT NULL, "ends" INTEGER NOT NULL);

CREATE INDEX "rate_count_ends" ON "rate_count" ("ends");

INSERT INTO "outbox" ("id", "practice_id", "event", "payload", "idempotency_key", "state", "due_at", "lease_until", "attempts", "last_error", "created_at", "sent_at") SELECT "id", "practice_id", "event", "payload", "idempotency_key", "state", "due_at", "lease_until", "attempts", "last_error", "created_at", "sent_at" FROM "outbox_before";

DROP TABLE "outbox_before";

CREATE TRIGGER access_entry_no_update BEFORE UPDATE ON access_entry BEGIN SELECT RAISE(ABORT, 'access_entry is append-only'); END;

CREATE TRIGGER trust_evidence_no_update BEFORE UPDATE ON trust_evidence BEGIN SELECT RAISE(ABORT, 'trust_evidence is append-only'); END;

CREATE TRIGGER audit_event_head AFTER INSERT ON audit_event WHEN NEW."seq" IS NOT NULL BEGIN UPDATE audit_head SET "seq" = NEW."seq", "hash" = NEW."hash" WHERE "chain" = NEW.practice_id; END;

CREATE TRIGGER account_event_no_update BEFORE UPDATE ON account_event BEGIN SELECT RAISE(ABORT, 'account_event is append-only'); END;

CREATE TRIGGER account_event_no_delete BEFORE DELETE ON account_event BEGIN SELECT RAISE(ABORT, 'account_event is append-only'); END;

CREATE TRIGGER account_event_head AFTER INSERT ON account_event WHEN NEW."seq" IS NOT NULL BEGIN UPDATE audit_head SET "seq" = NEW."seq", "hash" = NEW."hash" WHERE "chain" = 'platform'; END;

