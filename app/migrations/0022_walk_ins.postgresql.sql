CREATE TABLE "walk_in_plan" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "enabled" BOOLEAN NOT NULL, "reasons" TEXT NOT NULL, "average_minutes" SMALLINT NOT NULL CHECK (average_minutes BETWEEN 5 AND 120), "sound" BOOLEAN NOT NULL, "screen_round" INTEGER NOT NULL, "screen_hash" VARCHAR(64) NOT NULL, "version" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "walk_in_plan_screen_hash" ON "walk_in_plan" ("screen_hash");

CREATE UNIQUE INDEX "walk_in_plan_practice_id" ON "walk_in_plan" ("practice_id");

CREATE TABLE "walk_in" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "location_id" UUID NOT NULL, "day" DATE NOT NULL, "number" SMALLINT NOT NULL CHECK (number BETWEEN 1 AND 9999), "first_name" VARCHAR(100), "reason" VARCHAR(12) NOT NULL CHECK (reason IN ('care', 'consultation', 'prescription', 'question', 'other')), "priority" SMALLINT NOT NULL CHECK (priority BETWEEN 1 AND 3), "state" VARCHAR(7) NOT NULL CHECK (state IN ('waiting', 'called', 'taken', 'gave-up')), "outside" BOOLEAN NOT NULL, "language" VARCHAR(2) NOT NULL, "attempt" UUID NOT NULL, "version" INTEGER NOT NULL, "created_at" BIGINT NOT NULL, "called_at" BIGINT, "called_by" VARCHAR(80), "ended_at" BIGINT, "appointment_id" UUID, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("location_id") REFERENCES "location" ("id") ON DELETE RESTRICT, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "location_id") REFERENCES "location" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE RESTRICT, CHECK ((state = 'taken') = (appointment_id IS NOT NULL)), CHECK ((state IN ('taken', 'gave-up')) = (ended_at IS NOT NULL)), CHECK ((called_at IS NULL) = (called_by IS NULL)));

CREATE UNIQUE INDEX "walk_in_practice_id_id" ON "walk_in" ("practice_id", "id");

CREATE UNIQUE INDEX "walk_in_practice_id_location_id_day_number" ON "walk_in" ("practice_id", "location_id", "day", "number");

CREATE UNIQUE INDEX "walk_in_practice_id_attempt" ON "walk_in" ("practice_id", "attempt");

CREATE UNIQUE INDEX "walk_in_practice_id_appointment_id" ON "walk_in" ("practice_id", "appointment_id");

