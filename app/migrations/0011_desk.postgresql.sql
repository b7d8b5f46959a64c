CREATE TABLE "fee_proposal" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "appointment_id" UUID NOT NULL, "cents" INTEGER NOT NULL, "cause" VARCHAR(6) NOT NULL CHECK (cause IN ('late', 'noshow')), "state" VARCHAR(8) NOT NULL CHECK (state IN ('proposed', 'kept', 'waived')), "proposed_at" BIGINT NOT NULL, "decided_at" BIGINT, "decided_by" VARCHAR(80), "reason" VARCHAR(300) NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE RESTRICT, CHECK (cents > 0), CHECK ((state = 'proposed') = (decided_at IS NULL)), CHECK ((decided_at IS NULL) = (decided_by IS NULL)));

CREATE UNIQUE INDEX "fee_proposal_practice_id_id" ON "fee_proposal" ("practice_id", "id");

CREATE UNIQUE INDEX "fee_proposal_practice_id_appointment_id" ON "fee_proposal" ("practice_id", "appointment_id");

CREATE INDEX "fee_proposal_practice_id_state_proposed_at" ON "fee_proposal" ("practice_id", "state", "proposed_at");

