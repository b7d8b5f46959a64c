DROP TABLE session;

DROP TABLE sign_in_attempt;

ALTER TABLE "account" ADD COLUMN "username" VARCHAR(64);

CREATE UNIQUE INDEX "account_username" ON "account" ("username");

ALTER TABLE "account" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;

ALTER TABLE "member" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;

ALTER TABLE "audit_event" ADD COLUMN "seq" BIGINT;

ALTER TABLE "audit_event" ADD COLUMN "hash" VARCHAR(64);

CREATE UNIQUE INDEX "audit_event_practice_id_seq" ON "audit_event" ("practice_id", "seq");

ALTER TABLE "outbox" ALTER COLUMN "practice_id" DROP NOT NULL;

CREATE TABLE "session" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "host" VARCHAR(253) NOT NULL, "stage" VARCHAR(6) NOT NULL CHECK (stage IN ('second', 'setup', 'open')), "staff" BOOLEAN NOT NULL, "kept" BOOLEAN NOT NULL, "method" VARCHAR(10) NOT NULL, "created_at" BIGINT NOT NULL, "seen_at" BIGINT NOT NULL, "expires_at" BIGINT NOT NULL, "proved_at" BIGINT, "user_agent" VARCHAR(200) NOT NULL, "address" VARCHAR(45) NOT NULL, "device" UUID, "acting_for" UUID, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "session_account_id" ON "session" ("account_id");

CREATE UNIQUE INDEX "session_token_hash" ON "session" ("token_hash");

CREATE TABLE "known_device" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "user_agent" VARCHAR(200) NOT NULL, "created_at" BIGINT NOT NULL, "seen_at" BIGINT NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "known_device_account_id" ON "known_device" ("account_id");

CREATE UNIQUE INDEX "known_device_token_hash" ON "known_device" ("token_hash");

CREATE TABLE "factor" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "kind" VARCHAR(8) NOT NULL CHECK (kind IN ('app', 'mail', 'passkey')), "label" VARCHAR(60) NOT NULL, "secret_sealed" BYTEA, "last_step" BIGINT NOT NULL, "credential_id" VARCHAR(1400), "public_key" BYTEA, "sign_count" BIGINT NOT NULL, "rp_id" VARCHAR(253), "asked_by" UUID, "created_at" BIGINT NOT NULL, "confirmed_at" BIGINT, "used_at" BIGINT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "factor_account_id" ON "factor" ("account_id");

CREATE UNIQUE INDEX "factor_credential_id" ON "factor" ("credential_id");

CREATE TABLE "recovery_code" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "code_hash" VARCHAR(64) NOT NULL, "created_at" BIGINT NOT NULL, "used_at" BIGINT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "recovery_code_account_id" ON "recovery_code" ("account_id");

CREATE UNIQUE INDEX "recovery_code_account_id_code_hash" ON "recovery_code" ("account_id", "code_hash");

CREATE TABLE "mail_code" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "session_id" UUID NOT NULL, "purpose" VARCHAR(10) NOT NULL CHECK (purpose IN ('sign-in', 'set-up', 'step-up')), "tries" SMALLINT NOT NULL, "created_at" BIGINT NOT NULL, "expires_at" BIGINT NOT NULL, "used_at" BIGINT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("session_id") REFERENCES "session" ("id") ON DELETE CASCADE);

CREATE INDEX "mail_code_account_id" ON "mail_code" ("account_id");

CREATE INDEX "mail_code_session_id" ON "mail_code" ("session_id");

CREATE TABLE "wrong_codes" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "day" DATE NOT NULL, "tries" SMALLINT NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "wrong_codes_account_id" ON "wrong_codes" ("account_id");

CREATE UNIQUE INDEX "wrong_codes_account_id_day" ON "wrong_codes" ("account_id", "day");

CREATE TABLE "passkey_challenge" ("id" UUID NOT NULL PRIMARY KEY, "nonce" VARCHAR(100) NOT NULL, "purpose" VARCHAR(10) NOT NULL CHECK (purpose IN ('set-up', 'sign-in', 'second', 'step-up')), "host" VARCHAR(253) NOT NULL, "browser_hash" VARCHAR(64) NOT NULL, "account_id" UUID, "expires_at" BIGINT NOT NULL, "used_at" BIGINT);

CREATE UNIQUE INDEX "passkey_challenge_nonce" ON "passkey_challenge" ("nonce");

CREATE TABLE "mail_link" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "purpose" VARCHAR(10) NOT NULL CHECK (purpose IN ('reset', 'new-mail')), "host" VARCHAR(253) NOT NULL, "email" VARCHAR(254) NOT NULL, "created_at" BIGINT NOT NULL, "expires_at" BIGINT NOT NULL, "used_at" BIGINT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "mail_link_account_id" ON "mail_link" ("account_id");

CREATE UNIQUE INDEX "mail_link_token_hash" ON "mail_link" ("token_hash");

CREATE TABLE "registration" ("id" UUID NOT NULL PRIMARY KEY, "token_hash" VARCHAR(64) NOT NULL, "email_index" VARCHAR(64) NOT NULL, "practice_id" UUID, "host" VARCHAR(253) NOT NULL, "invitation" UUID, "sealed" BYTEA NOT NULL, "created_at" BIGINT NOT NULL, "expires_at" BIGINT NOT NULL, "used_at" BIGINT, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "registration_token_hash" ON "registration" ("token_hash");

CREATE INDEX "registration_email_index" ON "registration" ("email_index");

CREATE TABLE "personal_details" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "birth_date" DATE, "sex" VARCHAR(8) NOT NULL CHECK (sex IN ('female', 'male', 'other', 'unknown')), "phone" VARCHAR(40), "street" VARCHAR(120), "postcode" VARCHAR(12), "town" VARCHAR(80), "country" VARCHAR(2), "niss_sealed" BYTEA, "niss_index" VARCHAR(64), "niss_confirmed_at" BIGINT, "no_niss_country" VARCHAR(2), "wants_changes" BOOLEAN NOT NULL, "wants_lists" BOOLEAN NOT NULL, "wants_reminders" BOOLEAN NOT NULL, "version" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "personal_details_account_id" ON "personal_details" ("account_id");

CREATE INDEX "personal_details_niss_index" ON "personal_details" ("niss_index");

CREATE TABLE "account_consent" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "kind" VARCHAR(12) NOT NULL CHECK (kind IN ('privacy', 'conditions')), "text_version" INTEGER NOT NULL, "language" VARCHAR(2) NOT NULL, "sha256" VARCHAR(64) NOT NULL, "at" BIGINT NOT NULL, "host" VARCHAR(253) NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "account_consent_account_id" ON "account_consent" ("account_id");

CREATE TABLE "dependant" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "given_name" VARCHAR(100) NOT NULL, "family_name" VARCHAR(100) NOT NULL, "birth_date" DATE NOT NULL, "sex" VARCHAR(8) NOT NULL CHECK (sex IN ('female', 'male', 'other', 'unknown')), "language" VARCHAR(2) NOT NULL, "niss_sealed" BYTEA, "country" VARCHAR(2), "created_at" BIGINT NOT NULL, "version" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "dependant_account_id" ON "dependant" ("account_id");

CREATE TABLE "representation" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "basis" VARCHAR(8) NOT NULL CHECK (basis IN ('parent', 'guardian', 'mandate')), "dependant_id" UUID, "principal" UUID, "scopes" TEXT NOT NULL, "starts_on" DATE NOT NULL, "ends_on" DATE, "ended_at" BIGINT, "noted" TEXT NOT NULL, "created_at" BIGINT NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("dependant_id") REFERENCES "dependant" ("id") ON DELETE CASCADE, CHECK ((dependant_id IS NULL) <> (principal IS NULL)));

CREATE INDEX "representation_account_id" ON "representation" ("account_id");

CREATE INDEX "representation_dependant_id" ON "representation" ("dependant_id");

CREATE INDEX "representation_principal" ON "representation" ("principal");

CREATE TABLE "mandate_offer" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "email" VARCHAR(254) NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "scopes" TEXT NOT NULL, "ends_on" DATE, "created_at" BIGINT NOT NULL, "expires_at" BIGINT NOT NULL, "used_at" BIGINT, "withdrawn_at" BIGINT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "mandate_offer_account_id" ON "mandate_offer" ("account_id");

CREATE UNIQUE INDEX "mandate_offer_token_hash" ON "mandate_offer" ("token_hash");

CREATE TABLE "erasure" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "reference" VARCHAR(20) NOT NULL, "at" BIGINT NOT NULL);

CREATE UNIQUE INDEX "erasure_account_id" ON "erasure" ("account_id");

CREATE UNIQUE INDEX "erasure_reference" ON "erasure" ("reference");

CREATE TABLE "connection" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID NOT NULL, "account_id" UUID NOT NULL, "dependant" UUID, "created_at" BIGINT NOT NULL, "left_at" BIGINT, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT);

CREATE INDEX "connection_patient_id" ON "connection" ("patient_id");

CREATE INDEX "connection_account_id" ON "connection" ("account_id");

CREATE UNIQUE INDEX "connection_practice_id_id" ON "connection" ("practice_id", "id");

CREATE UNIQUE INDEX "connection_practice_id_account_id_patient_id" ON "connection" ("practice_id", "account_id", "patient_id");

CREATE TABLE "trust_evidence" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID NOT NULL, "account_id" UUID, "kind" VARCHAR(10) NOT NULL CHECK (kind IN ('invited', 'known', 'eid-read', 'eid-pin', 'csam')), "actor" VARCHAR(80) NOT NULL, "at" BIGINT NOT NULL, "detail" TEXT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT);

CREATE INDEX "trust_evidence_patient_id" ON "trust_evidence" ("patient_id");

CREATE INDEX "trust_evidence_practice_id_patient_id" ON "trust_evidence" ("practice_id", "patient_id");

CREATE TABLE "patient_invitation" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID NOT NULL, "email" VARCHAR(254) NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "actor" VARCHAR(80) NOT NULL, "created_at" BIGINT NOT NULL, "expires_at" BIGINT NOT NULL, "used_at" BIGINT, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "patient_invitation_patient_id" ON "patient_invitation" ("patient_id");

CREATE UNIQUE INDEX "patient_invitation_token_hash" ON "patient_invitation" ("token_hash");

CREATE UNIQUE INDEX "patient_invitation_practice_id_id" ON "patient_invitation" ("practice_id", "id");

CREATE TABLE "access_entry" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID NOT NULL, "account_id" UUID NOT NULL, "member" VARCHAR(201) NOT NULL, "roles" TEXT NOT NULL, "what" VARCHAR(20) NOT NULL, "why" VARCHAR(300) NOT NULL, "at" BIGINT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT);

CREATE INDEX "access_entry_patient_id" ON "access_entry" ("patient_id");

CREATE INDEX "access_entry_practice_id_patient_id_at" ON "access_entry" ("practice_id", "patient_id", "at");

CREATE TABLE "invitation" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "email" VARCHAR(254) NOT NULL, "given_name" VARCHAR(100) NOT NULL, "family_name" VARCHAR(100) NOT NULL, "language" VARCHAR(2) NOT NULL, "roles" TEXT NOT NULL, "starts_on" DATE NOT NULL, "ends_on" DATE, "token_hash" VARCHAR(64) NOT NULL, "actor" VARCHAR(80) NOT NULL, "created_at" BIGINT NOT NULL, "expires_at" BIGINT NOT NULL, "used_at" BIGINT, "withdrawn_at" BIGINT, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "invitation_token_hash" ON "invitation" ("token_hash");

CREATE UNIQUE INDEX "invitation_practice_id_id" ON "invitation" ("practice_id", "id");

CREATE TABLE "export_job" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "state" VARCHAR(8) NOT NULL CHECK (state IN ('waiting', 'running', 'ready', 'failed', 'expired')), "done" SMALLINT NOT NULL, "total" SMALLINT NOT NULL, "language" VARCHAR(2) NOT NULL, "with_number" BOOLEAN NOT NULL, "content" BYTEA, "size" INTEGER NOT NULL, "sha256" VARCHAR(64) NOT NULL, "created_at" BIGINT NOT NULL, "ready_at" BIGINT, "expires_at" BIGINT NOT NULL, "fetched_at" BIGINT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "export_job_account_id" ON "export_job" ("account_id");

CREATE TABLE "account_event" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "at" BIGINT NOT NULL, "actor" VARCHAR(80) NOT NULL, "verb" VARCHAR(40) NOT NULL, "target" VARCHAR(80) NOT NULL, "detail" TEXT NOT NULL, "seq" BIGINT NOT NULL, "hash" VARCHAR(64) NOT NULL);

CREATE UNIQUE INDEX "account_event_seq" ON "account_event" ("seq");

CREATE INDEX "account_event_account_id_at" ON "account_event" ("account_id", "at");

CREATE TABLE "audit_head" ("chain" VARCHAR(36) NOT NULL PRIMARY KEY, "seq" BIGINT NOT NULL, "hash" VARCHAR(64) NOT NULL);

CREATE TABLE "rate_count" ("key" VARCHAR(64) NOT NULL PRIMARY KEY, "count" INTEGER NOT NULL, "ends" BIGINT NOT NULL);

CREATE INDEX "rate_count_ends" ON "rate_count" ("ends");

CREATE FUNCTION access_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'access_entry is append-only'; END $$;

CREATE TRIGGER access_entry_no_change BEFORE UPDATE ON access_entry FOR EACH ROW EXECUTE FUNCTION access_entry_is_append_only();

CREATE FUNCTION trust_evidence_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trust_evidence is append-only'; END $$;

CREATE TRIGGER trust_evidence_no_change BEFORE UPDATE ON trust_evidence FOR EACH ROW EXECUTE FUNCTION trust_evidence_is_append_only();

CREATE FUNCTION audit_event_moves_head() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE audit_head SET "seq" = NEW."seq", "hash" = NEW."hash" WHERE "chain" = replace(NEW.practice_id::text, '-', ''); RETURN NULL; END $$;

CREATE TRIGGER audit_event_head AFTER INSERT ON audit_event FOR EACH ROW WHEN (NEW."seq" IS NOT NULL) EXECUTE FUNCTION audit_event_moves_head();

CREATE FUNCTION account_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'account_event is append-only'; END $$;

CREATE TRIGGER account_event_no_change BEFORE UPDATE OR DELETE ON account_event FOR EACH ROW EXECUTE FUNCTION account_event_is_append_only();

CREATE FUNCTION account_event_moves_head() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE audit_head SET "seq" = NEW."seq", "hash" = NEW."hash" WHERE "chain" = 'platform'; RETURN NULL; END $$;

CREATE TRIGGER account_event_head AFTER INSERT ON account_event FOR EACH ROW WHEN (NEW."seq" IS NOT NULL) EXECUTE FUNCTION account_event_moves_head();

