CREATE TABLE "rearrangement" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "cause" VARCHAR(10) NOT NULL CHECK (cause IN ('absence', 'closure', 'holiday', 'hours', 'exception', 'service', 'room', 'orphans')), "practitioner_id" TEXT, "attempt" TEXT NOT NULL, "actor" VARCHAR(80) NOT NULL, "created_at" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "rearrangement_practice_id_id" ON "rearrangement" ("practice_id", "id");

CREATE UNIQUE INDEX "rearrangement_practice_id_attempt" ON "rearrangement" ("practice_id", "attempt");

CREATE INDEX "rearrangement_practice_id_created_at" ON "rearrangement" ("practice_id", "created_at");

CREATE TABLE "reoffer" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "rearrangement_id" TEXT NOT NULL, "appointment_id" TEXT NOT NULL, "choice" VARCHAR(9) NOT NULL CHECK (choice IN ('keep', 'colleague', 'times', 'cancel', 'call')), "alternatives" TEXT NOT NULL, "version" INTEGER NOT NULL, "was_start" INTEGER NOT NULL, "words" VARCHAR(500), "token_hash" VARCHAR(64) NOT NULL, "expires" INTEGER NOT NULL, "state" VARCHAR(8) NOT NULL CHECK (state IN ('told', 'sent', 'accepted', 'declined', 'expired', 'call', 'called')), "created_at" INTEGER NOT NULL, "answered_at" INTEGER, "called_at" INTEGER, "called_by" VARCHAR(80), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("rearrangement_id") REFERENCES "rearrangement" ("id") ON DELETE CASCADE, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "rearrangement_id") REFERENCES "rearrangement" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE CASCADE, CHECK ((called_at IS NULL) = (called_by IS NULL)));

CREATE UNIQUE INDEX "reoffer_token_hash" ON "reoffer" ("token_hash");

CREATE UNIQUE INDEX "reoffer_practice_id_id" ON "reoffer" ("practice_id", "id");

CREATE UNIQUE INDEX "reoffer_practice_id_rearrangement_id_appointment_id" ON "reoffer" ("practice_id", "rearrangement_id", "appointment_id");

CREATE INDEX "reoffer_practice_id_appointment_id" ON "reoffer" ("practice_id", "appointment_id");

CREATE INDEX "reoffer_state_expires" ON "reoffer" ("state", "expires");

CREATE INDEX appointment_orphaned ON appointment (practice_id, starts) WHERE fit = 'orphaned';

