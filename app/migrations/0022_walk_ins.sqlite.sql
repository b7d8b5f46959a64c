CREATE TABLE "walk_in_plan" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "enabled" INTEGER NOT NULL, "reasons" TEXT NOT NULL, "average_minutes" INTEGER NOT NULL CHECK (average_minutes BETWEEN 5 AND 120), "sound" INTEGER NOT NULL, "screen_round" INTEGER NOT NULL, "screen_hash" VARCHAR(64) NOT NULL, "version" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "walk_in_plan_screen_hash" ON "walk_in_plan" ("screen_hash");

CREATE UNIQUE INDEX "walk_in_plan_practice_id" ON "walk_in_plan" ("practice_id");

CREATE TABLE "walk_in" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "location_id" TEXT NOT NULL, "day" DATE NOT NULL, "number" INTEGER NOT NULL CHECK (number BETWEEN 1 AND 9999), "first_name" VARCHAR(100), "reason" VARCHAR(12) NOT NULL CHECK (reason IN ('care', 'consultation', 'prescription', 'question', 'other')), "priority" INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 3), "state" VARCHAR(7) NOT NULL CHECK (state IN ('waiting', 'called', 'taken', 'gave-up')), "outside" INTEGER NOT NULL, "language" VARCHAR(2) NOT NULL, "attempt" TEXT NOT NULL, "version" INTEGER NOT NULL, "created_at" INTEGER NOT NULL, "called_at" INTEGER, "called_by" VARCHAR(80), "ended_at" INTEGER, "appointment_id" TEXT, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("location_id") REFERENCES "location" ("id") ON DELETE RESTRICT, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "location_id") REFERENCES "location" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE RESTRICT, CHECK ((state = 'taken') = (appointment_id IS NOT NULL)), CHECK ((state IN ('taken', 'gave-up')) = (ended_at IS NOT NULL)), CHECK ((called_at IS NULL) = (called_by IS NULL)));

CREATE UNIQUE INDEX "walk_in_practice_id_id" ON "walk_in" ("practice_id", "id");

CREATE UNIQUE INDEX "walk_in_practice_id_location_id_day_number" ON "walk_in" ("practice_id", "location_id", "day", "number");

CREATE UNIQUE INDEX "walk_in_practice_id_attempt" ON "walk_in" ("practice_id", "attempt");

CREATE UNIQUE INDEX "walk_in_practice_id_appointment_id" ON "walk_in" ("practice_id", "appointment_id");

