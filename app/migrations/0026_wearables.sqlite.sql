CREATE TABLE "wearable_journey" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "source" VARCHAR(16) NOT NULL CHECK (source IN ('google_health')), "state_hash" VARCHAR(64) NOT NULL, "session_id" TEXT NOT NULL, "host" VARCHAR(253) NOT NULL, "sealed" BLOB, "created_at" INTEGER NOT NULL, "expires_at" INTEGER NOT NULL, "answered_at" INTEGER, "ticket_hash" VARCHAR(64), "used_at" INTEGER, "ended_at" INTEGER, "outcome" VARCHAR(8) CHECK (outcome IN ('done', 'declined', 'nothing', 'failed')), FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "wearable_journey_account_id" ON "wearable_journey" ("account_id");

CREATE UNIQUE INDEX "wearable_journey_state_hash" ON "wearable_journey" ("state_hash");

CREATE UNIQUE INDEX "wearable_journey_ticket_hash" ON "wearable_journey" ("ticket_hash");

CREATE TABLE "wearable_connection" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "source" VARCHAR(16) NOT NULL CHECK (source IN ('google_health')), "state" VARCHAR(8) NOT NULL CHECK (state IN ('open', 'broken')), "sealed" BLOB, "user_index" VARCHAR(64) NOT NULL, "granted" TEXT NOT NULL, "unread" TEXT NOT NULL, "passed_over" TEXT NOT NULL, "version" INTEGER NOT NULL, "run" INTEGER NOT NULL, "queued_at" INTEGER, "next_at" INTEGER NOT NULL, "wanted_from" DATE, "synced_at" INTEGER, "tried_at" INTEGER, "changed" INTEGER NOT NULL, "odd" INTEGER NOT NULL, "created_at" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "wearable_connection_account_id" ON "wearable_connection" ("account_id");

CREATE INDEX "wearable_connection_user_index" ON "wearable_connection" ("user_index");

CREATE INDEX "wearable_connection_next_at" ON "wearable_connection" ("next_at");

CREATE UNIQUE INDEX "wearable_connection_account_id_source" ON "wearable_connection" ("account_id", "source");

