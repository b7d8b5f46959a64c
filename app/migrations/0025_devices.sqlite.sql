CREATE TABLE "import_job" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "dependant" TEXT, "kind" VARCHAR(20) CHECK (kind IN ('weight', 'height', 'bmi', 'metabolic-rate', 'waist', 'mood', 'energy', 'pain', 'blood-pressure', 'heart-rate', 'glucose', 'steps', 'distance', 'calories', 'fat-burn', 'cardio', 'floors')), "attempt" TEXT NOT NULL, "state" VARCHAR(8) NOT NULL CHECK (state IN ('arriving', 'waiting', 'running', 'done', 'failed')), "pieces" TEXT NOT NULL, "size" INTEGER NOT NULL, "position" INTEGER NOT NULL, "read" INTEGER NOT NULL, "kept" INTEGER NOT NULL, "known" INTEGER NOT NULL, "refused" TEXT NOT NULL, "unusual" TEXT NOT NULL, "created_at" INTEGER NOT NULL, "ended_at" INTEGER, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "import_job_account_id" ON "import_job" ("account_id");

CREATE UNIQUE INDEX "import_job_account_id_attempt" ON "import_job" ("account_id", "attempt");

