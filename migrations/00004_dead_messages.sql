-- Messages that the broker refuses are set aside, so that they can be seen, sent again
-- or given up.

-- +goose Up

-- How often the broker has refused the message; not how often it was away.
ALTER TABLE outbox ADD COLUMN attempts integer NOT NULL DEFAULT 0;

-- Set aside from the outbox: a message that the broker refused too often, which has an
-- error, and those of its stream behind it, which have none.
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

-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pgcqrs_service') THEN
        GRANT UPDATE (attempts) ON outbox TO pgcqrs_service;
        GRANT SELECT, INSERT, UPDATE, DELETE ON dead_messages TO pgcqrs_service;
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE dead_messages;
ALTER TABLE outbox DROP COLUMN attempts;
