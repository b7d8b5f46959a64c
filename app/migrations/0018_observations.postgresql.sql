CREATE TABLE "observation" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "dependant" UUID, "kind" VARCHAR(20) NOT NULL CHECK (kind IN ('weight', 'height', 'bmi', 'metabolic-rate', 'waist', 'mood', 'energy', 'pain', 'blood-pressure', 'heart-rate', 'glucose', 'steps', 'distance', 'calories', 'fat-burn', 'cardio', 'floors')), "value" INTEGER NOT NULL CHECK (value >= 0), "second" INTEGER, "at" BIGINT NOT NULL, "taken" VARCHAR(16) CHECK (taken IN ('fasting', 'after-breakfast', 'before-lunch', 'after-lunch', 'before-dinner', 'after-dinner', 'bedtime', 'night', 'other')), "meal" VARCHAR(8) CHECK (meal IN ('none', 'light', 'medium', 'rich')), "source" VARCHAR(16) NOT NULL CHECK (source IN ('manual', 'file', 'google_health', 'staff')), "external_id" VARCHAR(120), "note" VARCHAR(300) NOT NULL, "created_at" BIGINT NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "observation_account_id" ON "observation" ("account_id");

CREATE INDEX "observation_account_id_dependant_kind_at_value_second" ON "observation" ("account_id", "dependant", "kind", "at", "value", "second");

CREATE UNIQUE INDEX "observation_account_id_source_external_id" ON "observation" ("account_id", "source", "external_id");

CREATE TABLE "observation_share" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "dependant" UUID, "kind" VARCHAR(20) NOT NULL CHECK (kind IN ('weight', 'height', 'bmi', 'metabolic-rate', 'waist', 'mood', 'energy', 'pain', 'blood-pressure', 'heart-rate', 'glucose', 'steps', 'distance', 'calories', 'fat-burn', 'cardio', 'floors')), "practice_id" UUID NOT NULL, "practitioner_id" UUID NOT NULL, "since" BIGINT, "until_day" DATE, "created_at" BIGINT NOT NULL, "ended_at" BIGINT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE CASCADE, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "observation_share_account_id" ON "observation_share" ("account_id");

CREATE INDEX "observation_share_account_id_dependant_kind" ON "observation_share" ("account_id", "dependant", "kind");

CREATE INDEX "observation_share_practice_id_practitioner_id" ON "observation_share" ("practice_id", "practitioner_id");

CREATE TABLE "health_reader" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "member_id" UUID NOT NULL, "practitioner_id" UUID NOT NULL, "created_at" BIGINT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("member_id") REFERENCES "member" ("id") ON DELETE CASCADE, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "member_id") REFERENCES "member" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "health_reader_practice_id_id" ON "health_reader" ("practice_id", "id");

CREATE UNIQUE INDEX "health_reader_practice_id_member_id_practitioner_id" ON "health_reader" ("practice_id", "member_id", "practitioner_id");

CREATE TABLE "shared_observation" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID NOT NULL, "practitioner_id" UUID NOT NULL, "kind" VARCHAR(20) NOT NULL CHECK (kind IN ('weight', 'height', 'bmi', 'metabolic-rate', 'waist', 'mood', 'energy', 'pain', 'blood-pressure', 'heart-rate', 'glucose', 'steps', 'distance', 'calories', 'fat-burn', 'cardio', 'floors')), "value" INTEGER NOT NULL, "second" INTEGER, "at" BIGINT NOT NULL, "taken" VARCHAR(16) CHECK (taken IN ('fasting', 'after-breakfast', 'before-lunch', 'after-lunch', 'before-dinner', 'after-dinner', 'bedtime', 'night', 'other')), "meal" VARCHAR(8) CHECK (meal IN ('none', 'light', 'medium', 'rich')), "source" VARCHAR(16) NOT NULL CHECK (source IN ('manual', 'file', 'google_health', 'staff')), "note" VARCHAR(300) NOT NULL, "kept_at" BIGINT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "shared_observation_practice_id_id" ON "shared_observation" ("practice_id", "id");

CREATE INDEX "shared_observation_practice_id_patient_id_kind_at" ON "shared_observation" ("practice_id", "patient_id", "kind", "at");

CREATE TABLE "goal" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID NOT NULL, "kind" VARCHAR(20) NOT NULL CHECK (kind IN ('weight', 'height', 'bmi', 'metabolic-rate', 'waist', 'mood', 'energy', 'pain', 'blood-pressure', 'heart-rate', 'glucose', 'steps', 'distance', 'calories', 'fat-burn', 'cardio', 'floors')), "direction" VARCHAR(8) NOT NULL CHECK (direction IN ('at-least', 'at-most', 'between')), "low" INTEGER, "high" INTEGER, "second_low" INTEGER, "second_high" INTEGER, "starts_on" DATE NOT NULL, "ends_on" DATE, "words" VARCHAR(300) NOT NULL, "setter" VARCHAR(201) NOT NULL, "actor" VARCHAR(80) NOT NULL, "created_at" BIGINT NOT NULL, "ended_at" BIGINT, "ended_by" VARCHAR(80), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT, CHECK (ends_on IS NULL OR starts_on <= ends_on), CHECK ((ended_at IS NULL) = (ended_by IS NULL)), CHECK (low IS NOT NULL OR high IS NOT NULL));

CREATE UNIQUE INDEX "goal_practice_id_id" ON "goal" ("practice_id", "id");

CREATE INDEX "goal_practice_id_patient_id_kind" ON "goal" ("practice_id", "patient_id", "kind");

CREATE INDEX observation_typed ON observation (account_id, created_at) WHERE source = 'manual';

CREATE UNIQUE INDEX observation_share_own ON observation_share (account_id, kind, practitioner_id) WHERE ended_at IS NULL AND dependant IS NULL;

CREATE UNIQUE INDEX observation_share_theirs ON observation_share (account_id, dependant, kind, practitioner_id) WHERE ended_at IS NULL AND dependant IS NOT NULL;

CREATE UNIQUE INDEX goal_living ON goal (practice_id, patient_id, kind) WHERE ended_at IS NULL;

