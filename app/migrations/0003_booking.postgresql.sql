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

ALTER TABLE "appointment" ADD COLUMN "series_id" UUID;

ALTER TABLE "appointment" ADD COLUMN "units" TEXT;

ALTER TABLE "appointment" ADD COLUMN "policy_texts" TEXT;

ALTER TABLE "appointment" ADD COLUMN "policy_sentence" VARCHAR(500);

ALTER TABLE "appointment" ADD COLUMN "accepted" BOOLEAN;

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

CREATE TABLE "booking_policy" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "service_id" UUID, "schedule_id" UUID, "level" SMALLINT, "known" BOOLEAN, "outcome" VARCHAR(8) CHECK (outcome IN ('hidden', 'call', 'request', 'direct')), "min_notice_minutes" INTEGER, "move_notice_minutes" INTEGER, "cancellation_notice_minutes" INTEGER, "horizon_days" INTEGER, "late_fee_cents" INTEGER, "conditions_required" BOOLEAN, "sign_in_required" BOOLEAN, "move_allowed" BOOLEAN, "cancellation_allowed" BOOLEAN, "cancel_reason" VARCHAR(8) CHECK (cancel_reason IN ('off', 'optional', 'required')), "upcoming_most" SMALLINT, "window_most" SMALLINT, "window_days" SMALLINT, "gap_days" SMALLINT, "series_most" SMALLINT, "waiting_list" BOOLEAN, "answer_hours" SMALLINT, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("service_id") REFERENCES "healthcare_service" ("id") ON DELETE CASCADE, FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "service_id") REFERENCES "healthcare_service" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "schedule_id") REFERENCES "schedule" ("practice_id", "id") ON DELETE CASCADE, CHECK (level IS NULL OR level BETWEEN 0 AND 4));

CREATE INDEX "booking_policy_service_id" ON "booking_policy" ("service_id");

CREATE INDEX "booking_policy_schedule_id" ON "booking_policy" ("schedule_id");

CREATE UNIQUE INDEX "booking_policy_practice_id_id" ON "booking_policy" ("practice_id", "id");

CREATE INDEX "booking_policy_practice_id_service_id_schedule_id_level_known" ON "booking_policy" ("practice_id", "service_id", "schedule_id", "level", "known");

CREATE TABLE "action_link" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "appointment_id" UUID NOT NULL, "action" VARCHAR(10) NOT NULL CHECK (action IN ('cancel', 'move', 'decline', 'answer', 'choose')), "appointment_version" INTEGER NOT NULL, "expires" INTEGER NOT NULL, "used_at" BIGINT, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "action_link_token_hash" ON "action_link" ("token_hash");

CREATE INDEX "action_link_appointment_id" ON "action_link" ("appointment_id");

CREATE UNIQUE INDEX "action_link_practice_id_id" ON "action_link" ("practice_id", "id");

CREATE TABLE "agenda_limit" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "schedule_id" UUID NOT NULL, "service_id" UUID, "period" VARCHAR(5) NOT NULL CHECK (period IN ('day', 'week', 'month')), "unit" VARCHAR(7) NOT NULL CHECK (unit IN ('count', 'minutes')), "most" INTEGER NOT NULL CHECK (most BETWEEN 0 AND 100000), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE CASCADE, FOREIGN KEY ("service_id") REFERENCES "healthcare_service" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "schedule_id") REFERENCES "schedule" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "service_id") REFERENCES "healthcare_service" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "agenda_limit_schedule_id" ON "agenda_limit" ("schedule_id");

CREATE INDEX "agenda_limit_service_id" ON "agenda_limit" ("service_id");

CREATE UNIQUE INDEX "agenda_limit_practice_id_id" ON "agenda_limit" ("practice_id", "id");

CREATE INDEX "agenda_limit_practice_id_schedule_id" ON "agenda_limit" ("practice_id", "schedule_id");

CREATE TABLE "resource_pool" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "location_id" UUID NOT NULL, "key" VARCHAR(60) NOT NULL, "name" TEXT NOT NULL, "position" INTEGER NOT NULL, "availability_version" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("location_id") REFERENCES "location" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "location_id") REFERENCES "location" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "resource_pool_location_id" ON "resource_pool" ("location_id");

CREATE UNIQUE INDEX "resource_pool_practice_id_id" ON "resource_pool" ("practice_id", "id");

CREATE UNIQUE INDEX "resource_pool_practice_id_location_id_key" ON "resource_pool" ("practice_id", "location_id", "key");

CREATE TABLE "resource" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "pool_id" UUID NOT NULL, "key" VARCHAR(60) NOT NULL, "name" TEXT NOT NULL, "position" INTEGER NOT NULL, "retired" BOOLEAN NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("pool_id") REFERENCES "resource_pool" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "pool_id") REFERENCES "resource_pool" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "resource_pool_id" ON "resource" ("pool_id");

CREATE UNIQUE INDEX "resource_practice_id_id" ON "resource" ("practice_id", "id");

CREATE UNIQUE INDEX "resource_practice_id_pool_id_key" ON "resource" ("practice_id", "pool_id", "key");

CREATE TABLE "resource_use" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "resource_id" UUID NOT NULL, "hold_id" UUID, "session_key" UUID NOT NULL, "group_key" VARCHAR(70), "starts" INTEGER NOT NULL, "ends" INTEGER NOT NULL, "core_start" INTEGER NOT NULL, "expires" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("resource_id") REFERENCES "resource" ("id") ON DELETE CASCADE, FOREIGN KEY ("hold_id") REFERENCES "hold" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "resource_id") REFERENCES "resource" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "hold_id") REFERENCES "hold" ("practice_id", "id") ON DELETE CASCADE, CHECK (starts < ends AND ends <= starts + 1920), CHECK ((hold_id IS NULL) = (expires IS NULL)));

CREATE INDEX "resource_use_hold_id" ON "resource_use" ("hold_id");

CREATE UNIQUE INDEX "resource_use_practice_id_id" ON "resource_use" ("practice_id", "id");

CREATE INDEX "resource_use_practice_id_resource_id_starts" ON "resource_use" ("practice_id", "resource_id", "starts");

CREATE INDEX "resource_use_practice_id_session_key" ON "resource_use" ("practice_id", "session_key");

INSERT INTO "action_link" ("id", "practice_id", "token_hash", "appointment_id", "action", "appointment_version", "expires", "used_at") SELECT "id", "practice_id", "token_hash", "appointment_id", "action", "appointment_version", "expires", "used_at" FROM "action_link_before";

DROP TABLE "action_link_before";

INSERT INTO "booking_policy" ("id", "practice_id", "service_id", "min_notice_minutes", "horizon_days", "cancellation_notice_minutes", "late_fee_cents", "conditions_required") SELECT "id", "practice_id", "service_id", "min_notice_minutes", "horizon_days", "cancellation_notice_minutes", "late_fee_cents", "conditions_required" FROM "booking_policy_before";

DROP TABLE "booking_policy_before";

ALTER TABLE resource_use ADD CONSTRAINT resource_no_overlap EXCLUDE USING gist (practice_id WITH =, resource_id WITH =, int4range(starts, ends) WITH &&, session_key WITH <>) WHERE (hold_id IS NULL);

CREATE FUNCTION appointment_keeps_its_course() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' THEN IF NEW.status NOT IN ('arrived', 'booked', 'proposed') AND NEW.origin <> 'import' THEN RAISE EXCEPTION 'appointment_transition'; END IF; RETURN NEW; END IF; IF OLD.status <> NEW.status AND NOT ((OLD.status = 'proposed' AND NEW.status IN ('booked', 'cancelled', 'pending')) OR (OLD.status = 'pending' AND NEW.status IN ('booked', 'cancelled', 'proposed')) OR (OLD.status = 'booked' AND NEW.status IN ('arrived', 'cancelled', 'checked-in', 'entered-in-error', 'fulfilled', 'noshow')) OR (OLD.status = 'arrived' AND NEW.status IN ('booked', 'cancelled', 'checked-in', 'entered-in-error', 'fulfilled', 'noshow')) OR (OLD.status = 'checked-in' AND NEW.status IN ('arrived', 'entered-in-error', 'fulfilled')) OR (OLD.status = 'fulfilled' AND NEW.status IN ('checked-in', 'entered-in-error')) OR (OLD.status = 'noshow' AND NEW.status IN ('arrived', 'booked', 'entered-in-error')) OR (OLD.status = 'waitlist' AND NEW.status IN ('booked', 'cancelled', 'proposed'))) THEN RAISE EXCEPTION 'appointment_transition'; END IF; IF (NEW.status = 'cancelled') <> (NEW.cancel_kind IS NOT NULL) OR NEW.cancel_kind NOT IN ('patient', 'practice', 'undone', 'refused', 'expired') THEN RAISE EXCEPTION 'appointment_cancel_kind'; END IF; RETURN NEW; END $$;

CREATE TRIGGER appointment_transition BEFORE INSERT OR UPDATE ON appointment FOR EACH ROW EXECUTE FUNCTION appointment_keeps_its_course();

CREATE FUNCTION appointment_takes_units() RETURNS trigger LANGUAGE plpgsql AS $$ 
    DECLARE here uuid := COALESCE(NEW.practice_id, OLD.practice_id); touched uuid[] := ARRAY(SELECT jsonb_array_elements_text(OLD.units::jsonb)::uuid UNION SELECT jsonb_array_elements_text(NEW.units::jsonb)::uuid);
    BEGIN
    UPDATE resource_pool SET availability_version = availability_version + 1 FROM (
        SELECT id FROM resource_pool WHERE practice_id = here AND id IN (
            SELECT pool_id FROM resource WHERE practice_id = here AND id = ANY(touched)) ORDER BY id FOR UPDATE
    ) AS locked WHERE resource_pool.id = locked.id;
    IF TG_OP = 'INSERT' THEN 
    INSERT INTO resource_use (id, practice_id, resource_id, hold_id, session_key, group_key, starts, ends, core_start, expires)
    SELECT gen_random_uuid(), NEW.practice_id, unit.id, NULL, NEW.session_key,
        CASE WHEN NEW.capacity > 1 THEN replace(NEW.service_id::text, '-', '') || '@' || replace(NEW.schedule_id::text, '-', '') END,
        NEW.starts - NEW.buffer_before, NEW.ends + NEW.buffer_after, NEW.starts, NULL
    FROM resource AS unit
    WHERE unit.practice_id = NEW.practice_id AND unit.id IN (SELECT jsonb_array_elements_text(NEW.units::jsonb)::uuid) AND NEW.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled')
        AND NOT EXISTS (SELECT 1 FROM resource_use AS there WHERE there.practice_id = NEW.practice_id
            AND there.session_key = NEW.session_key AND there.hold_id IS NULL);
    
    ELSIF TG_OP = 'DELETE' THEN 
    DELETE FROM resource_use
    WHERE practice_id = OLD.practice_id AND session_key = OLD.session_key AND hold_id IS NULL;
     
    INSERT INTO resource_use (id, practice_id, resource_id, hold_id, session_key, group_key, starts, ends, core_start, expires)
    SELECT gen_random_uuid(), one.practice_id, unit.id, NULL, one.session_key,
        CASE WHEN one.capacity > 1 THEN replace(one.service_id::text, '-', '') || '@' || replace(one.schedule_id::text, '-', '') END,
        one.starts - one.buffer_before, one.ends + one.buffer_after, one.starts, NULL
    FROM resource AS unit JOIN appointment AS one ON unit.practice_id = one.practice_id
        AND unit.id IN (SELECT jsonb_array_elements_text(one.units::jsonb)::uuid)
    WHERE one.practice_id = OLD.practice_id AND one.session_key = OLD.session_key
        AND one.units IS NOT NULL AND one.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled') AND NOT EXISTS (
        SELECT 1 FROM appointment AS other WHERE other.practice_id = one.practice_id
            AND other.session_key = one.session_key AND other.units IS NOT NULL AND other.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled')
            AND other.id < one.id);
    
    ELSE 
    DELETE FROM resource_use
    WHERE practice_id = OLD.practice_id AND session_key = OLD.session_key AND hold_id IS NULL;
    
    DELETE FROM resource_use
    WHERE practice_id = NEW.practice_id AND session_key = NEW.session_key AND hold_id IS NULL;
    
    INSERT INTO resource_use (id, practice_id, resource_id, hold_id, session_key, group_key, starts, ends, core_start, expires)
    SELECT gen_random_uuid(), one.practice_id, unit.id, NULL, one.session_key,
        CASE WHEN one.capacity > 1 THEN replace(one.service_id::text, '-', '') || '@' || replace(one.schedule_id::text, '-', '') END,
        one.starts - one.buffer_before, one.ends + one.buffer_after, one.starts, NULL
    FROM resource AS unit JOIN appointment AS one ON unit.practice_id = one.practice_id
        AND unit.id IN (SELECT jsonb_array_elements_text(one.units::jsonb)::uuid)
    WHERE one.practice_id = OLD.practice_id AND one.session_key = OLD.session_key
        AND one.units IS NOT NULL AND one.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled') AND NOT EXISTS (
        SELECT 1 FROM appointment AS other WHERE other.practice_id = one.practice_id
            AND other.session_key = one.session_key AND other.units IS NOT NULL AND other.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled')
            AND other.id < one.id);
    
    INSERT INTO resource_use (id, practice_id, resource_id, hold_id, session_key, group_key, starts, ends, core_start, expires)
    SELECT gen_random_uuid(), one.practice_id, unit.id, NULL, one.session_key,
        CASE WHEN one.capacity > 1 THEN replace(one.service_id::text, '-', '') || '@' || replace(one.schedule_id::text, '-', '') END,
        one.starts - one.buffer_before, one.ends + one.buffer_after, one.starts, NULL
    FROM resource AS unit JOIN appointment AS one ON unit.practice_id = one.practice_id
        AND unit.id IN (SELECT jsonb_array_elements_text(one.units::jsonb)::uuid)
    WHERE one.practice_id = NEW.practice_id AND one.session_key = NEW.session_key AND NEW.session_key <> OLD.session_key
        AND one.units IS NOT NULL AND one.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled') AND NOT EXISTS (
        SELECT 1 FROM appointment AS other WHERE other.practice_id = one.practice_id
            AND other.session_key = one.session_key AND other.units IS NOT NULL AND other.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled')
            AND other.id < one.id);
     END IF;
    RETURN NULL; END
     $$;

CREATE TRIGGER appointment_units_taken AFTER INSERT ON appointment FOR EACH ROW WHEN (NEW.units IS NOT NULL) EXECUTE FUNCTION appointment_takes_units();

CREATE TRIGGER appointment_units_changed AFTER UPDATE OF status, schedule_id, service_id, starts, ends, buffer_before, buffer_after, session_key, capacity, units ON appointment FOR EACH ROW WHEN ((OLD.units IS NOT NULL OR NEW.units IS NOT NULL) AND (OLD.schedule_id, OLD.service_id, OLD.starts, OLD.ends, OLD.buffer_before, OLD.buffer_after, OLD.session_key, OLD.capacity, OLD.units, OLD.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled')) IS DISTINCT FROM (NEW.schedule_id, NEW.service_id, NEW.starts, NEW.ends, NEW.buffer_before, NEW.buffer_after, NEW.session_key, NEW.capacity, NEW.units, NEW.status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled'))) EXECUTE FUNCTION appointment_takes_units();

CREATE TRIGGER appointment_units_left AFTER DELETE ON appointment FOR EACH ROW WHEN (OLD.units IS NOT NULL) EXECUTE FUNCTION appointment_takes_units();

CREATE FUNCTION appointment_consent_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'appointment_consent_stands'; END $$;

CREATE TRIGGER appointment_consent_stands BEFORE UPDATE OF policy_texts, policy_sentence, accepted ON appointment FOR EACH ROW WHEN (OLD.policy_texts IS DISTINCT FROM NEW.policy_texts OR OLD.policy_sentence IS DISTINCT FROM NEW.policy_sentence OR OLD.accepted IS DISTINCT FROM NEW.accepted) EXECUTE FUNCTION appointment_consent_stands();

