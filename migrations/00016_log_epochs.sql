-- Epochs of the log, so that a log that went back is noticed, and a position of before is
-- not taken for one of now.

-- +goose Up

-- The log's epochs; that with the highest number is now's. Another one begins when positions
-- are given again to other events: after a failover that lost commits, or a restore. Whoever
-- finds that adds a row, so that everybody else hears of it.
CREATE TABLE log_epochs (
    number    bigint      PRIMARY KEY CHECK (number > 0), -- of two that find it, one adds the next
    epoch     uuid        NOT NULL UNIQUE,                -- the Log-Epoch of clients
    head      bigint      NOT NULL CHECK (head >= 0),     -- of the log when the epoch began
    lost_head bigint,                                     -- a head of the epoch before that is not there any more; NULL: none is known
    began_by  text        NOT NULL,                       -- session that added it
    began_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON log_epochs
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON log_epochs
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE log_epochs ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE log_epochs ENABLE ALWAYS TRIGGER append_only_truncate;

INSERT INTO log_epochs (number, epoch, head, began_by)
SELECT 1, gen_random_uuid(), coalesce(max(position), 0), 'migrate' FROM events;

SELECT grant_to('pgcqrs_api', 'SELECT, INSERT', 'log_epochs');
SELECT grant_to('pgcqrs_projector', 'SELECT, INSERT', 'log_epochs');
SELECT grant_to('pgcqrs_service', 'SELECT, INSERT', 'log_epochs');

ALTER TABLE checkpoints
    -- The event that the checkpoint was moved to, so that a log that went back is noticed when
    -- it has grown past the checkpoint again. They count if event_position is position: a
    -- program of the release before moves that alone, and so does a hand.
    ADD COLUMN event_position bigint,
    ADD COLUMN event_id uuid,
    -- Where the log ended when it was found that it went back and the checkpoint did not, as far
    -- as is known. The projection stands still from then on until an operator decides: some of
    -- what it was given is gone, and what came instead it was not given. NULL: it goes on.
    ADD COLUMN ahead_of bigint;

-- append_events_on is append_events, if the log is the one that the flight rests on: it is in
-- the epoch r_epoch, and the events r_id are at r_position. Else nothing is recorded, and the
-- fate of each stream is 4. s_last are the events that led to s_expected; another one there
-- is a conflict, and the nil UUID is any. It returns the epoch, too.
-- +goose StatementBegin
CREATE PROCEDURE append_events_on(
    s_chain bigint[], s_type text[], s_id uuid[], s_expected bigint[],
    e_stream bigint[], e_seq bigint[], e_id uuid[], e_type text[], e_schema_version bigint[], e_data jsonb[], e_metadata jsonb[], e_occurred_at timestamptz[],
    m_event bigint[], m_type text[], m_data jsonb[],
    k_stream bigint[], k_key text[], k_fingerprint bytea[], k_keep interval[], k_events bigint[], k_last bigint[], k_position bigint[],
    s_last uuid[], r_position bigint[], r_id uuid[], r_epoch uuid,
    OUT versions bigint[], OUT fates bigint[], OUT head bigint, OUT head_id uuid, OUT epoch uuid, OUT standby_required boolean
) LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
    events   bigint := cardinality(e_id);
    recorded timestamptz;
    refused  boolean;  -- some chain is
    intact   boolean;  -- the log is the one that the flight rests on
    answered bigint[]; -- streams whose key has an answer; NULL: none
    places   bigint[]; -- of the events behind the head; NULL: its chain is refused
BEGIN
    LOCK TABLE append_lock IN EXCLUSIVE MODE; -- statements from here on see the last append

    -- A version is looked for from the expected one on: the index hands over what it finds by
    -- the page, and a long stream has many versions on one. The clock may be set back.
    SELECT coalesce(last.position, 0), last.event_id, greatest(last.recorded_at, clock_timestamp()),
           found.versions, found.fates, coalesce(found.refused, false), current_setting('synchronous_standby_names') <> '',
           newest.epoch, newest.epoch IS NOT DISTINCT FROM r_epoch AND rests.there,
           set_config('lock_timeout', '250ms', true) -- everybody waits for what this flight waits for
    INTO head, head_id, recorded, versions, fates, refused, standby_required, epoch, intact
    FROM (
        SELECT array_agg(stream.version) AS versions, array_agg(stream.fate) AS fates, bool_or(stream.fate > 0) AS refused
        FROM (
            SELECT coalesce(l.version, 0) AS version,
                   CASE WHEN l.stream_type <> s_type[n] THEN 2 WHEN s_expected[n] NOT IN (-1, coalesce(l.version, 0)) THEN 1
                        WHEN s_last[n] NOT IN ('00000000-0000-0000-0000-000000000000', l.event_id) THEN 1 ELSE 0 END AS fate
            FROM generate_series(1, cardinality(s_id)) AS n LEFT JOIN LATERAL (
                SELECT e.version, e.stream_type, e.event_id
                FROM events e WHERE e.stream_id = s_id[n] AND e.version >= s_expected[n] ORDER BY e.version DESC LIMIT 1
            ) l ON true
        ) stream
    ) found
    LEFT JOIN (SELECT e.position, e.event_id, e.recorded_at FROM events e ORDER BY e.position DESC LIMIT 1) last ON true
    LEFT JOIN (SELECT l.epoch FROM log_epochs l ORDER BY l.number DESC LIMIT 1) newest ON true
    CROSS JOIN (
        SELECT coalesce(bool_and((SELECT e.event_id FROM events e WHERE e.position = r_position[n]) IS NOT DISTINCT FROM r_id[n]), true) AS there
        FROM generate_series(1, cardinality(r_id)) AS n
    ) rests;

    IF NOT intact THEN
        versions := array_fill(0::bigint, ARRAY[coalesce(cardinality(s_id), 0)]);
        fates := array_fill(4::bigint, ARRAY[coalesce(cardinality(s_id), 0)]);
        RETURN;
    END IF;

    IF cardinality(k_key) > 0 THEN
        SELECT array_agg(k_stream[n]) INTO answered FROM generate_series(1, cardinality(k_key)) AS n
        WHERE EXISTS (SELECT FROM idempotency_keys k WHERE k.key = k_key[n] AND k.expires_at > clock_timestamp());
        refused := refused OR answered IS NOT NULL;
    END IF;
    IF refused THEN
        SELECT array_agg(chain.fate ORDER BY chain.n) INTO fates FROM (
            SELECT n, max(CASE WHEN n = ANY (answered) THEN 3 ELSE fates[n] END) OVER (PARTITION BY s_chain[n]) AS fate
            FROM generate_series(1, cardinality(s_id)) AS n
        ) chain;
        SELECT array_agg(CASE WHEN fates[e_stream[place.n]] = 0 THEN place.place END ORDER BY place.n) INTO places FROM (
            SELECT n, count(*) FILTER (WHERE fates[e_stream[n]] = 0) OVER (ORDER BY n) AS place
            FROM generate_series(1, events) AS n
        ) place;
    END IF;
    IF events > 1 OR e_seq[1] <> 1 THEN
        IF EXISTS (SELECT FROM unnest(e_stream, e_seq) AS e (stream, seq) GROUP BY e.stream
                   HAVING min(e.seq) <> 1 OR max(e.seq) <> count(*)) THEN -- two of one number violate a constraint of the log
            RAISE EXCEPTION 'the versions of a stream would have a hole' USING ERRCODE = 'check_violation';
        END IF;
    END IF;

    INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
    SELECT head + CASE WHEN refused THEN places[n] ELSE n END, s_type[e_stream[n]], s_id[e_stream[n]], versions[e_stream[n]] + e_seq[n],
           e_id[n], e_type[n], e_schema_version[n], e_data[n], e_metadata[n], e_occurred_at[n], recorded
    FROM generate_series(1, events) AS n WHERE NOT refused OR places[n] IS NOT NULL;
    IF cardinality(m_event) > 0 THEN
        INSERT INTO outbox (position, event_id, stream_id, type, data, traceparent, occurred_at)
        SELECT head + CASE WHEN refused THEN places[m_event[n]] ELSE m_event[n] END, e_id[m_event[n]], s_id[e_stream[m_event[n]]],
               m_type[n], m_data[n], e_metadata[m_event[n]] ->> 'traceparent', e_occurred_at[m_event[n]]
        FROM generate_series(1, cardinality(m_event)) AS n WHERE NOT refused OR places[m_event[n]] IS NOT NULL;
    END IF;
    IF cardinality(k_key) > 0 THEN
        INSERT INTO idempotency_keys AS k (key, fingerprint, stream_id, version, position, expires_at)
        SELECT k_key[n], k_fingerprint[n], s_id[k_stream[n]], versions[k_stream[n]] + k_events[n],
               CASE WHEN k_last[n] = 0 THEN k_position[n] WHEN refused THEN head + places[k_last[n]] ELSE head + k_last[n] END,
               clock_timestamp() + k_keep[n]
        FROM generate_series(1, cardinality(k_key)) AS n WHERE fates[k_stream[n]] = 0
        ON CONFLICT (key) DO UPDATE -- only ever an expired one: see answered
        SET fingerprint = excluded.fingerprint, stream_id = excluded.stream_id, version = excluded.version,
            position = excluded.position, expires_at = excluded.expires_at;
    END IF;
END $$;
-- +goose StatementEnd

-- append_flight_on is append_flight, if the log is the one that the flight rests on.
-- +goose StatementBegin
CREATE PROCEDURE append_flight_on(
    s_chain bigint[], s_type text[], s_id uuid[], s_expected bigint[],
    e_stream bigint[], e_seq bigint[], e_id uuid[], e_type text[], e_schema_version bigint[], e_data jsonb[], e_metadata jsonb[], e_occurred_at timestamptz[],
    m_event bigint[], m_type text[], m_data jsonb[],
    k_stream bigint[], k_key text[], k_fingerprint bytea[], k_keep interval[], k_events bigint[], k_last bigint[], k_position bigint[],
    s_last uuid[], r_position bigint[], r_id uuid[], r_epoch uuid,
    OUT versions bigint[], OUT fates bigint[], OUT head bigint, OUT head_id uuid, OUT epoch uuid, OUT standby_required boolean
) LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN -- it takes a snapshot a statement
        ROLLBACK;
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    END IF;
    CALL append_events_on(s_chain, s_type, s_id, s_expected,
        e_stream, e_seq, e_id, e_type, e_schema_version, e_data, e_metadata, e_occurred_at,
        m_event, m_type, m_data,
        k_stream, k_key, k_fingerprint, k_keep, k_events, k_last, k_position,
        s_last, r_position, r_id, r_epoch,
        versions, fates, head, head_id, epoch, standby_required);
    COMMIT;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    EXECUTE format('ALTER PROCEDURE append_events_on SET search_path = pg_catalog, %I, pg_temp', current_schema());
    REVOKE EXECUTE ON PROCEDURE append_events_on, append_flight_on FROM PUBLIC;
    FOREACH role IN ARRAY ARRAY['pgcqrs_api', 'pgcqrs_service'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('GRANT EXECUTE ON PROCEDURE append_events_on, append_flight_on TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP PROCEDURE append_flight_on, append_events_on;
ALTER TABLE checkpoints DROP COLUMN event_position, DROP COLUMN event_id, DROP COLUMN ahead_of;
DROP TABLE log_epochs;
