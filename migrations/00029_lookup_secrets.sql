-- The key of the HMACs by which persons are found is replaced when the operator's key is rotated, so
-- that an old copy of keys.lookups says nothing to whoever has the keys of today. And an event erases
-- somebody only on a stream of the type that it belongs to, and only where there is somebody.

-- +goose Up

-- Keys of look-ups: the first is lookups, those that rotations have made are "lookups 2", "lookups 3" …
-- They are searched by as long as they are here. New look-ups are made by the newest one that is
-- active: one that is not yet was just made, and not every process knows it.
ALTER TABLE keys.secrets ADD COLUMN active boolean NOT NULL DEFAULT true;

-- keys.retired has those by which no look-up is made any more, as \x02 and the number. An index of 36
-- bytes begins with the number of the key that it was made by; all others are of the first.
-- +goose StatementBegin
CREATE FUNCTION keys.refuse_retired_lookup() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = keys, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM keys.retired WHERE prefix = '\x02'::bytea
               || CASE WHEN length(NEW.index) = 36 THEN pg_catalog.substr(NEW.index, 1, 4) ELSE '\x00000001'::bytea END) THEN
        RAISE EXCEPTION 'the key of this look-up was rotated: read keys.secrets again' USING ERRCODE = 'check_violation', CONSTRAINT = 'not_retired';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION keys.refuse_retired_lookup, keys.refuse_retired FROM PUBLIC;

CREATE TRIGGER refuse_retired BEFORE INSERT OR UPDATE OF index ON keys.lookups FOR EACH ROW EXECUTE FUNCTION keys.refuse_retired_lookup();

-- The API's login makes the first key, while there is no other; the others are the owner's to make.
-- +goose StatementBegin
CREATE FUNCTION keys.refuse_secret() RETURNS trigger LANGUAGE plpgsql SET search_path = keys, pg_temp AS $$
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
       OR NEW.name = 'lookups' AND NEW.active AND NOT EXISTS (SELECT FROM keys.secrets WHERE name LIKE 'lookups %') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the keys of look-ups are made by migrate rotate-key' USING ERRCODE = 'insufficient_privilege';
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION keys.refuse_secret FROM PUBLIC;

CREATE TRIGGER refuse_secret BEFORE INSERT ON keys.secrets FOR EACH ROW WHEN (NEW.name LIKE 'lookups%') EXECUTE FUNCTION keys.refuse_secret();

-- keys.erase_person destroys the key of the person whose stream the event is on. A trigger that names
-- a stream type, EXECUTE FUNCTION keys.erase_person('customer'), has the event refused on any other.
-- Refused as well is an erasure that begins a stream, unless its id is that of a person with a key.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format($function$
        CREATE OR REPLACE FUNCTION keys.erase_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = keys, pg_temp AS $body$
        BEGIN
            IF TG_NARGS > 0 AND NEW.stream_type <> TG_ARGV[0] THEN
                RAISE EXCEPTION 'event %% erases nobody on a stream of type %%', NEW.type, NEW.stream_type USING ERRCODE = 'check_violation', CONSTRAINT = 'erases_a_person';
            END IF;
            IF NEW.version = 1 AND NOT EXISTS (SELECT FROM keys.persons WHERE person_id = NEW.stream_id) THEN
                RAISE EXCEPTION 'there is no person %% to erase', NEW.stream_id USING ERRCODE = 'check_violation', CONSTRAINT = 'erases_a_person';
            END IF;
            INSERT INTO %I.erasures (person_id) VALUES (NEW.stream_id) ON CONFLICT DO NOTHING;
            INSERT INTO keys.erased (person_id) VALUES (NEW.stream_id) ON CONFLICT DO NOTHING;
            DELETE FROM keys.persons WHERE person_id = NEW.stream_id;
            RETURN NULL;
        END $body$
    $function$, current_schema());
END $$;
-- +goose StatementEnd

CREATE OR REPLACE TRIGGER forget_person AFTER INSERT ON events FOR EACH ROW WHEN (NEW.type = 'customer.erased') EXECUTE FUNCTION keys.erase_person('customer');

-- +goose Down
CREATE OR REPLACE TRIGGER forget_person AFTER INSERT ON events FOR EACH ROW WHEN (NEW.type = 'customer.erased') EXECUTE FUNCTION keys.erase_person();
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
DROP TRIGGER refuse_secret ON keys.secrets;
DROP FUNCTION keys.refuse_secret;
DROP TRIGGER refuse_retired ON keys.lookups;
DROP FUNCTION keys.refuse_retired_lookup;
ALTER TABLE keys.secrets DROP COLUMN active;
