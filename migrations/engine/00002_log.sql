-- The log, its epochs, and the first answers to idempotency keys. An append reads or writes these
-- tables.

-- +goose Up

-- events is the log. Only append_events adds events, and nothing changes an event afterwards.
CREATE TABLE events (
    -- Positions are 1, 2, 3 … in commit order. append_events numbers the events under a lock,
    -- without a sequence. Numbers from a sequence would become visible out of order, and would
    -- leave gaps.
    position       bigint      PRIMARY KEY CHECK (position > 0),
    stream_type    text        NOT NULL,
    stream_id      uuid        NOT NULL,
    version        bigint      NOT NULL CHECK (version > 0),
    event_id       uuid        NOT NULL UNIQUE,
    type           text        NOT NULL,
    schema_version integer     NOT NULL,
    data           jsonb       NOT NULL,
    metadata       jsonb       NOT NULL,
    occurred_at    timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    -- This constraint rejects the second of two decisions on the same version of a stream, even if
    -- append_events does not.
    UNIQUE (stream_id, version),
    -- An event that can't be read would stop every projection.
    CONSTRAINT events_readable CHECK (
        occurred_at >= '0001-01-01 UTC' AND occurred_at < '10000-01-01 UTC' AND stream_type <> '' AND type <> ''
    )
);

-- The table is insert-only. Without these settings, autovacuum would process the table only when
-- it must freeze rows.
ALTER TABLE events SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd

-- The grants below prevent changes by the service's roles. The triggers also prevent changes by the
-- owner. The triggers that keep the log and its chain append-only are ENABLE ALWAYS. They fire in
-- every session, also under session_replication_role = replica. A superuser can set this parameter,
-- and logical replication applies its changes with this setting. Other triggers need not fire in
-- logical replication, because the rows that they write are replicated, too.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE events ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE events ENABLE ALWAYS TRIGGER append_only_truncate;

-- A session that fires a trigger needs no right to execute the trigger's function. A role that
-- creates a trigger needs this right. With this right, a role could create a trigger on a table of
-- its own, and call the function by changing this table. Some of these functions run with the
-- owner's rights. So only the owner may execute functions of triggers.
REVOKE EXECUTE ON FUNCTION refuse_change FROM PUBLIC;

-- No program may insert events. append_events inserts events, with the owner's rights.
SELECT grant_to(program, 'SELECT', 'events') FROM unnest(ARRAY['api', 'projector', 'service']) program;

-- append_lock never has a row. A lock on this table gives all appends of the database one order. To
-- lock a table, a login needs a right that was granted. To take an advisory lock, a login needs
-- only the right to connect.
CREATE TABLE append_lock ();

-- log_epochs has the epochs of the log. The epoch with the highest number is the current epoch. A
-- new epoch begins when the log gives old positions to other events: after a failover that lost
-- commits, or after a restore. A process that notices this adds a row. Every other process then
-- learns of the new epoch, and no longer uses positions of the old epoch.
CREATE TABLE log_epochs (
    -- If two processes notice the same change, only one of them can add the next number.
    number    bigint      PRIMARY KEY CHECK (number > 0),
    epoch     uuid        NOT NULL UNIQUE,                -- clients get it in the header Log-Epoch
    -- Position of the log's last event when the epoch began.
    head      bigint      NOT NULL CHECK (head >= 0),
    -- Position of the log's last event in the previous epoch, as far as the process that added this
    -- row knew the position. NULL: the process knew no position.
    lost_head bigint,
    began_by  text        NOT NULL,                       -- name of the session that added the row
    began_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_epochs
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON log_epochs
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE log_epochs ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE log_epochs ENABLE ALWAYS TRIGGER append_only_truncate;

-- check_epoch_number refuses a row whose number is far above the newest number, or whose values
-- can't be true. So a login that may add epochs can't use up the numbers by adding a very high one.
-- It also can't add an epoch that begins after the end of the log. The numbers may have gaps,
-- because a restored log may lack some epochs. In logical replication, check_epoch_number does not
-- check the values, because an epoch may arrive before its events.
-- +goose StatementBegin
CREATE FUNCTION check_epoch_number() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    newest   bigint;
    log_head bigint;
BEGIN
    EXECUTE format('SELECT max(number) FROM %s', TG_RELID::regclass) INTO newest;
    IF NEW.number > newest + 1000 THEN
        RAISE EXCEPTION 'epoch % does not follow epoch %', NEW.number, newest USING ERRCODE = 'check_violation';
    END IF;
    IF current_setting('session_replication_role') <> 'replica' THEN
        EXECUTE format('SELECT coalesce(max(position), 0) FROM %I.events', TG_TABLE_SCHEMA) INTO log_head;
        -- began_by is the application_name of a session, which is always short and printable
        -- ASCII.
        IF NEW.head > log_head OR octet_length(NEW.began_by) > 255 OR NEW.began_by ~ '[^\x20-\x7e]' THEN
            RAISE EXCEPTION 'epoch % says what is not so: the log''s head is %', NEW.number, log_head USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION check_epoch_number FROM PUBLIC;

INSERT INTO log_epochs (number, epoch, head, began_by) VALUES (1, gen_random_uuid(), 0, 'migrate');

CREATE TRIGGER in_order BEFORE INSERT ON log_epochs
    FOR EACH ROW EXECUTE FUNCTION check_epoch_number();
ALTER TABLE log_epochs ENABLE ALWAYS TRIGGER in_order;

SELECT grant_to(program, 'SELECT, INSERT', 'log_epochs') FROM unnest(ARRAY['api', 'projector', 'service']) program;

-- elapsed has a number of seconds: at most the time during which any API process was running. The
-- service measures periods by this number, and not by the server's clock, because somebody may set
-- that clock. If a process has seen the same number for 30 seconds, the process adds 30 to the
-- number. The process measures the 30 seconds by a clock that nobody can set. The number never
-- grows faster than real time, even if many processes run. The number does not grow while no
-- process runs.
CREATE TABLE elapsed (
    seconds    bigint      NOT NULL DEFAULT 0 CHECK (seconds >= 0),
    one        boolean     PRIMARY KEY DEFAULT true CHECK (one),
    -- Time of the last step, by the server's clock.
    stepped_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO elapsed DEFAULT VALUES;

-- check_step limits each step of elapsed, no matter which SQL a login sends. The number never
-- decreases. One step adds at most 30 seconds, even if the server's clock jumps. One step also adds
-- no more seconds than have passed since the step before it, by the server's clock. If the server's
-- clock was set back, only the limit of 30 seconds holds for this step. The next step is then
-- measured from the new time.
-- +goose StatementBegin
CREATE FUNCTION check_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    now timestamptz := clock_timestamp();
BEGIN
    IF NEW.seconds NOT BETWEEN OLD.seconds AND OLD.seconds + 30 THEN
        RAISE EXCEPTION 'elapsed seconds go on by 30 at most' USING ERRCODE = 'check_violation';
    END IF;
    IF now >= OLD.stepped_at THEN
        NEW.seconds := least(NEW.seconds, OLD.seconds + floor(extract(epoch FROM now - OLD.stepped_at))::bigint);
    END IF;
    IF NEW.seconds = OLD.seconds THEN
        RETURN NULL;
    END IF;
    NEW.stepped_at := now;
    RETURN NEW;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION check_step FROM PUBLIC;
CREATE TRIGGER by_steps BEFORE UPDATE ON elapsed FOR EACH ROW EXECUTE FUNCTION check_step();

SELECT grant_to(program, 'SELECT, UPDATE (seconds)', 'elapsed') FROM unnest(ARRAY['api', 'service']) program;

-- idempotency_keys has the first answer to each idempotency key. An append writes the answers, and
-- only expired answers are deleted. No login has the right to write or delete answers itself. A
-- login with this right could also change or delete other answers, or could lock the table, which
-- every append needs.
CREATE TABLE idempotency_keys (
    key           text        PRIMARY KEY,
    fingerprint   bytea       NOT NULL,
    stream_id     uuid        NOT NULL,
    version       bigint      NOT NULL,
    position      bigint      NOT NULL,
    expires_at    timestamptz NOT NULL, -- for people; programs use expires_after
    -- The answer is kept until elapsed.seconds reaches this number. The number allows 30 seconds
    -- more than requested, because elapsed.seconds may grow by 30 just after the append has read
    -- it.
    expires_after bigint      NOT NULL
);

CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_after);

-- One day may bring many keys. By default, autovacuum waits until a fifth of the rows are dead.
-- That is too many.
ALTER TABLE idempotency_keys SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);

SELECT grant_to(program, 'SELECT', 'idempotency_keys') FROM unnest(ARRAY['api', 'service']) program;

-- forget_expired_since deletes answers that expired at the time "since" or later. One call deletes
-- at most as many answers as the argument "most" says, and at most 1,000. The result "forgotten" is
-- the number of deleted answers. The result "last" is the time at which the last of them expired.
-- The next call should begin at this time, because of the index: it keeps the entry of a deleted
-- row while any open snapshot may see the row, such as the snapshot of a dump. Each search from the
-- start would read all these entries again. If somebody has locked a row, forget_expired_since
-- skips the row. A later search from 0 finds the row.
-- +goose StatementBegin
CREATE FUNCTION forget_expired_since(most bigint, since bigint, OUT forgotten bigint, OUT last bigint) LANGUAGE sql SECURITY DEFINER AS $$
    WITH gone AS (
        DELETE FROM idempotency_keys WHERE key IN (
            SELECT key FROM idempotency_keys WHERE expires_after >= since AND expires_after <= (SELECT seconds FROM elapsed)
            ORDER BY expires_after LIMIT least(most, 1000) FOR UPDATE SKIP LOCKED)
          AND expires_after <= (SELECT seconds FROM elapsed)
        RETURNING expires_after
    )
    SELECT count(*), coalesce(max(expires_after), since) FROM gone
$$;
-- +goose StatementEnd

-- Functions with the owner's rights (SECURITY DEFINER) look up names in the schema of this
-- migration, no matter which role calls them.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION forget_expired_since SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION forget_expired_since FROM PUBLIC;
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT role_of(program) FROM unnest(ARRAY['api', 'service']) program LOOP
        IF to_regrole(quote_ident(role)) IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON ROUTINE forget_expired_since TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION forget_expired_since;
DROP TABLE idempotency_keys, elapsed, log_epochs, append_lock, events;
DROP FUNCTION check_step, check_epoch_number, refuse_change;
