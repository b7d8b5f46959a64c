CREATE TABLE "profile_layout" ("id" TEXT NOT NULL PRIMARY KEY, "account_id" TEXT NOT NULL, "shown" TEXT NOT NULL, "hidden" TEXT NOT NULL, "saved_at" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "profile_layout_account_id" ON "profile_layout" ("account_id");

