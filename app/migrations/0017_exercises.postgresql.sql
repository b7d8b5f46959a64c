CREATE TABLE "exercise" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "name" TEXT NOT NULL, "text" TEXT NOT NULL, "drawing" VARCHAR(40), "picture" VARCHAR(65), "archived_at" BIGINT, "created_at" BIGINT NOT NULL, "revision" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "exercise_practice_id_id" ON "exercise" ("practice_id", "id");

CREATE TABLE "care_plan" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID, "title" VARCHAR(120) NOT NULL, "note" VARCHAR(1000), "status" VARCHAR(7) NOT NULL CHECK (status IN ('active', 'revoked')), "starts_on" DATE, "ends_on" DATE, "created_at" BIGINT NOT NULL, "created_by" VARCHAR(80) NOT NULL, "ended_at" BIGINT, "revision" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT, CHECK ((patient_id IS NULL) = (starts_on IS NULL)), CHECK (ends_on IS NULL OR (starts_on IS NOT NULL AND starts_on <= ends_on)), CHECK ((status = 'revoked') = (ended_at IS NOT NULL)));

CREATE UNIQUE INDEX "care_plan_practice_id_id" ON "care_plan" ("practice_id", "id");

CREATE INDEX "care_plan_practice_id_patient_id_created_at" ON "care_plan" ("practice_id", "patient_id", "created_at");

CREATE TABLE "care_activity" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "plan_id" UUID NOT NULL, "position" SMALLINT NOT NULL, "name" TEXT NOT NULL, "text" TEXT NOT NULL, "drawing" VARCHAR(40), "picture" VARCHAR(65), "series" SMALLINT CHECK (series BETWEEN 1 AND 50), "repetitions" SMALLINT CHECK (repetitions BETWEEN 1 AND 500), "seconds" SMALLINT CHECK (seconds BETWEEN 1 AND 7200), "weekdays" SMALLINT NOT NULL CHECK (weekdays BETWEEN 1 AND 127), "note" VARCHAR(300), "added_on" DATE, "dropped_on" DATE, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("plan_id") REFERENCES "care_plan" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "plan_id") REFERENCES "care_plan" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "care_activity_practice_id_id" ON "care_activity" ("practice_id", "id");

CREATE INDEX "care_activity_practice_id_plan_id_position" ON "care_activity" ("practice_id", "plan_id", "position");

CREATE TABLE "activity_done" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "activity_id" UUID NOT NULL, "day" DATE NOT NULL, "feeling" VARCHAR(7) CHECK (feeling IN ('easy', 'right', 'hard', 'painful')), "done_at" BIGINT NOT NULL, "done_by" VARCHAR(80) NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("activity_id") REFERENCES "care_activity" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "activity_id") REFERENCES "care_activity" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "activity_done_practice_id_id" ON "activity_done" ("practice_id", "id");

CREATE UNIQUE INDEX "activity_done_practice_id_activity_id_day" ON "activity_done" ("practice_id", "activity_id", "day");

