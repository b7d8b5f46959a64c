ALTER TABLE "patient" ADD COLUMN "street" VARCHAR(120);

ALTER TABLE "patient" ADD COLUMN "postcode" VARCHAR(12);

ALTER TABLE "patient" ADD COLUMN "town" VARCHAR(80);

CREATE TABLE "card_pairing" ("id" TEXT NOT NULL PRIMARY KEY, "owner_hash" VARCHAR(64) NOT NULL, "account_id" TEXT, "session_id" TEXT, "host" VARCHAR(253) NOT NULL, "purpose" VARCHAR(6) NOT NULL CHECK (purpose IN ('import', 'join', 'desk')), "state" VARCHAR(9) NOT NULL CHECK (state IN ('new', 'redeemed', 'confirmed', 'checking', 'read', 'imported', 'refused', 'cancelled', 'expired')), "code_hash" VARCHAR(64) NOT NULL, "token_hash" VARCHAR(64), "claim_hash" VARCHAR(64), "nonce" VARCHAR(64) NOT NULL, "agent" VARCHAR(64) NOT NULL, "problem" VARCHAR(30) NOT NULL, "sealed" BLOB, "created_at" INTEGER NOT NULL, "expires_at" INTEGER NOT NULL);

CREATE INDEX "card_pairing_owner_hash" ON "card_pairing" ("owner_hash");

CREATE INDEX "card_pairing_code_hash" ON "card_pairing" ("code_hash");

CREATE INDEX "card_pairing_token_hash" ON "card_pairing" ("token_hash");

CREATE INDEX "card_pairing_expires_at" ON "card_pairing" ("expires_at");

CREATE TABLE "card_proof" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "niss_index" VARCHAR(64) NOT NULL, "document_type" VARCHAR(2) NOT NULL, "valid_until" DATE NOT NULL, "at" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "card_proof_account_id" ON "card_proof" ("account_id");

CREATE UNIQUE INDEX "card_proof_niss_index" ON "card_proof" ("niss_index");

CREATE TABLE "card_conflict" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "patient_id" TEXT, "account_id" TEXT, "kind" VARCHAR(10) NOT NULL CHECK (kind IN ('number', 'name', 'account')), "given_name" VARCHAR(100) NOT NULL, "family_name" VARCHAR(100) NOT NULL, "at" INTEGER NOT NULL, "settled_at" INTEGER, "settled_by" VARCHAR(80) NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "card_conflict_patient_id" ON "card_conflict" ("patient_id");

CREATE UNIQUE INDEX "card_conflict_practice_id_id" ON "card_conflict" ("practice_id", "id");

CREATE INDEX "card_conflict_practice_id_settled_at" ON "card_conflict" ("practice_id", "settled_at");

