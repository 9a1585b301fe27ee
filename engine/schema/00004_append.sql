-- A program appends by one call of a procedure, for two reasons. First, one message of the protocol
-- contains the whole flight (a batch of appends in one transaction). The server takes the lock when
-- it has the whole message, and releases the lock before it reads the next message. Second, a login
-- may call the procedure, but has no right to insert rows. So the rules of the log hold, no matter
-- which SQL a login sends.

-- +goose Up

-- append_report is the result of a flight. It has the versions of the flight's streams before the
-- flight, and the fates of their chains of appends (appends that are recorded together or not at
-- all). It also has the position of the log's last event before the flight, the id of this event,
-- and the log's epoch. standby_required says whether a standby is required.
CREATE TYPE append_report AS (
    versions bigint[], fates bigint[], head bigint, head_id uuid, epoch uuid, standby_required boolean
);

-- append_events records a flight, under the lock. The call of append_events is the argument of a
-- call of append_flight, which commits.
--
-- The arguments are columns of streams (s_…), events (e_…), messages (m_…) and idempotency keys
-- (k_…). Rows refer to each other by number, from 1. Either all streams of a chain of appends get
-- their events, or none of them does. In the result, versions has the version of each stream before
-- the flight. fates has one number for each stream, which says what happened to the chain of
-- appends that contains the stream: 0 appended, 1 conflict, 2 the stream has another type, 3 the
-- key has an answer already, 4 the log is not in the state that the flight requires.
--
-- The flight requires a state of the log: the epoch must be r_epoch, and the events at r_position
-- must have the ids r_id. If the log is in another state, append_events records nothing, and
-- returns the fate 4 for each stream. If r_id has only one event and the log ends with this event,
-- append_events compares nothing else, and returns NULL as the epoch. In this case, everything that
-- the sending process remembers of the log is still true. If a new epoch has begun without a new
-- event, the process learns of this epoch later.
--
-- s_last has the ids of the events at the versions s_expected. If a stream has another event
-- there, the result is a conflict. The nil UUID in s_last matches any event.
--
-- These rules hold for any arguments: positions continue from the end of the log without gaps,
-- versions continue from the stream's last version without gaps, and a stream keeps its type. The
-- lengths of s_id, e_id, m_event and k_key say how many rows each group of columns has.
-- append_events ignores values after these lengths. A value that is missing, is NULL or is in a
-- further dimension of an array violates a constraint of the tables.
-- +goose StatementBegin
CREATE FUNCTION append_events(
    s_chain bigint[], s_type text[], s_id uuid[], s_expected bigint[],
    e_stream bigint[], e_seq bigint[], e_id uuid[], e_type text[], e_schema_version bigint[], e_data jsonb[], e_metadata jsonb[], e_occurred_at timestamptz[],
    m_event bigint[], m_type text[], m_data jsonb[],
    k_stream bigint[], k_key text[], k_fingerprint bytea[], k_keep interval[], k_events bigint[], k_last bigint[], k_position bigint[],
    s_last uuid[], r_position bigint[], r_id uuid[], r_epoch uuid
) RETURNS append_report LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
    report   append_report;
    events   bigint := cardinality(e_id);
    recorded timestamptz;
    passed   bigint;   -- the value of elapsed.seconds
    refused  boolean;  -- true: at least one chain of appends is refused
    intact   boolean;  -- true: the log has all events of r_id; NULL: r_id is empty
    answered bigint[]; -- numbers of streams whose key has an answer; NULL: none
    places   bigint[]; -- position of each event, minus report.head; NULL: its chain of appends is refused
    meant    bigint;   -- number of rows to write to a table
    -- Number of rows that were written. A trigger or a rule that somebody has added may drop rows.
    written  bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'appends need READ COMMITTED: each statement must see the last append' USING ERRCODE = 'feature_not_supported';
    END IF;
    LOCK TABLE append_lock IN EXCLUSIVE MODE; -- from here on, each statement sees the last append

    -- The search for a stream's last version begins at the expected version: an index scan reads
    -- all matching entries of an index page in one step, and a page may have many versions of a
    -- long stream. If the clock was set back by at most a minute, recorded_at does not decrease. If
    -- the last recorded_at is more than a minute in the future, the clock was wrong at that time,
    -- and the new recorded_at is the clock's current time.
    SELECT coalesce(last.position, 0), last.event_id,
           CASE WHEN last.recorded_at > clock_timestamp() + interval '1 minute' THEN clock_timestamp() ELSE greatest(last.recorded_at, clock_timestamp()) END,
           found.versions, found.fates, coalesce(found.refused, false), current_setting('synchronous_standby_names') <> '',
           CASE WHEN cardinality(k_key) > 0 THEN (SELECT c.seconds FROM elapsed c) END,
           -- While this flight waits for a lock, all other flights wait, too.
           set_config('lock_timeout', '250ms', true)
    INTO report.head, report.head_id, recorded, report.versions, report.fates, refused, report.standby_required, passed
    FROM (
        SELECT array_agg(stream.version) AS versions, array_agg(stream.fate) AS fates, bool_or(stream.fate > 0) AS refused
        FROM (
            SELECT coalesce(l.version, 0) AS version,
                   CASE WHEN l.stream_type <> s_type[n] THEN 2 WHEN (s_expected[n] IN (-1, coalesce(l.version, 0))) IS NOT TRUE THEN 1
                        WHEN s_last[n] NOT IN ('00000000-0000-0000-0000-000000000000', l.event_id) THEN 1 ELSE 0 END AS fate
            FROM generate_series(1, cardinality(s_id)) AS n LEFT JOIN LATERAL (
                SELECT e.version, e.stream_type, e.event_id
                FROM events e WHERE e.stream_id = s_id[n] AND e.version >= s_expected[n] ORDER BY e.version DESC LIMIT 1
            ) l ON true
        ) stream
    ) found
    LEFT JOIN (SELECT e.position, e.event_id, e.recorded_at FROM events e ORDER BY e.position DESC LIMIT 1) last ON true;

    IF cardinality(r_id) > 1 OR r_id[1] IS DISTINCT FROM report.head_id THEN
        SELECT bool_and((SELECT e.event_id FROM events e WHERE e.position = r_position[n]) IS NOT DISTINCT FROM r_id[n]) INTO intact
        FROM generate_series(1, cardinality(r_id)) AS n;
        report.epoch := (SELECT l.epoch FROM log_epochs l ORDER BY l.number DESC LIMIT 1);
        IF NOT intact OR report.epoch IS DISTINCT FROM r_epoch THEN
            report.versions := array_fill(0::bigint, ARRAY[coalesce(cardinality(s_id), 0)]);
            report.fates := array_fill(4::bigint, ARRAY[coalesce(cardinality(s_id), 0)]);
            RETURN report;
        END IF;
    END IF;

    IF cardinality(k_key) > 0 THEN
        SELECT array_agg(k_stream[n]) INTO answered
        FROM generate_series(1, cardinality(k_key)) AS n CROSS JOIN LATERAL (
            -- LIMIT 1 makes PostgreSQL look up each key separately, by the index. A join could read
            -- all rows of the table.
            SELECT k.expires_after FROM idempotency_keys k WHERE k.key = k_key[n] LIMIT 1
        ) k
        WHERE k.expires_after > passed;
        refused := refused OR answered IS NOT NULL;
    END IF;
    IF refused THEN
        SELECT array_agg(chain.fate ORDER BY chain.n) INTO report.fates FROM (
            SELECT n, max(CASE WHEN n = ANY (answered) THEN 3 ELSE report.fates[n] END) OVER (PARTITION BY s_chain[n]) AS fate
            FROM generate_series(1, cardinality(s_id)) AS n
        ) chain;
        SELECT array_agg(CASE WHEN report.fates[e_stream[place.n]] = 0 THEN place.place END ORDER BY place.n) INTO places FROM (
            SELECT n, count(*) FILTER (WHERE report.fates[e_stream[n]] = 0) OVER (ORDER BY n) AS place
            FROM generate_series(1, events) AS n
        ) place;
    END IF;
    IF events > 1 OR e_seq[1] IS DISTINCT FROM 1 THEN
        IF EXISTS (SELECT FROM generate_series(1, events) AS n GROUP BY e_stream[n]
                   -- If two events have the same number, a constraint of the log is violated
                   -- later.
                   HAVING (min(e_seq[n]) = 1 AND max(e_seq[n]) = count(*)) IS NOT TRUE) THEN
            RAISE EXCEPTION 'the versions of a stream would have a hole' USING ERRCODE = 'check_violation';
        END IF;
    END IF;

    INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
    SELECT report.head + CASE WHEN refused THEN places[n] ELSE n END, s_type[e_stream[n]], s_id[e_stream[n]], report.versions[e_stream[n]] + e_seq[n],
           e_id[n], e_type[n], e_schema_version[n], e_data[n], e_metadata[n], e_occurred_at[n], recorded
    FROM generate_series(1, events) AS n WHERE NOT refused OR places[n] IS NOT NULL;
    GET DIAGNOSTICS written = ROW_COUNT;
    meant := coalesce(CASE WHEN refused THEN cardinality(array_remove(places, NULL)) ELSE events END, 0);
    IF written <> meant THEN
        RAISE EXCEPTION '% of % rows were written to events: a trigger or a rule drops some', written, meant USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF cardinality(m_event) > 0 THEN
        INSERT INTO outbox (position, event_id, stream_id, type, data, traceparent, occurred_at)
        SELECT report.head + CASE WHEN refused THEN places[m_event[n]] ELSE m_event[n] END, e_id[m_event[n]], s_id[e_stream[m_event[n]]],
               m_type[n], m_data[n], e_metadata[m_event[n]] ->> 'traceparent', e_occurred_at[m_event[n]]
        FROM generate_series(1, cardinality(m_event)) AS n WHERE NOT refused OR places[m_event[n]] IS NOT NULL;
        GET DIAGNOSTICS written = ROW_COUNT;
        meant := cardinality(m_event);
        IF refused THEN
            meant := (SELECT count(places[m_event[n]]) FROM generate_series(1, cardinality(m_event)) AS n);
        END IF;
        IF written <> meant THEN
            RAISE EXCEPTION '% of % rows were written to outbox: a trigger or a rule drops some', written, meant USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF cardinality(k_key) > 0 THEN
        INSERT INTO idempotency_keys AS k (key, fingerprint, stream_id, version, position, expires_at, expires_after)
        SELECT k_key[n], k_fingerprint[n], s_id[k_stream[n]], report.versions[k_stream[n]] + k_events[n],
               CASE WHEN k_last[n] = 0 THEN k_position[n] WHEN refused THEN report.head + places[k_last[n]] ELSE report.head + k_last[n] END,
               clock_timestamp() + k_keep[n],
               passed + CASE WHEN k_keep[n] > interval '0' THEN ceil(extract(epoch FROM k_keep[n]))::bigint + 30 ELSE 0 END
        FROM generate_series(1, cardinality(k_key)) AS n WHERE report.fates[k_stream[n]] = 0
        ON CONFLICT (key) DO UPDATE -- the existing key has always expired: see answered
        SET fingerprint = excluded.fingerprint, stream_id = excluded.stream_id, version = excluded.version,
            position = excluded.position, expires_at = excluded.expires_at, expires_after = excluded.expires_after;
        GET DIAGNOSTICS written = ROW_COUNT;
        meant := cardinality(k_key);
        IF refused THEN
            meant := (SELECT count(*) FROM generate_series(1, cardinality(k_key)) AS n WHERE report.fates[k_stream[n]] = 0);
        END IF;
        IF written <> meant THEN
            RAISE EXCEPTION '% of % rows were written to idempotency_keys: a trigger or a rule drops some', written, meant USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN report;
END $$;
-- +goose StatementEnd

-- append_flight commits the flight that its argument has recorded. The lock, the append and the
-- commit are in one statement. So the server never waits for the client while the lock is taken.
-- +goose StatementBegin
CREATE PROCEDURE append_flight(INOUT report append_report) LANGUAGE plpgsql AS $$
BEGIN
    COMMIT;
END $$;
-- +goose StatementEnd

-- take_append_lock takes the append lock. take_append_lock returns after all flights that were sent
-- earlier have committed or failed.
-- +goose StatementBegin
CREATE PROCEDURE take_append_lock() LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    LOCK TABLE append_lock IN EXCLUSIVE MODE;
END $$;
-- +goose StatementEnd

-- find_flight returns the versions and the positions of the events with the given ids. find_flight
-- first waits until all flights that may still write these events have ended. If a standby is
-- required, this standby has the returned events, too.
-- +goose StatementBegin
CREATE PROCEDURE find_flight(ids uuid[], OUT event_ids uuid[], OUT versions bigint[], OUT positions bigint[]) LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        ROLLBACK;
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    END IF;
    CALL take_append_lock();
    SELECT array_agg(l.event_id), array_agg(l.version), array_agg(l.position) INTO event_ids, versions, positions
    FROM events l WHERE l.event_id = ANY (ids);
    IF current_setting('synchronous_standby_names') <> '' THEN
        -- A COMMIT waits for the standby only if its transaction has written something.
        PERFORM pg_logical_emit_message(true, 'await standby', '');
    END IF;
    COMMIT;
END $$;
-- +goose StatementEnd

-- Functions with the owner's rights (SECURITY DEFINER) look up names in the schema of this
-- migration, no matter which role calls them.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION append_events SET search_path = pg_catalog, %I, pg_temp', current_schema());
    EXECUTE format('ALTER PROCEDURE take_append_lock SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON ROUTINE append_events, append_flight, take_append_lock, find_flight FROM PUBLIC;
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT role_of(program) FROM unnest(ARRAY['api', 'service']) program LOOP
        IF to_regrole(quote_ident(role)) IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON ROUTINE append_events, append_flight, take_append_lock, find_flight TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP ROUTINE find_flight, take_append_lock, append_flight, append_events;
DROP TYPE append_report;
