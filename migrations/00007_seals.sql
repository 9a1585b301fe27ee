-- A hash chain over the log: what somebody changes behind the service's back is found.

-- +goose Up

-- One row for the events after the seal before, up to position. The sealer follows the
-- log; appending knows nothing of it.
CREATE TABLE seals (
    position  bigint      PRIMARY KEY CHECK (position > previous),
    previous  bigint      NOT NULL UNIQUE CHECK (previous >= 0), -- the seal's before, 0: none. Unique: a chain has no forks
    hash      bytea       NOT NULL CHECK (length(hash) = 32),    -- of the hash before and the digests of the events
    digests   bytea       NOT NULL CHECK (length(digests) = 8 * (position - previous)), -- the first 8 bytes of each: they say where
    sealed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON seals
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

SELECT grant_to('pgcqrs_projector', 'SELECT, INSERT', 'seals');
SELECT grant_to('pgcqrs_service', 'SELECT, INSERT', 'seals');

-- +goose Down
DROP TABLE seals;
