-- The log, its epochs, and the first answers to idempotency keys: what an append writes.

-- +goose Up

-- The log. Only append_events writes it, and nothing changes it afterwards.
CREATE TABLE events (
    -- 1, 2, 3 … in commit order: numbered under a lock, never from a sequence,
    -- whose numbers become visible out of order and leave holes.
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
    -- The last line of defence against two decisions on the same version.
    UNIQUE (stream_id, version),
    -- One event that can't be read stops every projection.
    CONSTRAINT events_readable CHECK (
        occurred_at >= '0001-01-01 UTC' AND occurred_at < '10000-01-01 UTC' AND stream_type <> '' AND type <> ''
    )
);

-- Insert-only: without this autovacuum would only come by when it has to freeze.
ALTER TABLE events SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd

-- The grants below stop the service's roles; the triggers stop the owner, too. Triggers that keep
-- the log, and its chain, append-only fire in every session, also under session_replication_role =
-- replica: a superuser can set that, and logical replication applies its changes under it. Other
-- triggers need not: on a subscriber the rows that they write come with the publisher's.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE events ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE events ENABLE ALWAYS TRIGGER append_only_truncate;

-- To fire a trigger needs no right to its function. Making one does: on a table of one's own it could
-- do the owner's work. So all functions of triggers are the owner's.
REVOKE EXECUTE ON FUNCTION refuse_change FROM PUBLIC;

-- No program inserts: append_events does, with the owner's rights.
SELECT grant_to(program, 'SELECT', 'events') FROM unnest(ARRAY['api', 'projector', 'service']) program;

-- All appends of the database are ordered by a lock on this table, which never has a row. It
-- obeys grants: every login that can connect may take an advisory lock.
CREATE TABLE append_lock ();

-- The log's epochs; the one with the highest number is current. A new one begins when positions are
-- given again to other events: after a failover that lost commits, or a restore. A process that
-- notices this adds a row, so that every other process learns of it, and an old position is not
-- taken for a current one.
CREATE TABLE log_epochs (
    number    bigint      PRIMARY KEY CHECK (number > 0), -- of two that find it, one adds the next
    epoch     uuid        NOT NULL UNIQUE,                -- the Log-Epoch of clients
    head      bigint      NOT NULL CHECK (head >= 0),     -- of the log when the epoch began
    lost_head bigint,                                     -- a head of the epoch before that is not there any more; NULL: none is known
    began_by  text        NOT NULL,                       -- session that added it
    began_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_epochs
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON log_epochs
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE log_epochs ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE log_epochs ENABLE ALWAYS TRIGGER append_only_truncate;

-- A login that may begin an epoch can't use up the numbers, nor claim an epoch that never was. A
-- log that was restored may lack some epochs. Logical replication may apply an epoch before its
-- events.
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
        IF NEW.head > log_head OR octet_length(NEW.began_by) > 255 OR NEW.began_by ~ '[^\x20-\x7e]' THEN -- application_name is so
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

-- Seconds that have passed while an API process ran, at most: what must last for a time is measured in
-- time that has passed, not by the server's clock, which somebody may set. A process that has seen a
-- number for 30 seconds, by a clock that nobody can set, makes it 30 higher. It never goes faster than
-- time, however many processes there are, and stands still while none runs.
CREATE TABLE elapsed (
    seconds    bigint      NOT NULL DEFAULT 0 CHECK (seconds >= 0),
    one        boolean     PRIMARY KEY DEFAULT true CHECK (one),
    stepped_at timestamptz NOT NULL DEFAULT clock_timestamp() -- the last step, by the server's clock
);
INSERT INTO elapsed DEFAULT VALUES;

-- Time goes on by a step, and not back: by 30 seconds at most, wherever the clock jumps to, and
-- by no more than the clock says have passed since the last step, whatever SQL a login sends.
-- Where the clock was set back it does not say, and the next step begins anew.
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

-- The first answer to each idempotency key. The append writes them, and only expired ones are deleted.
-- A login with the rights to do that itself could change or delete others, or lock the table, which
-- every append needs.
CREATE TABLE idempotency_keys (
    key           text        PRIMARY KEY,
    fingerprint   bytea       NOT NULL,
    stream_id     uuid        NOT NULL,
    version       bigint      NOT NULL,
    position      bigint      NOT NULL,
    expires_at    timestamptz NOT NULL, -- for people
    -- A key is kept until elapsed is there: 30 seconds longer than asked for, because the number that
    -- was read may have been about to change.
    expires_after bigint      NOT NULL
);

CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_after);

-- A day of keys may be many: a fifth of them is too much to wait for.
ALTER TABLE idempotency_keys SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);

SELECT grant_to(program, 'SELECT', 'idempotency_keys') FROM unnest(ARRAY['api', 'service']) program;

-- forget_expired_since deletes expired answers, at most so many, that expired at a time or after
-- it, and returns how many there were and when the last of them expired: where to go on. An entry of a
-- deleted row stays in an index for as long as any snapshot is open that may see it, such as that of a
-- dump, and a search that begins at the start goes through all of them each time. Rows that somebody
-- has locked are left for a search that begins at 0 again.
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

-- Functions that run with the owner's rights look up names in this migration's schema, whoever
-- calls them.
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
