-- Messages to the broker: messages that wait for the relay, and messages that the broker refuses.

-- +goose Up

-- outbox has the messages that the broker has not acknowledged yet. The relay deletes each
-- message that the broker has acknowledged.
CREATE TABLE outbox (
    -- Position of the event; messages are published in this order.
    position    bigint      PRIMARY KEY,
    event_id    uuid        NOT NULL,
    stream_id   uuid        NOT NULL,
    type        text        NOT NULL,
    data        jsonb       NOT NULL,
    traceparent text,
    occurred_at timestamptz NOT NULL,
    -- Number of times that the broker has refused the message. If the broker was not available,
    -- that attempt is not counted.
    attempts    integer     NOT NULL DEFAULT 0
);

-- Rows are inserted and deleted all day. Therefore autovacuum starts at a number of dead rows,
-- not at a share of the table.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- dead_messages has messages that the relay has moved out of the outbox. Operators can see them,
-- send them again or give them up. If the broker has refused a message too often, the relay moves
-- the message here with an error. The relay also moves the later messages of the same stream
-- here, without an error.
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
    -- Time at which an operator gave the message up. The row stays as a record, and later
    -- messages of the stream no longer wait for this message.
    dropped_at  timestamptz,
    dropped_by  text,
    drop_note   text
);

-- For every message, the relay checks whether the message's stream has a dead message.
CREATE INDEX dead_messages_by_stream ON dead_messages (stream_id, position) WHERE dropped_at IS NULL;

SELECT grant_to('projector', 'SELECT, DELETE, UPDATE (attempts)', 'outbox');
SELECT grant_to('service', 'SELECT, DELETE, UPDATE (attempts)', 'outbox');
SELECT grant_to(program, 'SELECT, INSERT, UPDATE, DELETE', 'dead_messages') FROM unnest(ARRAY['projector', 'service']) program;

-- redrives counts the statements by which messages may have left dead_messages. Usually the relay
-- reads the outbox from the position at which its last read ended. After a redrive, the outbox has
-- messages before this position. If the count has changed, the relay therefore reads the outbox
-- from the start again. A redrive increases the count in the transaction that moves the messages
-- back. So nobody sees these messages in the outbox without the new count.
CREATE TABLE redrives (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    count bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 50); -- leaves space on the page for HOT updates of the one row
INSERT INTO redrives DEFAULT VALUES;

-- +goose StatementBegin
CREATE FUNCTION count_redrive() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE redrives SET count = count + 1;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- redrive moves the dead messages of a stream back to the outbox, except dropped messages. redrive
-- returns the number of moved messages. The projector's login calls redrive, because this login may
-- not insert into the outbox itself. redrive moves only messages whose events are in the log. A
-- message without its event would occupy a position in the outbox that a message of a later event
-- needs.
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

-- Functions with the owner's rights (SECURITY DEFINER) look up names in the schema of this
-- migration, no matter which role calls them.
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
