CREATE TABLE "profile_layout" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "shown" TEXT NOT NULL, "hidden" TEXT NOT NULL, "saved_at" BIGINT NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "profile_layout_account_id" ON "profile_layout" ("account_id");

