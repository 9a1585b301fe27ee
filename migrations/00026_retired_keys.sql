-- The operator's key is rotated while programs run, some of which have not heard of it. From here
-- on the database refuses what a key of before has wrapped, so that a key that was rotated away is
-- needed by nobody once what it has wrapped is wrapped anew.

-- +goose Up

-- The operator's keys that wrap no more, each by the five bytes that all begins with that it has
-- wrapped: Tink's prefix, which names the key. Kept for good: a program may have slept for long.
CREATE TABLE keys.retired (
    prefix     bytea       PRIMARY KEY CHECK (length(prefix) = 5),
    retired_at timestamptz NOT NULL DEFAULT now()
);

-- Which keys are needed, and by how many persons: by the index alone.
CREATE INDEX persons_wrapped_by ON keys.persons (substr(wrapped, 1, 5));

-- Whoever rotates locks the tables while it writes keys.retired: what was written before is seen by
-- the rotation, and what comes after sees it.
-- +goose StatementBegin
CREATE FUNCTION keys.refuse_retired() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = keys, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM keys.retired WHERE prefix = pg_catalog.substr(NEW.wrapped, 1, 5)) THEN
        RAISE EXCEPTION 'the key that has wrapped this was rotated: read KEY_URI again' USING ERRCODE = 'check_violation', CONSTRAINT = 'not_retired';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION keys.refuse_retired() FROM PUBLIC;

CREATE TRIGGER refuse_retired BEFORE INSERT OR UPDATE OF wrapped ON keys.persons FOR EACH ROW EXECUTE FUNCTION keys.refuse_retired();

-- The key of fingerprints is wrapped by none.
CREATE TRIGGER refuse_retired BEFORE INSERT OR UPDATE OF wrapped ON keys.secrets
    FOR EACH ROW WHEN (NEW.name <> 'fingerprints') EXECUTE FUNCTION keys.refuse_retired();

-- +goose Down
DROP TRIGGER refuse_retired ON keys.secrets;
DROP TRIGGER refuse_retired ON keys.persons;
DROP FUNCTION keys.refuse_retired;
DROP INDEX keys.persons_wrapped_by;
DROP TABLE keys.retired;
