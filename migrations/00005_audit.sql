-- What each projection has applied, so that it can be compared with the log.

-- +goose Up

-- A stretch of positions that a projection has passed without a break, and what it
-- applied there. Each batch adds to the last stretch, with the checkpoint; an audit
-- closes stretches and compares them with events. What no stretch covers was passed by
-- a program that keeps none: a release before this table, or a hand.
CREATE TABLE applied_ranges (
    projection     text        NOT NULL REFERENCES checkpoints ON DELETE CASCADE,
    first_position bigint      NOT NULL,
    last_position  bigint      NOT NULL CHECK (last_position >= first_position),
    events         bigint      NOT NULL, -- applied; those of parked streams are not
    checksum       bigint      NOT NULL, -- of these: the last 8 bytes of their ids, by exclusive or
    closed         boolean     NOT NULL DEFAULT false, -- the next batch begins a new one
    waits_since    timestamptz NOT NULL DEFAULT now(), -- for an audit
    audited_at     timestamptz,                    -- compared with the log; null: not since it was changed
    missing        bigint      NOT NULL DEFAULT 0, -- recorded and not applied, at that time; below 0: applied too often
    differs        boolean     NOT NULL DEFAULT false,
    accepted_at    timestamptz,                    -- somebody knows of the difference, and lives with it
    accepted_by    text,
    accept_note    text,
    PRIMARY KEY (projection, first_position)
) WITH (fillfactor = 50); -- the last one is hot: room for updates in place

CREATE INDEX applied_ranges_to_audit ON applied_ranges (projection, first_position) WHERE audited_at IS NULL;
CREATE INDEX applied_ranges_that_differ ON applied_ranges (projection, first_position) WHERE differs AND accepted_at IS NULL;

-- A program of the release before retries streams and switches rebuilt tables without
-- adding to the stretches, which it does not know. They would differ from the log, and
-- nothing would be wrong: forget them instead. Programs that add to them say so.
-- +goose StatementBegin
CREATE FUNCTION forget_applied_ranges() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM applied_ranges WHERE projection = OLD.projection AND last_position >= OLD.position;
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM applied_ranges WHERE projection = NEW.projection AND last_position >= NEW.position;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER forget_applied_ranges AFTER DELETE OR UPDATE OF projection, version, position ON parked_streams
    FOR EACH ROW WHEN (current_setting('applied_ranges.kept', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION forget_applied_ranges();

-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pgcqrs_service') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON applied_ranges TO pgcqrs_service;
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER forget_applied_ranges ON parked_streams;
DROP FUNCTION forget_applied_ranges;
DROP TABLE applied_ranges;
