-- States of long streams, so that a process that has none in memory need not read all of their
-- events. A cache: nothing is lost with a row of it, and whoever reads one looks whether the log
-- has the event that it rests on.

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

-- Also to the roles of before, where logins are still in them.
-- +goose StatementBegin
DO $$
DECLARE
    role text;
    program text;
BEGIN
    FOR role, program IN SELECT n.prefix || p, p FROM role_names n, unnest(ARRAY['api', 'projector', 'service']) p LOOP
        IF has_table_privilege(to_regrole(quote_ident(role)), 'checkpoints', 'SELECT') THEN -- else it is another database's
            EXECUTE format('GRANT SELECT ON snapshots TO %I', role);
            IF program <> 'api' THEN
                EXECUTE format('GRANT INSERT, UPDATE, DELETE ON snapshots TO %I', role);
                EXECUTE format('GRANT SELECT, UPDATE ON snapshot_cursor TO %I', role);
            END IF;
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE snapshots, snapshot_cursor;
