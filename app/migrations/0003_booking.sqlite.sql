CREATE TABLE "action_link_before" AS SELECT * FROM "action_link";

DROP TABLE "action_link";

CREATE TABLE "booking_policy_before" AS SELECT * FROM "booking_policy";

DROP TABLE "booking_policy";

ALTER TABLE "hold" ADD COLUMN "kind" VARCHAR(6) NOT NULL DEFAULT 'typing' CHECK (kind IN ('typing', 'offer', 'freed'));

ALTER TABLE "healthcare_service" ADD COLUMN "needs" TEXT NOT NULL DEFAULT '[]';

ALTER TABLE "appointment" ADD COLUMN "move_until" INTEGER;

ALTER TABLE "appointment" ADD COLUMN "level" SMALLINT;

ALTER TABLE "appointment" ADD COLUMN "note" VARCHAR(1000);

ALTER TABLE "appointment" ADD COLUMN "answer_by" INTEGER;

ALTER TABLE "appointment" ADD COLUMN "series_id" TEXT;

ALTER TABLE "appointment" ADD COLUMN "units" TEXT;

ALTER TABLE "appointment" ADD COLUMN "policy_texts" TEXT;

ALTER TABLE "appointment" ADD COLUMN "policy_sentence" VARCHAR(500);

ALTER TABLE "appointment" ADD COLUMN "accepted" INTEGER;

UPDATE "appointment" SET "policy_texts" = (SELECT "texts" FROM "consent" WHERE "consent"."practice_id" = "appointment"."practice_id" AND "consent"."appointment_id" = "appointment"."id" ORDER BY "at" LIMIT 1);

UPDATE "appointment" SET "policy_sentence" = (SELECT "sentence" FROM "consent" WHERE "consent"."practice_id" = "appointment"."practice_id" AND "consent"."appointment_id" = "appointment"."id" ORDER BY "at" LIMIT 1);

UPDATE "appointment" SET "accepted" = (SELECT "accepted" FROM "consent" WHERE "consent"."practice_id" = "appointment"."practice_id" AND "consent"."appointment_id" = "appointment"."id" ORDER BY "at" LIMIT 1);

DROP TABLE "consent";

ALTER TABLE "appointment" ADD COLUMN "fit" VARCHAR(9) NOT NULL DEFAULT 'supported' CHECK (fit IN ('supported', 'orphaned'));

ALTER TABLE "appointment" ADD COLUMN "cancel_kind" VARCHAR(8);

ALTER TABLE "appointment" ADD COLUMN "cancel_reason" VARCHAR(500);

UPDATE "appointment" SET "cancel_kind" = 'patient' WHERE "status" = 'cancelled';

UPDATE "appointment" SET "move_until" = "cancel_until";

CREATE INDEX "appointment_practice_id_series_id" ON "appointment" ("practice_id", "series_id");

CREATE TABLE "booking_policy" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "service_id" TEXT, "schedule_id" TEXT, "level" INTEGER, "known" INTEGER, "outcome" VARCHAR(8) CHECK (outcome IN ('hidden', 'call', 'request', 'direct')), "min_notice_minutes" INTEGER, "move_notice_minutes" INTEGER, "cancellation_notice_minutes" INTEGER, "horizon_days" INTEGER, "late_fee_cents" INTEGER, "conditions_required" INTEGER, "sign_in_required" INTEGER, "move_allowed" INTEGER, "cancellation_allowed" INTEGER, "cancel_reason" VARCHAR(8) CHECK (cancel_reason IN ('off', 'optional', 'required')), "upcoming_most" INTEGER, "window_most" INTEGER, "window_days" INTEGER, "gap_days" INTEGER, "series_most" INTEGER, "waiting_list" INTEGER, "answer_hours" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("service_id") REFERENCES "healthcare_service" ("id") ON DELETE CASCADE, FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "service_id") REFERENCES "healthcare_service" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "schedule_id") REFERENCES "schedule" ("practice_id", "id") ON DELETE CASCADE, CHECK (level IS NULL OR level BETWEEN 0 AND 4));

CREATE INDEX "booking_policy_service_id" ON "booking_policy" ("service_id");

CREATE INDEX "booking_policy_schedule_id" ON "booking_policy" ("schedule_id");

CREATE UNIQUE INDEX "booking_policy_practice_id_id" ON "booking_policy" ("practice_id", "id");

CREATE INDEX "booking_policy_practice_id_service_id_schedule_id_level_known" ON "booking_policy" ("practice_id", "service_id", "schedule_id", "level", "known");

CREATE TABLE "action_link" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "appointment_id" TEXT NOT NULL, "action" VARCHAR(10) NOT NULL CHECK (action IN ('cancel', 'move', 'decline', 'answer', 'choose')), "appointment_version" INTEGER NOT NULL, "expires" INTEGER NOT NULL, "used_at" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "action_link_token_hash" ON "action_link" ("token_hash");

CREATE INDEX "action_link_appointment_id" ON "action_link" ("appointment_id");

CREATE UNIQUE INDEX "action_link_practice_id_id" ON "action_link" ("practice_id", "id");

CREATE TABLE "agenda_limit" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "schedule_id" TEXT NOT NULL, "service_id" TEXT, "period" VARCHAR(5) NOT NULL CHECK (period IN ('day', 'week', 'month')), "unit" VARCHAR(7) NOT NULL CHECK (unit IN ('count', 'minutes')), "most" INTEGER NOT NULL CHECK (most BETWEEN 0 AND 100000), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE CASCADE, FOREIGN KEY ("service_id") REFERENCES "healthcare_service" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "schedule_id") REFERENCES "schedule" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "service_id") REFERENCES "healthcare_service" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "agenda_limit_schedule_id" ON "agenda_limit" ("schedule_id");

CREATE INDEX "agenda_limit_service_id" ON "agenda_limit" ("service_id");

CREATE UNIQUE INDEX "agenda_limit_practice_id_id" ON "agenda_limit" ("practice_id", "id");

CREATE INDEX "agenda_limit_practice_id_schedule_id" ON "agenda_limit" ("practice_id", "schedule_id");

CREATE TABLE "resource_pool" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "location_id" TEXT NOT NULL, "key" VARCHAR(60) NOT NULL, "name" TEXT NOT NULL, "position" INTEGER NOT NULL, "availability_version" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("location_id") REFERENCES "location" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "location_id") REFERENCES "location" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "resource_pool_location_id" ON "resource_pool" ("location_id");

CREATE UNIQUE INDEX "resource_pool_practice_id_id" ON "resource_pool" ("practice_id", "id");

CREATE UNIQUE INDEX "resource_pool_practice_id_location_id_key" ON "resource_pool" ("practice_id", "location_id", "key");

CREATE TABLE "resource" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "pool_id" TEXT NOT NULL, "key" VARCHAR(60) NOT NULL, "name" TEXT NOT NULL, "position" INTEGER NOT NULL, "retired" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("pool_id") REFERENCES "resource_pool" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "pool_id") REFERENCES "resource_pool" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "resource_pool_id" ON "resource" ("pool_id");

CREATE UNIQUE INDEX "resource_practice_id_id" ON "resource" ("practice_id", "id");

CREATE UNIQUE INDEX "resource_practice_id_pool_id_key" ON "resource" ("practice_id", "pool_id", "key");

CREATE TABLE "resource_use" ("id" TEXT NOT NULL PRIMARY KEY, "practice_id" TEXT NOT NULL, "resource_id" TEXT NOT NULL, "hold_id" TEXT, "session_key" TEXT NOT NULL, "group_key" VARCHAR(70), "starts" INTEGER NOT NULL, "ends" INTEGER NOT NULL, "core_start" INTEGER NOT NULL, "expires" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("resource_id") REFERENCES "resource" ("id") ON DELETE CASCADE, FOREIGN KEY ("hold_id") REFERENCES "hold" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "resource_id") REFERENCES "resource" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "hold_id") REFERENCES "hold" ("practice_id", "id") ON DELETE CASCADE, CHECK (starts < ends AND ends <= starts + 1920), CHECK ((hold_id IS NULL) = (expires IS NULL)));

CREATE INDEX "resource_use_hold_id" ON "resource_use" ("hold_id");

CREATE UNIQUE INDEX "resource_use_practice_id_id" ON "resource_use" ("practice_id", "id");

CREATE INDEX "resource_use_practice_id_resource_id_starts" ON "resource_use" ("practice_id", "resource_id", "starts");

CREATE INDEX "resource_use_practice_id_session_key" ON "resource_use" ("practice_id", "session_key");

INSERT INTO "action_link" ("id", "practice_id", "token_hash", "appointment_id", "action", "appointment_version", "expires", "used_at") SELECT "id", "practice_id", "token_hash", "appointment_id", "action", "appointment_version", "expires", "used_at" FROM "action_link_before";

DROP TABLE "action_link_before";

INSERT INTO "booking_policy" ("id", "practice_id", "service_id", "min_notice_minutes", "horizon_days", "cancellation_notice_minutes", "late_fee_cents", "conditions_required") SELECT "id", "practice_id", "service_id", "min_notice_minutes", "horizon_days", "cancellation_notice_minutes", "late_fee_cents", "conditions_required" FROM "booking_policy_before";

DROP TABLE "booking_policy_before";

CREATE TRIGGER resource_no_overlap_insert BEFORE INSERT ON resource_use BEGIN 
    SELECT RAISE(ABORT, 'resource_no_overlap') WHERE NEW.hold_id IS NULL AND EXISTS (
        SELECT 1 FROM resource_use AS other
        WHERE other.practice_id = NEW.practice_id AND other.resource_id = NEW.resource_id
          AND other.starts > NEW.starts - 1920 AND other.starts < NEW.ends AND other.ends > NEW.starts
          AND other.id <> NEW.id AND other.session_key <> NEW.session_key AND other.hold_id IS NULL);
 END;

CREATE TRIGGER resource_no_overlap_update BEFORE UPDATE ON resource_use BEGIN 
    SELECT RAISE(ABORT, 'resource_no_overlap') WHERE NEW.hold_id IS NULL AND EXISTS (
        SELECT 1 FROM resource_use AS other
        WHERE other.practice_id = NEW.practice_id AND other.resource_id = NEW.resource_id
          AND other.starts > NEW.starts - 1920 AND other.starts < NEW.ends AND other.ends > NEW.starts
          AND other.id <> NEW.id AND other.session_key <> NEW.session_key AND other.hold_id IS NULL);
 END;

CREATE TRIGGER appointment_begins BEFORE INSERT ON appointment WHEN NEW.status NOT IN ('arrived', 'booked', 'proposed') AND NEW.origin <> 'import' BEGIN SELECT RAISE(ABORT, 'appointment_transition'); END;

CREATE TRIGGER appointment_transition BEFORE UPDATE OF status ON appointment WHEN OLD.status <> NEW.status AND NOT ((OLD.status = 'proposed' AND NEW.status IN ('booked', 'cancelled', 'pending')) OR (OLD.status = 'pending' AND NEW.status IN ('booked', 'cancelled', 'proposed')) OR (OLD.status = 'booked' AND NEW.status IN ('arrived', 'cancelled', 'checked-in', 'entered-in-error', 'fulfilled', 'noshow')) OR (OLD.status = 'arrived' AND NEW.status IN ('booked', 'cancelled', 'checked-in', 'entered-in-error', 'fulfilled', 'noshow')) OR (OLD.status = 'checked-in' AND NEW.status IN ('arrived', 'entered-in-error', 'fulfilled')) OR (OLD.status = 'fulfilled' AND NEW.status IN ('checked-in', 'entered-in-error')) OR (OLD.status = 'noshow' AND NEW.status IN ('arrived', 'booked', 'entered-in-error')) OR (OLD.status = 'waitlist' AND NEW.status IN ('booked', 'cancelled', 'proposed'))) BEGIN SELECT RAISE(ABORT, 'appointment_transition'); END;

CREATE TRIGGER appointment_cancel_kind BEFORE UPDATE OF status, cancel_kind ON appointment WHEN (NEW.status = 'cancelled') <> (NEW.cancel_kind IS NOT NULL) OR NEW.cancel_kind NOT IN ('patient', 'practice', 'undone', 'refused', 'expired') BEGIN SELECT RAISE(ABORT, 'appointment_cancel_kind'); END;

CREATE TRIGGER appointment_units_taken AFTER INSERT ON appointment WHEN NEW.units IS NOT NULL BEGIN 
    UPDATE resource_pool SET availability_version = availability_version + 1
    WHERE practice_id = NEW.practice_id AND id IN (SELECT pool_id FROM resource WHERE practice_id = NEW.practice_id AND id IN (SELECT value FROM json_each(NEW.units)));
     
    INSERT INTO resource_use (id, practice_id, resource_id, hold_id, session_key, group_key, starts, ends, core_start, expires)
    SELECT lower(hex(randomblob(16))), NEW.practice_id, unit.id, NULL, NEW.session_key,
        CASE WHEN NEW.capacity > 1 THEN NEW.service_id || '@' || NEW.schedule_id END,
        NEW.starts - NEW.buffer_before, NEW.ends + NEW.buffer_after, NEW.starts, NULL
    FROM resource AS unit
    WHERE unit.practice_id = NEW.practice_id AND unit.id IN (SELECT value FROM json_each(NEW.units)) AND NEW.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled')
        AND NOT EXISTS (SELECT 1 FROM resource_use AS there WHERE there.practice_id = NEW.practice_id
            AND there.session_key = NEW.session_key AND there.hold_id IS NULL);
     END;

CREATE TRIGGER appointment_units_changed AFTER UPDATE OF status, schedule_id, service_id, starts, ends, buffer_before, buffer_after, session_key, capacity, units ON appointment WHEN (OLD.units IS NOT NULL OR NEW.units IS NOT NULL) AND (OLD.schedule_id, OLD.service_id, OLD.starts, OLD.ends, OLD.buffer_before, OLD.buffer_after, OLD.session_key, OLD.capacity, OLD.units, OLD.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled')) IS NOT (NEW.schedule_id, NEW.service_id, NEW.starts, NEW.ends, NEW.buffer_before, NEW.buffer_after, NEW.session_key, NEW.capacity, NEW.units, NEW.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled')) BEGIN 
    UPDATE resource_pool SET availability_version = availability_version + 1
    WHERE practice_id = OLD.practice_id AND id IN (SELECT pool_id FROM resource WHERE practice_id = OLD.practice_id AND id IN (SELECT value FROM json_each(OLD.units)));
     
    UPDATE resource_pool SET availability_version = availability_version + 1
    WHERE practice_id = NEW.practice_id AND id IN (SELECT pool_id FROM resource WHERE practice_id = NEW.practice_id AND id IN (SELECT value FROM json_each(NEW.units)));
     
    DELETE FROM resource_use
    WHERE practice_id = OLD.practice_id AND session_key = OLD.session_key AND hold_id IS NULL;
    
    DELETE FROM resource_use
    WHERE practice_id = NEW.practice_id AND session_key = NEW.session_key AND hold_id IS NULL;
    
    INSERT INTO resource_use (id, practice_id, resource_id, hold_id, session_key, group_key, starts, ends, core_start, expires)
    SELECT lower(hex(randomblob(16))), one.practice_id, unit.id, NULL, one.session_key,
        CASE WHEN one.capacity > 1 THEN one.service_id || '@' || one.schedule_id END,
        one.starts - one.buffer_before, one.ends + one.buffer_after, one.starts, NULL
    FROM resource AS unit JOIN appointment AS one ON unit.practice_id = one.practice_id
        AND unit.id IN (SELECT value FROM json_each(one.units))
    WHERE one.practice_id = OLD.practice_id AND one.session_key = OLD.session_key
        AND one.units IS NOT NULL AND one.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled') AND NOT EXISTS (
        SELECT 1 FROM appointment AS other WHERE other.practice_id = one.practice_id
            AND other.session_key = one.session_key AND other.units IS NOT NULL AND other.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled')
            AND +other.id < one.id);
    
    INSERT INTO resource_use (id, practice_id, resource_id, hold_id, session_key, group_key, starts, ends, core_start, expires)
    SELECT lower(hex(randomblob(16))), one.practice_id, unit.id, NULL, one.session_key,
        CASE WHEN one.capacity > 1 THEN one.service_id || '@' || one.schedule_id END,
        one.starts - one.buffer_before, one.ends + one.buffer_after, one.starts, NULL
    FROM resource AS unit JOIN appointment AS one ON unit.practice_id = one.practice_id
        AND unit.id IN (SELECT value FROM json_each(one.units))
    WHERE one.practice_id = NEW.practice_id AND one.session_key = NEW.session_key AND NEW.session_key <> OLD.session_key
        AND one.units IS NOT NULL AND one.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled') AND NOT EXISTS (
        SELECT 1 FROM appointment AS other WHERE other.practice_id = one.practice_id
            AND other.session_key = one.session_key AND other.units IS NOT NULL AND other.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled')
            AND +other.id < one.id);
     END;

CREATE TRIGGER appointment_units_left AFTER DELETE ON appointment WHEN OLD.units IS NOT NULL BEGIN 
    UPDATE resource_pool SET availability_version = availability_version + 1
    WHERE practice_id = OLD.practice_id AND id IN (SELECT pool_id FROM resource WHERE practice_id = OLD.practice_id AND id IN (SELECT value FROM json_each(OLD.units)));
     
    DELETE FROM resource_use
    WHERE practice_id = OLD.practice_id AND session_key = OLD.session_key AND hold_id IS NULL;
     
    INSERT INTO resource_use (id, practice_id, resource_id, hold_id, session_key, group_key, starts, ends, core_start, expires)
    SELECT lower(hex(randomblob(16))), one.practice_id, unit.id, NULL, one.session_key,
        CASE WHEN one.capacity > 1 THEN one.service_id || '@' || one.schedule_id END,
        one.starts - one.buffer_before, one.ends + one.buffer_after, one.starts, NULL
    FROM resource AS unit JOIN appointment AS one ON unit.practice_id = one.practice_id
        AND unit.id IN (SELECT value FROM json_each(one.units))
    WHERE one.practice_id = OLD.practice_id AND one.session_key = OLD.session_key
        AND one.units IS NOT NULL AND one.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled') AND NOT EXISTS (
        SELECT 1 FROM appointment AS other WHERE other.practice_id = one.practice_id
            AND other.session_key = one.session_key AND other.units IS NOT NULL AND other.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled')
            AND +other.id < one.id);
     END;

CREATE TRIGGER appointment_consent_stands BEFORE UPDATE OF policy_texts, policy_sentence, accepted ON appointment WHEN OLD.policy_texts IS NOT NEW.policy_texts OR OLD.policy_sentence IS NOT NEW.policy_sentence OR OLD.accepted IS NOT NEW.accepted BEGIN SELECT RAISE(ABORT, 'appointment_consent_stands'); END;

