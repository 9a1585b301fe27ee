-- Tags of events, and appends with a condition. Such an append is refused if a matching event was
-- recorded after the position up to which the decision of the append has read the log.

-- +goose Up

-- event_tags has a row for each tag of an event. Only append_tags writes rows, in the transaction
-- that records the event. An event without tags has no row. The append of such an event does not
-- write to the table. This migration adds no rows to event_tags, and changes no row of events.
CREATE TABLE event_tags (
    -- With COLLATE "C", an upgrade of the system's locales can't damage the index.
    tag      text   COLLATE "C" NOT NULL CHECK (octet_length(tag) BETWEEN 1 AND 255),
    position bigint NOT NULL CHECK (position > 0),
    -- Type of the event, so that a check of a condition reads only the index.
    type     text   COLLATE "C" NOT NULL,
    PRIMARY KEY (tag, position) INCLUDE (type)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON event_tags
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON event_tags
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE event_tags ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE event_tags ENABLE ALWAYS TRIGGER append_only_truncate;

-- The table is insert-only. Without these settings, autovacuum would seldom mark pages as
-- all-visible. Index-only scans need these marks.
ALTER TABLE event_tags SET (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

SELECT grant_to(program, 'SELECT', 'event_tags') FROM unnest(ARRAY['api', 'projector', 'service']) program;

-- check_conditions returns the versions that append_events must expect. The result is s_expected,
-- with -2 for each stream whose condition is broken. No stream is at version -2, so append_events
-- refuses the chain of appends: with fate 1, or with fate 3 if the idempotency key of the chain of
-- appends already has an answer. A call of check_conditions is an argument of append_events.
--
-- The arguments are columns of items (i_…): i_stream is a stream of the chain of appends that
-- depends on the item, i_after is the position up to which the decision has read, and i_last is the
-- event there. The nil UUID in i_last matches any event. it_tag has the tags of all items, and
-- iy_type has the types of all items. i_tags and i_types say where the tags and the types of each
-- item end. An event matches an item if it has all tags of the item and one of the item's types. An
-- item without types matches events of every type.
--
-- A condition is broken in each of these cases: an event after i_after matches one of the
-- condition's items; the event at i_after is not i_last; the log ends before i_after; more than
-- 1,000 events after i_after have the first tag of an item. The last case limits how much is read
-- while all other flights wait for the lock. If the client reads the events again, its condition
-- gets a later position.
--
-- check_conditions reads events under the lock that orders the flights. Its statement begins after
-- the lock is taken. So the statement sees every event of every earlier flight, and no other flight
-- can append an event between this check and the append. The check of the condition of a chain of
-- appends leaves out the events of the other chains of appends in the same flight. Therefore two
-- chains of appends must be in separate flights if the condition of one may match events of the
-- other. The client sends these flights one after another.
-- +goose StatementBegin
CREATE FUNCTION check_conditions(
    s_expected bigint[],
    i_stream bigint[], i_after bigint[], i_last uuid[], i_tags bigint[], i_types bigint[], it_tag text[], iy_type text[]
) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' SET enable_bitmapscan = 'off' AS $$
DECLARE
    most   CONSTANT bigint := 1000; -- limit: entries of an item's first tag to read
    broken bigint[]; -- numbers of the streams whose condition is broken
    stream bigint;
BEGIN
    LOCK TABLE append_lock IN EXCLUSIVE MODE; -- from here on, each statement sees the last append
    -- While this flight waits for a lock, all other flights wait, too.
    PERFORM set_config('lock_timeout', '250ms', true);
    SELECT array_agg(item.stream) INTO broken
    FROM (
        SELECT i_stream[n] AS stream, i_after[n] AS after, i_last[n] AS last,
               it_tag[coalesce(i_tags[n - 1], 0) + 1 : i_tags[n]] AS tags, iy_type[coalesce(i_types[n - 1], 0) + 1 : i_types[n]] AS types
        -- OFFSET 0 makes PostgreSQL compute each slice only once.
        FROM generate_series(1, cardinality(i_stream)) AS n OFFSET 0
    ) item
    WHERE item.last <> '00000000-0000-0000-0000-000000000000' AND (SELECT e.event_id FROM events e WHERE e.position = item.after) IS DISTINCT FROM item.last
       OR item.after > coalesce((SELECT e.position FROM events e ORDER BY e.position DESC LIMIT 1), 0)
       OR EXISTS (SELECT FROM (
              SELECT t.position, t.type, row_number() OVER (ORDER BY t.position) AS number FROM event_tags t
              WHERE t.tag = item.tags[1] AND t.position > item.after ORDER BY t.position LIMIT most + 1
          ) later
          WHERE later.number > most OR (coalesce(cardinality(item.types), 0) = 0 OR later.type = ANY (item.types))
            AND (cardinality(item.tags) = 1 OR NOT EXISTS (
                SELECT FROM unnest(item.tags[2:]) AS other (tag)
                WHERE NOT EXISTS (SELECT FROM event_tags o WHERE o.tag = other.tag AND o.position = later.position))));
    FOREACH stream IN ARRAY coalesce(broken, '{}') LOOP
        s_expected[stream] := -2;
    END LOOP;
    RETURN s_expected;
END $$;
-- +goose StatementEnd

-- append_tags records the tags of the events that append_events has recorded. t_event is the
-- number of an event, and t_tag is a tag of this event. append_tags is called with the report of
-- append_events, and returns this report. No arguments can make append_tags record a tag after
-- the end of the log. Such a tag would break every condition.
-- +goose StatementBegin
CREATE FUNCTION append_tags(
    report append_report, e_stream bigint[], e_type text[], t_event bigint[], t_tag text[]
) RETURNS append_report LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
    refused boolean := NOT 0 = ALL (report.fates); -- true: at least one chain of appends is refused
    places  bigint[]; -- position of each event, minus report.head; NULL: its chain of appends is refused
    meant   bigint := cardinality(t_event); -- number of rows to write
    written bigint;
BEGIN
    IF refused THEN
        SELECT array_agg(CASE WHEN event.fate = 0 THEN event.place END ORDER BY event.n) INTO places FROM (
            SELECT n, report.fates[e_stream[n]] AS fate, count(*) FILTER (WHERE report.fates[e_stream[n]] = 0) OVER (ORDER BY n) AS place
            FROM generate_series(1, cardinality(e_stream)) AS n
        ) event;
        meant := (SELECT count(places[t_event[n]]) FROM generate_series(1, cardinality(t_event)) AS n);
    END IF;
    IF meant > 0 THEN
        INSERT INTO event_tags (tag, position, type)
        SELECT t_tag[n], report.head + CASE WHEN refused THEN places[t_event[n]] ELSE t_event[n] END, e_type[t_event[n]]
        FROM generate_series(1, cardinality(t_event)) AS n
        WHERE (NOT refused OR places[t_event[n]] IS NOT NULL)
          AND report.head + CASE WHEN refused THEN places[t_event[n]] ELSE t_event[n] END <= (SELECT e.position FROM events e ORDER BY e.position DESC LIMIT 1);
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written <> meant THEN
            RAISE EXCEPTION '% of % rows were written to event_tags: a trigger or a rule drops some, or they are of no event', written, meant USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN report;
END $$;
-- +goose StatementEnd

-- Functions with the owner's rights (SECURITY DEFINER) look up names in the schema of this
-- migration, no matter which role calls them.
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    EXECUTE format('ALTER FUNCTION check_conditions SET search_path = pg_catalog, %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION append_tags SET search_path = pg_catalog, %I, pg_temp', current_schema());
    REVOKE EXECUTE ON FUNCTION check_conditions, append_tags FROM PUBLIC;
    FOR role IN SELECT role_of(program) FROM unnest(ARRAY['api', 'service']) program LOOP
        IF to_regrole(quote_ident(role)) IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON ROUTINE check_conditions, append_tags TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION append_tags, check_conditions;
DROP TABLE event_tags;
