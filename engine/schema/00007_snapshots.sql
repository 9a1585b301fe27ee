-- States of long streams. A process that has no state of such a stream in memory need not read
-- all events of the stream. The table snapshots is a cache: if a row is lost, no data is lost.
-- When a process reads a row, it checks whether the log has the event on which the state is
-- based.

-- +goose Up

-- snapshots has at most one row for each long stream: the state of the stream after its events up
-- to `version`.
CREATE TABLE snapshots (
    stream_id   uuid        PRIMARY KEY,
    stream_type text        NOT NULL,
    version     bigint      NOT NULL CHECK (version > 0),
    position    bigint      NOT NULL CHECK (position > 0),
    event_id    uuid        NOT NULL, -- event at this version and position
    -- Hash of the type of the state. A program whose type has another hash ignores the row.
    shape       bytea       NOT NULL CHECK (length(shape) = 32),
    state       text        NOT NULL CHECK (octet_length(state) <= 65536),
    -- Message authentication code of all columns above, by SNAPSHOT_KEY.
    mac         bytea       NOT NULL CHECK (length(mac) = 32),
    taken_at    timestamptz NOT NULL DEFAULT now()
);

-- snapshot_cursor has the position up to which the log was searched for long streams.
CREATE TABLE snapshot_cursor (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint  NOT NULL DEFAULT 0 CHECK (position >= 0),
    event_id uuid,   -- event at this position
    -- Hash of the shapes of all states and of SNAPSHOT_KEY. A process that computes another hash
    -- searches the log from the start again.
    made_by  bytea
);
INSERT INTO snapshot_cursor DEFAULT VALUES;

SELECT grant_to('api', 'SELECT', 'snapshots');
SELECT grant_to(program, 'SELECT, INSERT, UPDATE, DELETE', 'snapshots') FROM unnest(ARRAY['projector', 'service']) program;
SELECT grant_to(program, 'SELECT, UPDATE', 'snapshot_cursor') FROM unnest(ARRAY['projector', 'service']) program;

-- +goose Down
DROP TABLE snapshots, snapshot_cursor;
