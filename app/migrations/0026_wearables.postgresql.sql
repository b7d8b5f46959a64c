CREATE TABLE "wearable_journey" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "source" VARCHAR(16) NOT NULL CHECK (source IN ('google_health')), "state_hash" VARCHAR(64) NOT NULL, "session_id" UUID NOT NULL, "host" VARCHAR(253) NOT NULL, "sealed" BYTEA, "created_at" BIGINT NOT NULL, "expires_at" BIGINT NOT NULL, "answered_at" BIGINT, "ticket_hash" VARCHAR(64), "used_at" BIGINT, "ended_at" BIGINT, "outcome" VARCHAR(8) CHECK (outcome IN ('done', 'declined', 'nothing', 'failed')), FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "wearable_journey_account_id" ON "wearable_journey" ("account_id");

CREATE UNIQUE INDEX "wearable_journey_state_hash" ON "wearable_journey" ("state_hash");

CREATE UNIQUE INDEX "wearable_journey_ticket_hash" ON "wearable_journey" ("ticket_hash");

CREATE TABLE "wearable_connection" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "source" VARCHAR(16) NOT NULL CHECK (source IN ('google_health')), "state" VARCHAR(8) NOT NULL CHECK (state IN ('open', 'broken')), "sealed" BYTEA, "user_index" VARCHAR(64) NOT NULL, "granted" TEXT NOT NULL, "unread" TEXT NOT NULL, "passed_over" TEXT NOT NULL, "version" INTEGER NOT NULL, "run" INTEGER NOT NULL, "queued_at" BIGINT, "next_at" BIGINT NOT NULL, "wanted_from" DATE, "synced_at" BIGINT, "tried_at" BIGINT, "changed" INTEGER NOT NULL, "odd" INTEGER NOT NULL, "created_at" BIGINT NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "wearable_connection_account_id" ON "wearable_connection" ("account_id");

CREATE INDEX "wearable_connection_user_index" ON "wearable_connection" ("user_index");

CREATE INDEX "wearable_connection_next_at" ON "wearable_connection" ("next_at");

CREATE UNIQUE INDEX "wearable_connection_account_id_source" ON "wearable_connection" ("account_id", "source");

