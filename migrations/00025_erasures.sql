-- Who was erased, beside the log: a backup of the schema keys that is older brings keys back, and
-- takes the rows of keys.erased away. These rows go with the log, so that the keys are found.

-- +goose Up

-- One row for everybody whose erasure the log has. Found before this migration is who has a row in
-- keys.erased; migrate erase-again adds whoever has none there.
CREATE TABLE erasures (person_id uuid PRIMARY KEY);
INSERT INTO erasures SELECT person_id FROM keys.erased;

-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format($function$
        CREATE OR REPLACE FUNCTION keys.erase_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = keys, pg_temp AS $body$
        BEGIN
            INSERT INTO %I.erasures (person_id) VALUES (NEW.stream_id) ON CONFLICT DO NOTHING;
            INSERT INTO keys.erased (person_id) VALUES (NEW.stream_id) ON CONFLICT DO NOTHING;
            DELETE FROM keys.persons WHERE person_id = NEW.stream_id;
            RETURN NULL;
        END $body$
    $function$, current_schema());
END $$;
-- +goose StatementEnd

-- Also to the roles of before, where logins are still in them.
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT n.prefix || p FROM role_names n, unnest(ARRAY['api', 'service']) p LOOP
        IF has_table_privilege(to_regrole(quote_ident(role)), 'keys.persons', 'SELECT') THEN -- else it is another database's
            EXECUTE format('GRANT SELECT ON erasures TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keys.erase_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = keys, pg_temp AS $$
BEGIN
    INSERT INTO keys.erased (person_id) VALUES (NEW.stream_id) ON CONFLICT DO NOTHING;
    DELETE FROM keys.persons WHERE person_id = NEW.stream_id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
DROP TABLE erasures;
