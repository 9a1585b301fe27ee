-- States of long streams, so that a process that has none in memory need not read all of their events.
-- A cache: nothing is lost with a row of it, and a process that reads one looks whether the log has the
-- event that it rests on.

-- +goose Up

-- One row for a long stream: its state as its first events have left it.
CREATE TABLE snapshots (
    stream_id   uuid        PRIMARY KEY,
    stream_type text        NOT NULL,
    version     bigint      NOT NULL CHECK (version > 0),
    position    bigint      NOT NULL CHECK (position > 0),
    event_id    uuid        NOT NULL,                                   -- at that version and position
    shape       bytea       NOT NULL CHECK (length(shape) = 32),        -- of the state's type: programs of another leave it alone
    state       text        NOT NULL CHECK (octet_length(state) <= 65536),
    mac         bytea       NOT NULL CHECK (length(mac) = 32),          -- of all that is above, by SNAPSHOT_KEY
    taken_at    timestamptz NOT NULL DEFAULT now()
);

-- How far the log was looked through for long streams.
CREATE TABLE snapshot_cursor (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint  NOT NULL DEFAULT 0 CHECK (position >= 0),
    event_id uuid,   -- at that position
    made_by  bytea   -- hash of the shapes and of the key: by others the log is looked through again
);
INSERT INTO snapshot_cursor DEFAULT VALUES;

SELECT grant_to('api', 'SELECT', 'snapshots');
SELECT grant_to(program, 'SELECT, INSERT, UPDATE, DELETE', 'snapshots') FROM unnest(ARRAY['projector', 'service']) program;
SELECT grant_to(program, 'SELECT, UPDATE', 'snapshot_cursor') FROM unnest(ARRAY['projector', 'service']) program;

-- +goose Down
DROP TABLE snapshots, snapshot_cursor;
