CREATE TABLE "invoice_series" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "year" SMALLINT NOT NULL, "last" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "invoice_series_practice_id_year" ON "invoice_series" ("practice_id", "year");

CREATE TABLE "invoice" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID NOT NULL, "year" SMALLINT NOT NULL, "number" INTEGER NOT NULL, "reference" VARCHAR(12) NOT NULL, "total_cents" INTEGER NOT NULL, "issued_on" DATE NOT NULL, "due_on" DATE NOT NULL, "state" VARCHAR(9) NOT NULL CHECK (state IN ('open', 'paid', 'cancelled')), "settled_at" BIGINT, "settled_by" VARCHAR(80), "paid_on" DATE, "way" VARCHAR(8) CHECK (way IN ('transfer', 'cash', 'card', 'other')), "reason" VARCHAR(300) NOT NULL, "fee_id" UUID, "created_at" BIGINT NOT NULL, "created_by" VARCHAR(80) NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("fee_id") REFERENCES "fee_proposal" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "fee_id") REFERENCES "fee_proposal" ("practice_id", "id") ON DELETE RESTRICT, CHECK (total_cents > 0), CHECK (number > 0), CHECK (due_on >= issued_on), CHECK ((state = 'open') = (settled_at IS NULL)), CHECK ((state = 'open') = (settled_by IS NULL)), CHECK ((state = 'paid') = (paid_on IS NOT NULL)), CHECK ((paid_on IS NULL) = (way IS NULL)));

CREATE UNIQUE INDEX "invoice_practice_id_id" ON "invoice" ("practice_id", "id");

CREATE UNIQUE INDEX "invoice_practice_id_year_number" ON "invoice" ("practice_id", "year", "number");

CREATE UNIQUE INDEX "invoice_practice_id_reference" ON "invoice" ("practice_id", "reference");

CREATE INDEX "invoice_practice_id_patient_id_issued_on" ON "invoice" ("practice_id", "patient_id", "issued_on");

CREATE INDEX "invoice_practice_id_state_due_on" ON "invoice" ("practice_id", "state", "due_on");

CREATE INDEX "invoice_practice_id_fee_id" ON "invoice" ("practice_id", "fee_id");

CREATE TABLE "charge_item" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "invoice_id" UUID NOT NULL, "position" SMALLINT NOT NULL, "words" VARCHAR(200) NOT NULL, "quantity" SMALLINT NOT NULL, "unit_cents" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("invoice_id") REFERENCES "invoice" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "invoice_id") REFERENCES "invoice" ("practice_id", "id") ON DELETE CASCADE, CHECK (quantity BETWEEN 1 AND 999), CHECK (unit_cents > 0));

CREATE UNIQUE INDEX "charge_item_practice_id_invoice_id_position" ON "charge_item" ("practice_id", "invoice_id", "position");

