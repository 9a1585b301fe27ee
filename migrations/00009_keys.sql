-- The keys that personal data is sealed with. They are in a schema of their own, so that
-- they can be backed up apart from what they open, and not kept as long.

-- +goose Up
CREATE SCHEMA keys;

-- A person's key, wrapped by the operator's (KEY_URI). Without the row nothing about the
-- person can be read.
CREATE TABLE keys.persons (
    person_id  uuid        PRIMARY KEY,
    wrapped    bytea       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Who was erased: a key that is missing without a row here is a fault, and not an erasure.
CREATE TABLE keys.erased (
    person_id uuid        PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT now()
);

-- Where exact text may be found: its HMAC, by a key that is wrapped, too. They are
-- candidates, which who looks compares with what is stored. They go with the person.
CREATE TABLE keys.lookups (
    field     text  NOT NULL,
    index     bytea NOT NULL,
    person_id uuid  NOT NULL REFERENCES keys.persons ON DELETE CASCADE,
    PRIMARY KEY (field, index, person_id)
);

CREATE INDEX lookups_of_person ON keys.lookups (person_id);

-- Keys that are nobody's: that of the lookups.
CREATE TABLE keys.secrets (
    name    text  PRIMARY KEY,
    wrapped bytea NOT NULL
);

-- The trigger of whoever's event erases a person: in the transaction that records it.
-- +goose StatementBegin
CREATE FUNCTION keys.erase_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = keys, pg_temp AS $$
BEGIN
    INSERT INTO keys.erased (person_id) VALUES (NEW.stream_id) ON CONFLICT DO NOTHING;
    DELETE FROM keys.persons WHERE person_id = NEW.stream_id;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- After the fact, because a key may be made while its person is erased.
-- +goose StatementBegin
CREATE FUNCTION keys.refuse_erased() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = keys, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM keys.erased WHERE person_id = NEW.person_id) THEN
        RAISE EXCEPTION 'person % was erased', NEW.person_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

CREATE TRIGGER refuse_erased AFTER INSERT ON keys.persons FOR EACH ROW EXECUTE FUNCTION keys.refuse_erased();

-- Only what takes commands and answers queries knows keys, and it can't destroy them.
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['pgcqrs_api', 'pgcqrs_service'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('GRANT USAGE ON SCHEMA keys TO %I', role);
        END IF;
        PERFORM grant_to(role::name, 'SELECT, INSERT', 'keys.persons', 'keys.lookups', 'keys.secrets');
        PERFORM grant_to(role::name, 'SELECT', 'keys.erased');
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP SCHEMA keys CASCADE;
