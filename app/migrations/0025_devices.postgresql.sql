CREATE TABLE "import_job" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "dependant" UUID, "kind" VARCHAR(20) CHECK (kind IN ('weight', 'height', 'bmi', 'metabolic-rate', 'waist', 'mood', 'energy', 'pain', 'blood-pressure', 'heart-rate', 'glucose', 'steps', 'distance', 'calories', 'fat-burn', 'cardio', 'floors')), "attempt" UUID NOT NULL, "state" VARCHAR(8) NOT NULL CHECK (state IN ('arriving', 'waiting', 'running', 'done', 'failed')), "pieces" TEXT NOT NULL, "size" INTEGER NOT NULL, "position" INTEGER NOT NULL, "read" INTEGER NOT NULL, "kept" INTEGER NOT NULL, "known" INTEGER NOT NULL, "refused" TEXT NOT NULL, "unusual" TEXT NOT NULL, "created_at" BIGINT NOT NULL, "ended_at" BIGINT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "import_job_account_id" ON "import_job" ("account_id");

CREATE UNIQUE INDEX "import_job_account_id_attempt" ON "import_job" ("account_id", "attempt");

