-- Messages to the broker: those that wait for the relay, and those that the broker refuses.

-- +goose Up

-- Messages that the broker has not acknowledged yet; the relay deletes them.
CREATE TABLE outbox (
    position    bigint      PRIMARY KEY, -- the event's: the order to publish in
    event_id    uuid        NOT NULL,
    stream_id   uuid        NOT NULL,
    type        text        NOT NULL,
    data        jsonb       NOT NULL,
    traceparent text,
    occurred_at timestamptz NOT NULL,
    attempts    integer     NOT NULL DEFAULT 0 -- how often the broker has refused the message; not how often it was away
);

-- Rows come and go all day: vacuum by number of dead rows, not by share.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Set aside from the outbox, so that they can be seen, sent again or given up: a message that the
-- broker refused too often, which has an error, and those of its stream behind it, which have none.
CREATE TABLE dead_messages (
    position    bigint      PRIMARY KEY,
    event_id    uuid        NOT NULL,
    stream_id   uuid        NOT NULL,
    type        text        NOT NULL,
    data        jsonb       NOT NULL,
    traceparent text,
    occurred_at timestamptz NOT NULL,
    attempts    integer     NOT NULL,
    error       text,
    dead_at     timestamptz NOT NULL DEFAULT now(),
    dropped_at  timestamptz, -- given up: kept as the trace, and nobody waits behind it
    dropped_by  text,
    drop_note   text
);

-- The relay asks of every message whether its stream is dead.
CREATE INDEX dead_messages_by_stream ON dead_messages (stream_id, position) WHERE dropped_at IS NULL;

SELECT grant_to('projector', 'SELECT, DELETE, UPDATE (attempts)', 'outbox');
SELECT grant_to('service', 'SELECT, DELETE, UPDATE (attempts)', 'outbox');
SELECT grant_to(program, 'SELECT, INSERT, UPDATE, DELETE', 'dead_messages') FROM unnest(ARRAY['projector', 'service']) program;

-- How many messages have left dead_messages, by statements. The relay reads on from where it last
-- read; after a redrive the outbox has messages before that, so the relay begins at the start
-- again. A redrive adds its row in its own transaction, so that nobody sees its messages without
-- the row.
CREATE TABLE redrives (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    count bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 50); -- one row: room for updates in place
INSERT INTO redrives DEFAULT VALUES;

-- +goose StatementBegin
CREATE FUNCTION count_redrive() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE redrives SET count = count + 1;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- redrive moves what is dead of a stream back to the outbox, but for what was dropped, and returns
-- how many messages there were. The projector's login calls it, which may not write to the outbox
-- itself. It moves only messages of events that are in the log: others would take the places of those
-- that come.
-- +goose StatementBegin
CREATE FUNCTION redrive(stream uuid) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$
    WITH back AS (
        DELETE FROM dead_messages d WHERE d.stream_id = stream AND d.dropped_at IS NULL
          AND EXISTS (SELECT FROM events e WHERE e.position = d.position AND e.event_id = d.event_id AND e.stream_id = d.stream_id)
        RETURNING position, event_id, stream_id, type, data, traceparent, occurred_at
    ), sent AS (
        INSERT INTO outbox (position, event_id, stream_id, type, data, traceparent, occurred_at)
        SELECT position, event_id, stream_id, type, data, traceparent, occurred_at FROM back
        RETURNING position
    )
    SELECT count(*) FROM sent
$$;
-- +goose StatementEnd

-- Functions that run with the owner's rights look up names in this migration's schema, whoever
-- calls them.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION count_redrive SET search_path = pg_catalog, %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION redrive SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION count_redrive, redrive FROM PUBLIC;

CREATE TRIGGER count_redrives AFTER UPDATE OR DELETE ON dead_messages FOR EACH STATEMENT EXECUTE FUNCTION count_redrive();
CREATE TRIGGER count_redrives_truncate AFTER TRUNCATE ON dead_messages FOR EACH STATEMENT EXECUTE FUNCTION count_redrive();

SELECT grant_to(program, 'SELECT', 'redrives') FROM unnest(ARRAY['projector', 'service']) program;
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT role_of(program) FROM unnest(ARRAY['projector', 'service']) program LOOP
        IF to_regrole(quote_ident(role)) IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON ROUTINE redrive TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE redrives, dead_messages, outbox;
DROP FUNCTION redrive, count_redrive;
