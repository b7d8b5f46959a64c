CREATE TABLE "service_questionnaire" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "service_id" TEXT NOT NULL, "questionnaire_id" TEXT NOT NULL, "months" INTEGER CHECK (months BETWEEN 0 AND 36), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("service_id") REFERENCES "healthcare_service" ("id") ON DELETE CASCADE, FOREIGN KEY ("questionnaire_id") REFERENCES "questionnaire" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "service_id") REFERENCES "healthcare_service" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "questionnaire_id") REFERENCES "questionnaire" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "service_questionnaire_practice_id_id" ON "service_questionnaire" ("practice_id", "id");

CREATE UNIQUE INDEX "service_questionnaire_practice_id_service_id_questionnaire_id" ON "service_questionnaire" ("practice_id", "service_id", "questionnaire_id");

CREATE TABLE "questionnaire_author" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "response_id" TEXT NOT NULL, "member_id" TEXT NOT NULL, "way" VARCHAR(9) NOT NULL CHECK (way IN ('counter', 'telephone')), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("response_id") REFERENCES "questionnaire_response" ("id") ON DELETE CASCADE, FOREIGN KEY ("member_id") REFERENCES "member" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "response_id") REFERENCES "questionnaire_response" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "member_id") REFERENCES "member" ("practice_id", "id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "questionnaire_author_response_id" ON "questionnaire_author" ("response_id");

CREATE UNIQUE INDEX "questionnaire_author_practice_id_id" ON "questionnaire_author" ("practice_id", "id");

CREATE TABLE "confidential_thread" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "thread_id" TEXT NOT NULL, "practitioner_id" TEXT NOT NULL, "chosen_by" VARCHAR(8) NOT NULL CHECK (chosen_by IN ('practice', 'patient')), "created_at" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("thread_id") REFERENCES "thread" ("id") ON DELETE CASCADE, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "thread_id") REFERENCES "thread" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "confidential_thread_thread_id" ON "confidential_thread" ("thread_id");

CREATE UNIQUE INDEX "confidential_thread_practice_id_id" ON "confidential_thread" ("practice_id", "id");

CREATE TABLE "staff_notice" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "member_id" TEXT NOT NULL, "rhythm" VARCHAR(6) CHECK (rhythm IN ('none', 'hourly', 'daily')), "last_at" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("member_id") REFERENCES "member" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "member_id") REFERENCES "member" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "staff_notice_member_id" ON "staff_notice" ("member_id");

CREATE UNIQUE INDEX "staff_notice_practice_id_id" ON "staff_notice" ("practice_id", "id");

