-- Keys by which personal data is encrypted, and erasures, which destroy these keys.

-- +goose Up

-- erasures has one row for each person whose erasure is in the log. If an older backup of the
-- schema "keys" is restored, keys of erased persons are back, and keys.erased lacks the rows of
-- these persons. The rows of erasures are stored and restored with the log, so the service finds
-- the keys that came back. The command migrate erase-again adds the missing rows to keys.erased.
CREATE TABLE erasures (person_id uuid PRIMARY KEY);

SELECT grant_to(program, 'SELECT', 'erasures') FROM unnest(ARRAY['api', 'service']) program;

-- Keys have a schema of their own. So an operator can back up the keys separately from the data
-- that they decrypt. The backups of the keys need not be kept as long as the backups of the data.
CREATE SCHEMA keys;

-- keys.persons has the key of each person, wrapped by the operator's key (KEY_URI). Without this
-- row, nobody can read the personal data of the person.
CREATE TABLE keys.persons (
    person_id  uuid        PRIMARY KEY,
    wrapped    bytea       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- A query that reads only this index finds out which keys of the operator are needed, and how many
-- persons need each of these keys.
CREATE INDEX persons_wrapped_by ON keys.persons (substr(wrapped, 1, 5));

-- keys.erased has the persons who were erased. If a person has neither a key nor a row here, that
-- is a fault, and not an erasure.
CREATE TABLE keys.erased (
    person_id uuid        PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT now()
);

-- keys.lookups shows which persons may have an exact text. Each row has the HMAC of a text. The
-- key of the HMAC is wrapped, too. The rows that a search finds are candidates: the search
-- compares them with the stored texts. When a person's key is deleted, the person's rows are
-- deleted, too.
CREATE TABLE keys.lookups (
    field     text  NOT NULL,
    index     bytea NOT NULL,
    person_id uuid  NOT NULL REFERENCES keys.persons ON DELETE CASCADE,
    PRIMARY KEY (field, index, person_id)
);

CREATE INDEX lookups_of_person ON keys.lookups (person_id);

-- keys.secrets has keys that belong to no person. The first key of look-ups has the name "lookups".
-- The keys that rotations have made have the names "lookups 2", "lookups 3" … A rotation of the
-- operator's key makes a new key of look-ups. So an old copy of keys.lookups discloses nothing to
-- somebody who has today's keys. Searches use all keys of look-ups, and new look-ups use the newest
-- active key. A key that was just made is not active yet, because some processes may not know it.
CREATE TABLE keys.secrets (
    name    text    PRIMARY KEY,
    wrapped bytea   NOT NULL,
    active  boolean NOT NULL DEFAULT true
);

-- keys.retired has keys that are no longer used. Some are operator's keys that no longer wrap other
-- keys. The prefix of such a key is the first five bytes of everything that the key has wrapped.
-- These bytes are Tink's prefix, which names the key. Others are keys of look-ups that no longer
-- make look-ups. The prefix of such a key is \x02 and the number of the key. The operator's key is
-- rotated while programs run, and some programs do not know of the rotation yet. From the rotation
-- on, the database refuses everything that a retired key has made. When everything was made again
-- with new keys, nobody needs the retired key any more. Rows are never deleted, because a program
-- may have been paused for a long time.
CREATE TABLE keys.retired (
    prefix     bytea       PRIMARY KEY CHECK (length(prefix) = 5),
    retired_at timestamptz NOT NULL DEFAULT now()
);

-- Only the programs that take commands and answer queries may read keys. These programs can't
-- destroy keys.
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

-- keys.erased_by returns the person whom an event erases. If the event's data has the field
-- "erases", this field names the person. Otherwise the id of the stream is the id of the person.
-- The trigger and migrate erase-again both call keys.erased_by, so that they erase the same
-- person.
CREATE FUNCTION keys.erased_by(stream_id uuid, data jsonb) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT coalesce((data ->> 'erases')::uuid, stream_id) $$;

-- keys.erase_person destroys the key of the person whom the event erases, in the transaction that
-- records the event. If the trigger on events names a stream type, as in EXECUTE FUNCTION
-- keys.erase_person('customer'), keys.erase_person refuses the event on streams of other types.
--
-- keys.erase_person also refuses an erasure in two other cases. In the first case, the erasure is
-- the first event of the person's own stream, and the person has no key. In the second case, the
-- stream is not the person's own, and the person never had a key.
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

-- keys.refuse_erased refuses a key of a person who was erased. The trigger fires AFTER the insert,
-- because another transaction may erase the person while a key of the person is inserted.
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

-- keys.refuse_retired refuses a key that a retired key has wrapped. A rotation locks the tables
-- while it writes keys.retired. The rotation sees every key that was written before it took the
-- lock. A key that is written after the rotation has released the lock is compared with the rows
-- that the rotation has written.
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

-- The key "fingerprints" is not wrapped by any key.
CREATE TRIGGER refuse_retired BEFORE INSERT OR UPDATE OF wrapped ON keys.secrets
    FOR EACH ROW WHEN (NEW.name <> 'fingerprints') EXECUTE FUNCTION keys.refuse_retired();

-- keys.refuse_retired_lookup refuses a look-up that a retired key has made. The column index has
-- the HMAC of a text. An HMAC of 36 bytes begins with the number of the key that made it. An HMAC
-- of any other length was made by the first key, which has the number 1.
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

-- keys.refuse_secret lets the API's login make only the first key of look-ups, while there is no
-- other key of look-ups. Only the owner may make the other keys of look-ups.
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

-- A session that fires a trigger needs no right to execute the trigger's function. A role that
-- creates a trigger needs this right. With this right, a role could create a trigger on a table
-- of its own, and keys.erase_person would destroy keys without an event.
REVOKE EXECUTE ON FUNCTION keys.erased_by, keys.erase_person, keys.refuse_erased, keys.refuse_retired, keys.refuse_retired_lookup, keys.refuse_secret FROM PUBLIC;

-- append_keys stores the keys and the look-ups of the chains of appends that append_events has
-- recorded. It returns the report of append_events unchanged. A call of append_keys is part of the
-- argument of append_flight, which commits. So the keys of persons, and the look-ups, are stored in
-- the transaction that records the events that need them. A command that is refused, that is a
-- repetition or that fails stores nothing.
--
-- The arguments are columns of persons (p_…) and of look-ups (l_…). p_wrapped is the key by which
-- the person's events were encrypted, if the key was not stored at that time. p_stream and l_stream
-- are numbers of the flight's streams, from 1. The look-ups with the same l_set replace the
-- look-ups that the person had for the field. l_index is the HMAC of a text. If l_index is NULL,
-- the person gets no look-up for the field. If there are several sets for a person and a field, the
-- last set counts.
--
-- If a person has another key by now, the flight fails (other_key). If the key was rotated, the
-- flight fails, too (not_retired). In both cases the events must be encrypted again. A person who
-- was erased gets no key.
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
