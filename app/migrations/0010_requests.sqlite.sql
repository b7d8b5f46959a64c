CREATE TABLE "request_question" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "appointment_id" TEXT NOT NULL, "position" INTEGER NOT NULL, "question" VARCHAR(300) NOT NULL, "answer" VARCHAR(1000), "asked_at" INTEGER NOT NULL, "answered_at" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE CASCADE, CHECK ((answer IS NULL) = (answered_at IS NULL)));

CREATE UNIQUE INDEX "request_question_practice_id_id" ON "request_question" ("practice_id", "id");

CREATE UNIQUE INDEX "request_question_practice_id_appointment_id_position" ON "request_question" ("practice_id", "appointment_id", "position");

CREATE TABLE "alternative_time" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "appointment_id" TEXT NOT NULL, "position" INTEGER NOT NULL CHECK (position BETWEEN 0 AND 2), "schedule_id" TEXT NOT NULL, "starts" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE CASCADE, FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "schedule_id") REFERENCES "schedule" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "alternative_time_practice_id_id" ON "alternative_time" ("practice_id", "id");

CREATE UNIQUE INDEX "alternative_time_practice_id_appointment_id_position" ON "alternative_time" ("practice_id", "appointment_id", "position");

CREATE INDEX "appointment_waiting" ON "appointment" ("practice_id", "answer_by") WHERE status IN ('proposed', 'pending');

