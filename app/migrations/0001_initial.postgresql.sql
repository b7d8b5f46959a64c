CREATE TABLE "practice" ("id" UUID NOT NULL PRIMARY KEY, "slug" VARCHAR(63) NOT NULL, "name" VARCHAR(200) NOT NULL, "discipline" VARCHAR(40) NOT NULL, "timezone" VARCHAR(60) NOT NULL, "languages" TEXT NOT NULL, "profile" TEXT NOT NULL, "brand_color" VARCHAR(7) NOT NULL, "logo" BYTEA, "status" VARCHAR(10) NOT NULL CHECK (status IN ('open', 'closed')), "catalogue_version" INTEGER NOT NULL, "created_at" BIGINT NOT NULL);

CREATE UNIQUE INDEX "practice_slug" ON "practice" ("slug");

CREATE TABLE "account" ("id" UUID NOT NULL PRIMARY KEY, "email" VARCHAR(254) NOT NULL, "password_hash" VARCHAR(200), "given_name" VARCHAR(100) NOT NULL, "family_name" VARCHAR(100) NOT NULL, "language" VARCHAR(2) NOT NULL, "created_at" BIGINT NOT NULL);

CREATE UNIQUE INDEX "account_email" ON "account" ("email");

CREATE TABLE "practice_host" ("id" UUID NOT NULL PRIMARY KEY, "host" VARCHAR(253) NOT NULL, "practice_id" UUID NOT NULL, "primary" BOOLEAN NOT NULL, "retired_at" BIGINT, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "practice_host_host" ON "practice_host" ("host");

CREATE INDEX "practice_host_practice_id" ON "practice_host" ("practice_id");

CREATE TABLE "audit_event" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "at" BIGINT NOT NULL, "actor" VARCHAR(80) NOT NULL, "verb" VARCHAR(40) NOT NULL, "target" VARCHAR(80) NOT NULL, "detail" TEXT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE INDEX "audit_event_practice_id_at" ON "audit_event" ("practice_id", "at");

CREATE TABLE "outbox" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "event" VARCHAR(60) NOT NULL, "payload" TEXT NOT NULL, "idempotency_key" VARCHAR(120) NOT NULL, "state" VARCHAR(10) NOT NULL CHECK (state IN ('waiting','busy','sent','dropped','dead')), "due_at" BIGINT NOT NULL, "lease_until" BIGINT, "attempts" INTEGER NOT NULL, "last_error" VARCHAR(300), "created_at" BIGINT NOT NULL, "sent_at" BIGINT, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "outbox_idempotency_key" ON "outbox" ("idempotency_key");

CREATE INDEX "outbox_state_due_at" ON "outbox" ("state", "due_at");

CREATE TABLE "session" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "host" VARCHAR(253) NOT NULL, "created_at" BIGINT NOT NULL, "seen_at" BIGINT NOT NULL, "expires_at" BIGINT NOT NULL, "user_agent" VARCHAR(200) NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "session_account_id" ON "session" ("account_id");

CREATE UNIQUE INDEX "session_token_hash" ON "session" ("token_hash");

CREATE TABLE "sign_in_attempt" ("id" UUID NOT NULL PRIMARY KEY, "account_id" UUID NOT NULL, "window" BIGINT NOT NULL, "failures" INTEGER NOT NULL, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE);

CREATE INDEX "sign_in_attempt_account_id" ON "sign_in_attempt" ("account_id");

CREATE UNIQUE INDEX "sign_in_attempt_account_id_window" ON "sign_in_attempt" ("account_id", "window");

CREATE TABLE "member" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "account_id" UUID NOT NULL, "roles" TEXT NOT NULL, "starts_on" DATE NOT NULL, "ends_on" DATE, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT);

CREATE INDEX "member_account_id" ON "member" ("account_id");

CREATE UNIQUE INDEX "member_practice_id_id" ON "member" ("practice_id", "id");

CREATE UNIQUE INDEX "member_practice_id_account_id" ON "member" ("practice_id", "account_id");

CREATE TABLE "patient" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "given_name" VARCHAR(100) NOT NULL, "family_name" VARCHAR(100) NOT NULL, "email" VARCHAR(254), "phone" VARCHAR(30), "language" VARCHAR(2) NOT NULL, "birth_date" DATE, "country" VARCHAR(2), "niss_sealed" BYTEA, "niss_index" VARCHAR(64), "identity_key" VARCHAR(64) NOT NULL, "niss_confirmed_at" BIGINT, "created_at" BIGINT NOT NULL, "seen_at" BIGINT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "patient_practice_id_id" ON "patient" ("practice_id", "id");

CREATE UNIQUE INDEX "patient_practice_id_identity_key" ON "patient" ("practice_id", "identity_key");

CREATE INDEX "patient_practice_id_niss_index" ON "patient" ("practice_id", "niss_index");

CREATE INDEX "patient_practice_id_family_name" ON "patient" ("practice_id", "family_name");

CREATE TABLE "location" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "key" VARCHAR(60) NOT NULL, "name" TEXT NOT NULL, "street" VARCHAR(200) NOT NULL, "postcode" VARCHAR(10) NOT NULL, "town" TEXT NOT NULL, "lat" DOUBLE PRECISION NOT NULL, "lon" DOUBLE PRECISION NOT NULL, "phone" VARCHAR(30) NOT NULL, "access" TEXT NOT NULL, "timezone" VARCHAR(60) NOT NULL, "position" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "location_practice_id_id" ON "location" ("practice_id", "id");

CREATE UNIQUE INDEX "location_practice_id_key" ON "location" ("practice_id", "key");

CREATE TABLE "practitioner" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "key" VARCHAR(60) NOT NULL, "title" VARCHAR(40) NOT NULL, "given_name" VARCHAR(100) NOT NULL, "family_name" VARCHAR(100) NOT NULL, "discipline" VARCHAR(40) NOT NULL, "languages" TEXT NOT NULL, "inami" VARCHAR(11) NOT NULL, "presentation" TEXT NOT NULL, "position" INTEGER NOT NULL, "availability_version" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "practitioner_practice_id_id" ON "practitioner" ("practice_id", "id");

CREATE UNIQUE INDEX "practitioner_practice_id_key" ON "practitioner" ("practice_id", "key");

CREATE TABLE "schedule" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "key" VARCHAR(60) NOT NULL, "practitioner_id" UUID NOT NULL, "location_id" UUID NOT NULL, "public" BOOLEAN NOT NULL, "position" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT, FOREIGN KEY ("location_id") REFERENCES "location" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "location_id") REFERENCES "location" ("practice_id", "id") ON DELETE RESTRICT);

CREATE INDEX "schedule_practitioner_id" ON "schedule" ("practitioner_id");

CREATE INDEX "schedule_location_id" ON "schedule" ("location_id");

CREATE UNIQUE INDEX "schedule_practice_id_id" ON "schedule" ("practice_id", "id");

CREATE UNIQUE INDEX "schedule_practice_id_key" ON "schedule" ("practice_id", "key");

CREATE TABLE "healthcare_service" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "key" VARCHAR(60) NOT NULL, "name" TEXT NOT NULL, "description" TEXT NOT NULL, "preparation" TEXT NOT NULL, "duration_minutes" INTEGER NOT NULL CHECK (duration_minutes BETWEEN 5 AND 720), "grid_minutes" INTEGER NOT NULL CHECK (grid_minutes BETWEEN 5 AND 720), "grid_offset_minutes" INTEGER NOT NULL, "buffer_before_minutes" INTEGER NOT NULL CHECK (buffer_before_minutes BETWEEN 0 AND 240), "buffer_after_minutes" INTEGER NOT NULL CHECK (buffer_after_minutes BETWEEN 0 AND 240), "capacity" INTEGER NOT NULL CHECK (capacity BETWEEN 1 AND 200), "staff_reserved" INTEGER NOT NULL, "price_cents" INTEGER, "online" BOOLEAN NOT NULL, "archived" BOOLEAN NOT NULL, "position" INTEGER NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "healthcare_service_practice_id_id" ON "healthcare_service" ("practice_id", "id");

CREATE UNIQUE INDEX "healthcare_service_practice_id_key" ON "healthcare_service" ("practice_id", "key");

CREATE TABLE "schedule_service" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "schedule_id" UUID NOT NULL, "service_id" UUID NOT NULL, "duration_minutes" INTEGER, "buffer_before_minutes" INTEGER, "buffer_after_minutes" INTEGER, "price_cents" INTEGER, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE CASCADE, FOREIGN KEY ("service_id") REFERENCES "healthcare_service" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "schedule_id") REFERENCES "schedule" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "service_id") REFERENCES "healthcare_service" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "schedule_service_schedule_id" ON "schedule_service" ("schedule_id");

CREATE INDEX "schedule_service_service_id" ON "schedule_service" ("service_id");

CREATE UNIQUE INDEX "schedule_service_practice_id_id" ON "schedule_service" ("practice_id", "id");

CREATE UNIQUE INDEX "schedule_service_practice_id_schedule_id_service_id" ON "schedule_service" ("practice_id", "schedule_id", "service_id");

CREATE TABLE "listing" ("id" SERIAL NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "schedule_id" UUID NOT NULL, "practitioner_id" UUID NOT NULL, "discipline" VARCHAR(40) NOT NULL, "words" TEXT NOT NULL, "lat" DOUBLE PRECISION NOT NULL, "lon" DOUBLE PRECISION NOT NULL, "cell" INTEGER NOT NULL, "bookable" BOOLEAN NOT NULL, "next_free" INTEGER, "next_free_until" INTEGER, "next_free_version" INTEGER NOT NULL, "card" TEXT NOT NULL, "card_hash" BIGINT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "listing_schedule_id" ON "listing" ("schedule_id");

CREATE INDEX "listing_discipline_cell_next_free_lat_lon" ON "listing" ("discipline", "cell", "next_free", "lat", "lon");

CREATE INDEX "listing_cell_next_free_lat_lon" ON "listing" ("cell", "next_free", "lat", "lon");

CREATE INDEX "listing_discipline_next_free" ON "listing" ("discipline", "next_free");

CREATE INDEX "listing_practice_id" ON "listing" ("practice_id");

CREATE TABLE "policy_text" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "kind" VARCHAR(20) NOT NULL, "version" INTEGER NOT NULL, "language" VARCHAR(2) NOT NULL, "body" TEXT NOT NULL, "sha256" VARCHAR(64) NOT NULL, "published_at" BIGINT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "policy_text_practice_id_id" ON "policy_text" ("practice_id", "id");

CREATE UNIQUE INDEX "policy_text_practice_id_kind_version_language" ON "policy_text" ("practice_id", "kind", "version", "language");

CREATE TABLE "consent" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "appointment_id" UUID NOT NULL, "patient_id" UUID NOT NULL, "texts" TEXT NOT NULL, "sentence" VARCHAR(500) NOT NULL, "accepted" BOOLEAN NOT NULL, "channel" VARCHAR(10) NOT NULL CHECK (channel IN ('web', 'phone', 'desk')), "language" VARCHAR(2) NOT NULL, "at" BIGINT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE INDEX "consent_practice_id_appointment_id" ON "consent" ("practice_id", "appointment_id");

CREATE TABLE "working_hours" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "schedule_id" UUID NOT NULL, "weekday" SMALLINT NOT NULL CHECK (weekday BETWEEN 0 AND 6), "start_minute" SMALLINT NOT NULL, "end_minute" SMALLINT NOT NULL, "valid_from" DATE NOT NULL, "valid_to" DATE, "cycle_weeks" SMALLINT NOT NULL CHECK (cycle_weeks BETWEEN 1 AND 8), "week_in_cycle" SMALLINT NOT NULL, "services" TEXT, "audience" VARCHAR(6) NOT NULL CHECK (audience IN ('public', 'staff')), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "schedule_id") REFERENCES "schedule" ("practice_id", "id") ON DELETE CASCADE, CHECK (0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440));

CREATE INDEX "working_hours_schedule_id" ON "working_hours" ("schedule_id");

CREATE UNIQUE INDEX "working_hours_practice_id_id" ON "working_hours" ("practice_id", "id");

CREATE INDEX "working_hours_practice_id_schedule_id" ON "working_hours" ("practice_id", "schedule_id");

CREATE TABLE "hours_exception" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "schedule_id" UUID NOT NULL, "kind" VARCHAR(8) NOT NULL CHECK (kind IN ('close', 'replace', 'add')), "first_day" DATE NOT NULL, "last_day" DATE NOT NULL, "start_minute" SMALLINT NOT NULL, "end_minute" SMALLINT NOT NULL, "services" TEXT, "audience" VARCHAR(6) NOT NULL CHECK (audience IN ('public', 'staff')), FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "schedule_id") REFERENCES "schedule" ("practice_id", "id") ON DELETE CASCADE, CHECK (first_day <= last_day), CHECK (0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440));

CREATE INDEX "hours_exception_schedule_id" ON "hours_exception" ("schedule_id");

CREATE UNIQUE INDEX "hours_exception_practice_id_id" ON "hours_exception" ("practice_id", "id");

CREATE INDEX "hours_exception_practice_id_schedule_id" ON "hours_exception" ("practice_id", "schedule_id");

CREATE TABLE "time_off" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "location_id" UUID, "practitioner_id" UUID, "kind" VARCHAR(8) NOT NULL CHECK (kind IN ('closure', 'absence', 'block')), "starts" INTEGER NOT NULL, "ends" INTEGER NOT NULL, "label" TEXT NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("location_id") REFERENCES "location" ("id") ON DELETE CASCADE, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "location_id") REFERENCES "location" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE CASCADE, CHECK (starts < ends), CHECK (location_id IS NULL OR practitioner_id IS NULL));

CREATE INDEX "time_off_location_id" ON "time_off" ("location_id");

CREATE INDEX "time_off_practitioner_id" ON "time_off" ("practitioner_id");

CREATE UNIQUE INDEX "time_off_practice_id_id" ON "time_off" ("practice_id", "id");

CREATE INDEX "time_off_practice_id_ends" ON "time_off" ("practice_id", "ends");

CREATE TABLE "opened_holiday" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "day" DATE NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "opened_holiday_practice_id_id" ON "opened_holiday" ("practice_id", "id");

CREATE UNIQUE INDEX "opened_holiday_practice_id_day" ON "opened_holiday" ("practice_id", "day");

CREATE TABLE "booking_policy" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "service_id" UUID, "min_notice_minutes" INTEGER, "horizon_days" INTEGER, "cancellation_notice_minutes" INTEGER, "late_fee_cents" INTEGER, "conditions_required" BOOLEAN, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("service_id") REFERENCES "healthcare_service" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "service_id") REFERENCES "healthcare_service" ("practice_id", "id") ON DELETE CASCADE);

CREATE INDEX "booking_policy_service_id" ON "booking_policy" ("service_id");

CREATE UNIQUE INDEX "booking_policy_practice_id_id" ON "booking_policy" ("practice_id", "id");

CREATE UNIQUE INDEX "booking_policy_practice_id_service_id" ON "booking_policy" ("practice_id", "service_id");

CREATE TABLE "hold" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "practitioner_id" UUID NOT NULL, "schedule_id" UUID NOT NULL, "service_id" UUID NOT NULL, "starts" INTEGER NOT NULL, "ends" INTEGER NOT NULL, "buffer_before" SMALLINT NOT NULL, "buffer_after" SMALLINT NOT NULL, "session_key" UUID NOT NULL, "capacity" SMALLINT NOT NULL, "expires" INTEGER NOT NULL, "renewed" BOOLEAN NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE CASCADE, FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE CASCADE, FOREIGN KEY ("service_id") REFERENCES "healthcare_service" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "schedule_id") REFERENCES "schedule" ("practice_id", "id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "service_id") REFERENCES "healthcare_service" ("practice_id", "id") ON DELETE CASCADE, CHECK (starts < ends AND ends <= starts + 1440), CHECK (buffer_before BETWEEN 0 AND 240 AND buffer_after BETWEEN 0 AND 240));

CREATE UNIQUE INDEX "hold_practice_id_id" ON "hold" ("practice_id", "id");

CREATE INDEX "hold_practice_id_practitioner_id_starts" ON "hold" ("practice_id", "practitioner_id", "starts");

CREATE INDEX "hold_expires" ON "hold" ("expires");

CREATE TABLE "appointment" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "patient_id" UUID NOT NULL, "practitioner_id" UUID NOT NULL, "schedule_id" UUID NOT NULL, "service_id" UUID NOT NULL, "location_id" UUID NOT NULL, "starts" INTEGER NOT NULL, "ends" INTEGER NOT NULL, "buffer_before" SMALLINT NOT NULL, "buffer_after" SMALLINT NOT NULL, "session_key" UUID NOT NULL, "seat" SMALLINT NOT NULL, "capacity" SMALLINT NOT NULL, "status" VARCHAR(16) NOT NULL CHECK (status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled', 'cancelled', 'noshow', 'waitlist', 'entered-in-error')), "origin" VARCHAR(8) NOT NULL CHECK (origin IN ('web', 'phone', 'desk', 'walkin', 'import')), "version" INTEGER NOT NULL, "price_cents" INTEGER, "contact_email" VARCHAR(254), "language" VARCHAR(2) NOT NULL, "idempotency_key" UUID NOT NULL, "cancel_until" INTEGER NOT NULL, "late_fee_cents" INTEGER, "created_at" BIGINT NOT NULL, "undo_until" BIGINT, "cancelled_at" BIGINT, "cancelled_by" VARCHAR(80), "cancelled_late" BOOLEAN NOT NULL, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("patient_id") REFERENCES "patient" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practitioner_id") REFERENCES "practitioner" ("id") ON DELETE RESTRICT, FOREIGN KEY ("schedule_id") REFERENCES "schedule" ("id") ON DELETE RESTRICT, FOREIGN KEY ("service_id") REFERENCES "healthcare_service" ("id") ON DELETE RESTRICT, FOREIGN KEY ("location_id") REFERENCES "location" ("id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "patient_id") REFERENCES "patient" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "practitioner_id") REFERENCES "practitioner" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "schedule_id") REFERENCES "schedule" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "service_id") REFERENCES "healthcare_service" ("practice_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("practice_id", "location_id") REFERENCES "location" ("practice_id", "id") ON DELETE RESTRICT, CHECK (starts < ends AND ends <= starts + 1440), CHECK (buffer_before BETWEEN 0 AND 240 AND buffer_after BETWEEN 0 AND 240), CHECK (seat BETWEEN 1 AND capacity), CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)), CHECK ((cancelled_at IS NULL) = (cancelled_by IS NULL)));

CREATE UNIQUE INDEX "appointment_practice_id_id" ON "appointment" ("practice_id", "id");

CREATE UNIQUE INDEX "appointment_practice_id_idempotency_key" ON "appointment" ("practice_id", "idempotency_key");

CREATE INDEX "appointment_practice_id_patient_id_starts" ON "appointment" ("practice_id", "patient_id", "starts");

CREATE INDEX "appointment_practice_id_starts" ON "appointment" ("practice_id", "starts");

CREATE TABLE "action_link" ("id" UUID NOT NULL PRIMARY KEY, "practice_id" UUID NOT NULL, "token_hash" VARCHAR(64) NOT NULL, "appointment_id" UUID NOT NULL, "action" VARCHAR(10) NOT NULL CHECK (action IN ('cancel')), "appointment_version" INTEGER NOT NULL, "expires" INTEGER NOT NULL, "used_at" BIGINT, FOREIGN KEY ("practice_id") REFERENCES "practice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("appointment_id") REFERENCES "appointment" ("id") ON DELETE CASCADE, FOREIGN KEY ("practice_id", "appointment_id") REFERENCES "appointment" ("practice_id", "id") ON DELETE CASCADE);

CREATE UNIQUE INDEX "action_link_token_hash" ON "action_link" ("token_hash");

CREATE INDEX "action_link_appointment_id" ON "action_link" ("appointment_id");

CREATE UNIQUE INDEX "action_link_practice_id_id" ON "action_link" ("practice_id", "id");

CREATE FUNCTION audit_event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit_event is append-only'; END $$;

CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_is_append_only();

CREATE UNIQUE INDEX appointment_seat ON appointment (practice_id, session_key, seat) WHERE status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled');

CREATE INDEX appointment_timeline ON appointment (practice_id, practitioner_id, starts, ends, buffer_before, buffer_after, capacity, schedule_id, service_id, idempotency_key, status) WHERE status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled');

CREATE EXTENSION IF NOT EXISTS btree_gist;

ALTER TABLE appointment ADD CONSTRAINT appointment_no_overlap EXCLUDE USING gist (practice_id WITH =, practitioner_id WITH =, int4range(starts, ends) WITH &&, session_key WITH <>) WHERE (status IN ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled'));

