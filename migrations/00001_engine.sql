-- The engine's tables: the log, what goes out of it, and how far its readers are.

-- +goose Up

-- The log. Only eventstore's append writes it, and nothing changes it afterwards.
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
    UNIQUE (stream_id, version)
);

-- Insert-only: without this autovacuum would only come by when it has to freeze.
ALTER TABLE events SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd

-- The grants below stop the service's roles; the triggers stop the owner, too.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Messages that the broker has not acknowledged yet; the relay deletes them.
CREATE TABLE outbox (
    position    bigint      PRIMARY KEY, -- the event's: the order to publish in
    event_id    uuid        NOT NULL,
    stream_id   uuid        NOT NULL,
    type        text        NOT NULL,
    data        jsonb       NOT NULL,
    traceparent text,
    occurred_at timestamptz NOT NULL
);

-- Rows come and go all day: vacuum by number of dead rows, not by share.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- The first answer to each idempotency key.
CREATE TABLE idempotency_keys (
    key         text        PRIMARY KEY,
    fingerprint bytea       NOT NULL,
    stream_id   uuid        NOT NULL,
    version     bigint      NOT NULL,
    position    bigint      NOT NULL,
    expires_at  timestamptz NOT NULL
);

CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

-- How far each projection is: it holds exactly the fold of events 1 … position.
CREATE TABLE checkpoints (
    projection text        PRIMARY KEY,
    position   bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    parkings   bigint      NOT NULL DEFAULT 0, -- changes with parked_streams: who moves the checkpoint must know them
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50); -- one hot row each: room for updates in place

-- Streams that a projection has stopped at an event it can't apply. Their events
-- from there on wait, in order, and the others go on.
CREATE TABLE parked_streams (
    projection  text        NOT NULL REFERENCES checkpoints,
    stream_id   uuid        NOT NULL,
    stream_type text        NOT NULL,
    version     bigint      NOT NULL, -- of the event that can't be applied
    position    bigint      NOT NULL,
    error       text        NOT NULL,
    parked_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (projection, stream_id)
);

-- The role that the service's logins are members of. Roles belong to the whole
-- cluster: another database, or another migration running now, may have made it.
-- Without the right to make roles the service runs as the owner, and only the
-- triggers protect the log.
-- +goose StatementBegin
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pgcqrs_service') THEN
        CREATE ROLE pgcqrs_service NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'role pgcqrs_service not created: % may not create roles', current_user;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pgcqrs_service') THEN
        GRANT SELECT, INSERT ON events TO pgcqrs_service;
        GRANT SELECT, INSERT, DELETE ON outbox TO pgcqrs_service;
        GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO pgcqrs_service;
        GRANT SELECT, INSERT, UPDATE ON checkpoints TO pgcqrs_service;
        GRANT SELECT, INSERT, UPDATE, DELETE ON parked_streams TO pgcqrs_service;
        GRANT SELECT ON goose_db_version TO pgcqrs_service;
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE parked_streams, checkpoints, idempotency_keys, outbox, events;
DROP FUNCTION refuse_change;
