-- Tags of events, and appends under a condition: an append is refused if an event that matches was
-- recorded after the position up to which its decision has read.

-- +goose Up

-- A row for each tag of an event. Only append_tagged_events writes rows, in the transaction that
-- records the event. Events without tags have no row: neither their appends nor this migration
-- touch the table, and no row of events is rewritten.
CREATE TABLE event_tags (
    tag       text   COLLATE "C" NOT NULL CHECK (octet_length(tag) BETWEEN 1 AND 255), -- "C": an upgrade of the system's locales can't damage the index
    position  bigint NOT NULL CHECK (position > 0),
    type      text   COLLATE "C" NOT NULL, -- of the event, so that a condition reads the index alone
    person_id uuid,                        -- the person about whom the tag says something: erasing the person deletes the row
    PRIMARY KEY (tag, position) INCLUDE (type)
);

CREATE INDEX event_tags_of_person ON event_tags (person_id) WHERE person_id IS NOT NULL;

-- Insert-only: without this autovacuum would seldom mark pages as visible to all, and reads of the
-- index alone depend on these marks.
ALTER TABLE event_tags SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

SELECT grant_to(program, 'SELECT', 'event_tags') FROM unnest(ARRAY['api', 'projector', 'service']) program;

-- keys.forget_tags deletes the tags that say something about a person, in the transaction that erases
-- the person: a tag may be a hash with which somebody could confirm a guess.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format($function$
        CREATE FUNCTION keys.forget_tags() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = keys, pg_temp AS $body$
        BEGIN
            DELETE FROM %I.event_tags WHERE person_id = NEW.person_id;
            RETURN NULL;
        END $body$
    $function$, current_schema());
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION keys.forget_tags FROM PUBLIC;
CREATE TRIGGER forget_tags AFTER INSERT ON keys.erased FOR EACH ROW EXECUTE FUNCTION keys.forget_tags();

-- append_tagged_events does what append_events does, for a flight with tags or conditions. It is
-- called as append_events is: as an argument of append_flight, which commits.
--
-- Tags are columns (t_…): the number of an event, a tag, and the person about whom the tag says
-- something, or the nil UUID. Conditions are items (i_…): the stream whose chain depends on the item,
-- the position up to which its decision has read, and the event there. The nil UUID matches any
-- event. it_tag has the tags of all items, and iy_type their types; i_tags and i_types say where
-- those of each item end. An event matches an item if it has all tags of the item and one of its
-- types; an item without types matches events of every type.
--
-- The chain is a conflict (fate 1) if an event after i_after matches one of its items, or if another
-- event than i_last is at i_after. The conditions are read under the lock that orders the flights,
-- by a statement that begins once the lock is taken: it sees every event of every earlier flight,
-- and no later one can come between. Chains of one flight do not see each other's events: the client
-- sends chains that meet one after another.
-- +goose StatementBegin
CREATE FUNCTION append_tagged_events(
    s_chain bigint[], s_type text[], s_id uuid[], s_expected bigint[],
    e_stream bigint[], e_seq bigint[], e_id uuid[], e_type text[], e_schema_version bigint[], e_data jsonb[], e_metadata jsonb[], e_occurred_at timestamptz[],
    m_event bigint[], m_type text[], m_data jsonb[],
    k_stream bigint[], k_key text[], k_fingerprint bytea[], k_keep interval[], k_events bigint[], k_last bigint[], k_position bigint[],
    s_last uuid[], r_position bigint[], r_id uuid[], r_epoch uuid,
    t_event bigint[], t_tag text[], t_person uuid[],
    i_stream bigint[], i_after bigint[], i_last uuid[], i_tags bigint[], i_types bigint[], it_tag text[], iy_type text[]
) RETURNS append_report LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' SET enable_bitmapscan = 'off' AS $$
DECLARE
    nobody  CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    report  append_report;
    broken  bigint[]; -- streams of items that an event matches
    stream  bigint;
    refused boolean;  -- some chain is
    places  bigint[]; -- of the events behind the head; NULL: its chain is refused
    meant   bigint;   -- rows to be written
    written bigint;
BEGIN
    LOCK TABLE append_lock IN EXCLUSIVE MODE; -- statements from here on see the last append
    IF cardinality(i_stream) > 0 THEN
        PERFORM set_config('lock_timeout', '250ms', true); -- everybody waits for what this flight waits for
        SELECT array_agg(item.stream) INTO broken
        FROM (
            SELECT i_stream[n] AS stream, i_after[n] AS after, i_last[n] AS last,
                   it_tag[coalesce(i_tags[n - 1], 0) + 1 : i_tags[n]] AS tags, iy_type[coalesce(i_types[n - 1], 0) + 1 : i_types[n]] AS types
            FROM generate_series(1, cardinality(i_stream)) AS n OFFSET 0 -- each slice is taken once
        ) item
        WHERE item.last <> nobody AND (SELECT e.event_id FROM events e WHERE e.position = item.after) IS DISTINCT FROM item.last
           OR (SELECT t.position FROM event_tags t
               WHERE t.tag = item.tags[1] AND t.position > item.after AND (coalesce(cardinality(item.types), 0) = 0 OR t.type = ANY (item.types))
                 AND (cardinality(item.tags) = 1 OR NOT EXISTS (
                     SELECT FROM unnest(item.tags[2:]) AS other (tag)
                     WHERE NOT EXISTS (SELECT FROM event_tags o WHERE o.tag = other.tag AND o.position = t.position)))
               ORDER BY t.position LIMIT 1) IS NOT NULL;
        FOREACH stream IN ARRAY coalesce(broken, '{}') LOOP
            s_expected[stream] := -2; -- no stream is at this version: append_events refuses the chain, unless its key has an answer
        END LOOP;
    END IF;

    report := append_events(
        s_chain, s_type, s_id, s_expected, e_stream, e_seq, e_id, e_type, e_schema_version, e_data, e_metadata, e_occurred_at,
        m_event, m_type, m_data, k_stream, k_key, k_fingerprint, k_keep, k_events, k_last, k_position, s_last, r_position, r_id, r_epoch);

    IF cardinality(t_event) > 0 THEN
        refused := NOT 0 = ALL (report.fates);
        IF refused THEN
            SELECT array_agg(CASE WHEN event.fate = 0 THEN event.place END ORDER BY event.n) INTO places FROM (
                SELECT n, report.fates[e_stream[n]] AS fate, count(*) FILTER (WHERE report.fates[e_stream[n]] = 0) OVER (ORDER BY n) AS place
                FROM generate_series(1, cardinality(e_id)) AS n
            ) event;
        END IF;
        INSERT INTO event_tags (tag, position, type, person_id)
        SELECT t_tag[n], report.head + CASE WHEN refused THEN places[t_event[n]] ELSE t_event[n] END, e_type[t_event[n]], nullif(t_person[n], nobody)
        FROM generate_series(1, cardinality(t_event)) AS n WHERE NOT refused OR places[t_event[n]] IS NOT NULL;
        GET DIAGNOSTICS written = ROW_COUNT;
        meant := cardinality(t_event);
        IF refused THEN
            meant := (SELECT count(places[t_event[n]]) FROM generate_series(1, cardinality(t_event)) AS n);
        END IF;
        IF written <> meant THEN
            RAISE EXCEPTION '% of % rows were written to event_tags: a trigger or a rule drops some', written, meant USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF nobody <> ANY (t_person) THEN
            DELETE FROM event_tags WHERE person_id IN (SELECT e.person_id FROM keys.erased e WHERE e.person_id = ANY (t_person));
        END IF;
    END IF;
    RETURN report;
END $$;
-- +goose StatementEnd

-- Functions that run with the owner's rights look up names in this migration's schema, whoever
-- calls them.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION append_tagged_events SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION append_tagged_events FROM PUBLIC;
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT role_of(program) FROM unnest(ARRAY['api', 'service']) program LOOP
        IF to_regrole(quote_ident(role)) IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON ROUTINE append_tagged_events TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION append_tagged_events;
DROP TRIGGER forget_tags ON keys.erased;
DROP FUNCTION keys.forget_tags;
DROP TABLE event_tags;
