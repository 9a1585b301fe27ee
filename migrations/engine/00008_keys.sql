-- The keys that personal data is encrypted by, and erasures, which destroy them.

-- +goose Up

-- One row for everybody whose erasure the log has. A backup of the schema keys that is older brings keys
-- back, and takes the rows of keys.erased away; these rows go with the log, so that the keys are found:
-- migrate erase-again adds to keys.erased who has no row there.
CREATE TABLE erasures (person_id uuid PRIMARY KEY);

SELECT grant_to(program, 'SELECT', 'erasures') FROM unnest(ARRAY['api', 'service']) program;

-- A schema of their own, so that keys can be backed up apart from what they open, and not kept as long.
CREATE SCHEMA keys;

-- A person's key, wrapped by the operator's (KEY_URI). Without the row nothing about the
-- person can be read.
CREATE TABLE keys.persons (
    person_id  uuid        PRIMARY KEY,
    wrapped    bytea       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Which keys of the operator's are needed, and by how many persons: by the index alone.
CREATE INDEX persons_wrapped_by ON keys.persons (substr(wrapped, 1, 5));

-- Persons who were erased: a key that is missing without a row here is a fault, and not an erasure.
CREATE TABLE keys.erased (
    person_id uuid        PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT now()
);

-- Where exact text may be found: its HMAC, by a key that is wrapped, too. They are candidates, which a
-- search compares with what is stored. They go with the person.
CREATE TABLE keys.lookups (
    field     text  NOT NULL,
    index     bytea NOT NULL,
    person_id uuid  NOT NULL REFERENCES keys.persons ON DELETE CASCADE,
    PRIMARY KEY (field, index, person_id)
);

CREATE INDEX lookups_of_person ON keys.lookups (person_id);

-- Keys that belong to no person. Of the keys of look-ups the first is "lookups", and those that
-- rotations have made are "lookups 2", "lookups 3" … A rotation of the operator's key makes one, so
-- that an old copy of keys.lookups discloses nothing to a holder of today's keys. Searches use all
-- of these keys. New look-ups use the newest active one: a key that is not active yet was just
-- made, and some process may not know it.
CREATE TABLE keys.secrets (
    name    text    PRIMARY KEY,
    wrapped bytea   NOT NULL,
    active  boolean NOT NULL DEFAULT true
);

-- Keys that are used no more. The operator's keys that wrap no more, each by the five bytes that all
-- begins with that it has wrapped: Tink's prefix, which names the key. And keys of look-ups by which none
-- is made any more, as \x02 and the number. The operator's key is rotated while programs run, some of
-- which have not heard of it: from then on the database refuses what a retired key has made, so that
-- nobody needs it once everything is made anew. Kept for good: a program may have slept for long.
CREATE TABLE keys.retired (
    prefix     bytea       PRIMARY KEY CHECK (length(prefix) = 5),
    retired_at timestamptz NOT NULL DEFAULT now()
);

-- Only what takes commands and answers queries knows keys, and it can't destroy them.
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT role_of(program) FROM unnest(ARRAY['api', 'service']) program LOOP
        IF to_regrole(quote_ident(role)) IS NOT NULL THEN
            EXECUTE format('GRANT USAGE ON SCHEMA keys TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd
SELECT grant_to(program, 'SELECT', 'keys.persons', 'keys.lookups', 'keys.erased'), grant_to(program, 'SELECT, INSERT', 'keys.secrets')
FROM unnest(ARRAY['api', 'service']) program;

-- keys.erased_by returns whom an event erases: the person that its data names under erases, or else the
-- person whose stream it is on. The trigger and migrate erase-again ask it, so that both mean the same.
CREATE FUNCTION keys.erased_by(stream_id uuid, data jsonb) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT coalesce((data ->> 'erases')::uuid, stream_id) $$;

-- keys.erase_person destroys the key of the person whom the event erases, in the transaction that
-- records it. A trigger on events that names a stream type, EXECUTE FUNCTION
-- keys.erase_person('customer'), has the event refused on any other. Refused as well is an erasure that
-- begins a stream, unless its id is that of a person with a key, and one of a person who is not its
-- stream and never had a key.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format($function$
        CREATE FUNCTION keys.erase_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = keys, pg_temp AS $body$
        DECLARE
            person uuid := keys.erased_by(NEW.stream_id, NEW.data);
        BEGIN
            IF TG_NARGS > 0 AND NEW.stream_type <> TG_ARGV[0] THEN
                RAISE EXCEPTION 'event %% erases nobody on a stream of type %%', NEW.type, NEW.stream_type USING ERRCODE = 'check_violation', CONSTRAINT = 'erases_a_person';
            END IF;
            IF (NEW.version = 1 OR person <> NEW.stream_id) AND NOT EXISTS (SELECT FROM keys.persons WHERE person_id = person)
               AND (person = NEW.stream_id OR NOT EXISTS (SELECT FROM keys.erased WHERE person_id = person)) THEN
                RAISE EXCEPTION 'there is no person %% to erase', person USING ERRCODE = 'check_violation', CONSTRAINT = 'erases_a_person';
            END IF;
            INSERT INTO %I.erasures (person_id) VALUES (person) ON CONFLICT DO NOTHING;
            INSERT INTO keys.erased (person_id) VALUES (person) ON CONFLICT DO NOTHING;
            DELETE FROM keys.persons WHERE person_id = person;
            RETURN NULL;
        END $body$
    $function$, current_schema());
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

-- A rotation locks the tables while it writes keys.retired: what was written before is seen by
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

CREATE TRIGGER refuse_retired BEFORE INSERT OR UPDATE OF wrapped ON keys.persons FOR EACH ROW EXECUTE FUNCTION keys.refuse_retired();

-- The key of fingerprints is wrapped by none.
CREATE TRIGGER refuse_retired BEFORE INSERT OR UPDATE OF wrapped ON keys.secrets
    FOR EACH ROW WHEN (NEW.name <> 'fingerprints') EXECUTE FUNCTION keys.refuse_retired();

-- An index of 36 bytes begins with the number of the key that it was made by; all others are of the first.
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

CREATE TRIGGER refuse_retired BEFORE INSERT OR UPDATE OF index ON keys.lookups FOR EACH ROW EXECUTE FUNCTION keys.refuse_retired_lookup();

-- The API's login makes the first key of look-ups, while there is no other; the others are the owner's to make.
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

CREATE TRIGGER refuse_secret BEFORE INSERT ON keys.secrets FOR EACH ROW WHEN (NEW.name LIKE 'lookups%') EXECUTE FUNCTION keys.refuse_secret();

-- To fire a trigger needs no right to its function. Making one does: on a table of one's own
-- keys.erase_person would destroy keys without an event.
REVOKE EXECUTE ON FUNCTION keys.erased_by, keys.erase_person, keys.refuse_erased, keys.refuse_retired, keys.refuse_retired_lookup, keys.refuse_secret FROM PUBLIC;

-- Keys of persons, and their look-ups, are stored in the transaction that records the event which
-- needs them, or not at all: a command that is refused, replayed, or fails leaves nothing.
--
-- append_keys stores the keys and look-ups for those chains of a flight that append_events has
-- recorded, and returns its report unchanged. It is called as an argument of append_flight, which
-- commits.
--
-- Keys are columns: persons (p_…) with the key with which their events were encrypted, if it was
-- not stored then, and look-ups (l_…). p_stream and l_stream count a flight's streams, from 1 on.
-- The look-ups of one l_set replace those that the person had for the field; an index that is NULL
-- is none. Of several sets the last one counts.
--
-- A person who has another key by now fails the flight (other_key), and so does a key that was
-- rotated (not_retired): the events must then be encrypted again. A person who was erased gets no
-- key.
-- +goose StatementBegin
CREATE FUNCTION append_keys(
    report append_report, p_stream bigint[], p_person uuid[], p_wrapped bytea[],
    l_stream bigint[], l_set bigint[], l_person uuid[], l_field text[], l_index bytea[]
) RETURNS append_report LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF cardinality(p_person) > 0 THEN
        INSERT INTO keys.persons (person_id, wrapped)
        SELECT DISTINCT ON (p_person[n]) p_person[n], p_wrapped[n] FROM generate_series(1, cardinality(p_person)) AS n
        WHERE report.fates[p_stream[n]] = 0 AND NOT EXISTS (SELECT FROM keys.erased e WHERE e.person_id = p_person[n])
        ORDER BY p_person[n], n
        ON CONFLICT (person_id) DO NOTHING;
        IF EXISTS (SELECT FROM generate_series(1, cardinality(p_person)) AS n
                   WHERE report.fates[p_stream[n]] = 0 AND NOT EXISTS (SELECT FROM keys.erased e WHERE e.person_id = p_person[n])
                     AND NOT EXISTS (SELECT FROM keys.persons k WHERE k.person_id = p_person[n] AND k.wrapped = p_wrapped[n])) THEN
            RAISE EXCEPTION 'a person has another key by now' USING ERRCODE = 'check_violation', CONSTRAINT = 'other_key';
        END IF;
    END IF;
    IF cardinality(l_person) > 0 THEN
        WITH given AS (
            SELECT l_person[n] AS person_id, l_field[n] AS field, l_index[n] AS index, l_set[n] AS set, max(l_set[n]) OVER (PARTITION BY l_person[n], l_field[n]) AS last
            FROM generate_series(1, cardinality(l_person)) AS n WHERE report.fates[l_stream[n]] = 0
        ), now AS (
            SELECT DISTINCT person_id, field, index FROM given WHERE set = last
        ), gone AS (
            DELETE FROM keys.lookups l USING (SELECT DISTINCT person_id, field FROM now) AS f
            WHERE l.person_id = f.person_id AND l.field = f.field
              AND NOT EXISTS (SELECT FROM now WHERE now.person_id = l.person_id AND now.field = l.field AND now.index = l.index)
        )
        INSERT INTO keys.lookups (field, index, person_id)
        SELECT now.field, now.index, now.person_id FROM now JOIN keys.persons USING (person_id) WHERE now.index IS NOT NULL
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN report;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION append_keys SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION append_keys FROM PUBLIC;
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT role_of(program) FROM unnest(ARRAY['api', 'service']) program LOOP
        IF to_regrole(quote_ident(role)) IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON ROUTINE append_keys TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION append_keys;
DROP SCHEMA keys CASCADE;
DROP TABLE erasures;
