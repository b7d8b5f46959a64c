CREATE TABLE "wait_entry" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID NOT NULL, "account_id" UUID, "dependant" UUID, "contact_email" VARCHAR(254) NOT NULL, "language" VARCHAR(2) NOT NULL, "service_id" UUID NOT NULL, "location_id" UUID NOT NULL, "schedule_id" UUID, "first_day" DATE NOT NULL, "last_day" DATE NOT NULL, "weekdays" SMALLINT NOT NULL CHECK (weekdays BETWEEN 1 AND 127), "start_minute" SMALLINT NOT NULL, "end_minute" SMALLINT NOT NULL, "notice_minutes" INTEGER NOT NULL, "swap_id" UUID, "priority" SMALLINT NOT NULL CHECK (priority BETWEEN 0 AND 2), "priority_reason" VARCHAR(300), "looked_version" INTEGER NOT NULL, "state" VARCHAR(9) NOT NULL CHECK (state IN ('waiting', 'served', 'withdrawn', 'removed', 'over')), "created_at" BIGINT NOT NULL, "ended_at" BIGINT, "ended_by" VARCHAR(80), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("service_id") REFERENCES "healthcare_service" ("id") ON DELETE CASCADE, FOREIGN KEY ("location_id") REFERENCES "location" ("id") ON DELETE CASCADE, FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE CASCADE, FOREIGN KEY ("swap_id") REFERENCES "appointment" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "service_id") REFERENCES "healthcare_service" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "location_id") REFERENCES "location" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "schedule_id") REFERENCES "schedule" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "swap_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE RESTRICT, CHECK (first_day <= last_day), CHECK (0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440), CHECK ((state = 'waiting') = (ended_at IS NULL)));

CREATE UNIQUE INDEX "wait_entry_practice_id_id" ON "wait_entry" ("practice_id", "id");

CREATE INDEX "wait_entry_practice_id_state_priority_created_at" ON "wait_entry" ("practice_id", "state", "priority", "created_at");

CREATE INDEX "wait_entry_practice_id_patient_id" ON "wait_entry" ("practice_id", "patient_id");

CREATE INDEX "wait_entry_account_id" ON "wait_entry" ("account_id");

CREATE TABLE "wait_offer" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "entry_id" UUID NOT NULL, "practitioner_id" UUID NOT NULL, "schedule_id" UUID NOT NULL, "starts" INTEGER NOT NULL, "ends" INTEGER NOT NULL, "freed_at" INTEGER NOT NULL, "hold_id" UUID NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "state" VARCHAR(9) NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'expired', 'withdrawn', 'lost')), "offered_at" BIGINT NOT NULL, "expires" INTEGER NOT NULL, "answered_at" BIGINT, "appointment_id" UUID, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("entry_id") REFERENCES "wait_entry" ("id") ON DELETE CASCADE, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE CASCADE, FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE CASCADE, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE SET NULL, FOREIGN KEY ("practice_id", "entry_id") REFERENCES "wait_entry" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "schedule_id") REFERENCES "schedule" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE RESTRICT, CHECK (starts < ends), CHECK ((state = 'open') = (answered_at IS NULL)), CHECK ((appointment_id IS NULL) OR state = 'accepted'));

CREATE INDEX "wait_offer_entry_id" ON "wait_offer" ("entry_id");

CREATE UNIQUE INDEX "wait_offer_token_hash" ON "wait_offer" ("token_hash");

CREATE UNIQUE INDEX "wait_offer_practice_id_id" ON "wait_offer" ("practice_id", "id");

CREATE UNIQUE INDEX "wait_offer_practice_id_hold_id" ON "wait_offer" ("practice_id", "hold_id");

CREATE INDEX "wait_offer_practice_id_practitioner_id_starts" ON "wait_offer" ("practice_id", "practitioner_id", "starts");

CREATE INDEX "wait_offer_practice_id_offered_at" ON "wait_offer" ("practice_id", "offered_at");

CREATE UNIQUE INDEX wait_offer_open ON wait_offer (practice_id, entry_id) WHERE state = 'open';

