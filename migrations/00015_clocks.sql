-- What must last for a time is measured in time that has passed, not by the server's clock,
-- which somebody may set.

-- +goose Up

-- Seconds that have passed while an API process ran, at most: one that has seen a number for
-- 30 seconds, by a clock that nobody can set, makes it 30 higher. It never goes faster than
-- time, however many they are, and stands still while none runs.
CREATE TABLE elapsed (
    seconds bigint  NOT NULL DEFAULT 0 CHECK (seconds >= 0),
    one     boolean PRIMARY KEY DEFAULT true CHECK (one)
);
INSERT INTO elapsed DEFAULT VALUES;
SELECT grant_to('pgcqrs_api', 'SELECT, UPDATE (seconds)', 'elapsed');
SELECT grant_to('pgcqrs_service', 'SELECT, UPDATE (seconds)', 'elapsed');

-- A key is kept until elapsed is there: 30 seconds longer than asked for, because the number
-- that was read may have been about to change. expires_at stays, for people.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER TABLE idempotency_keys ADD COLUMN expires_after bigint NOT NULL DEFAULT %s',
        (SELECT coalesce(ceil(extract(epoch FROM max(expires_at) - now()))::bigint, 0) + 30 FROM idempotency_keys));
    ALTER TABLE idempotency_keys ALTER COLUMN expires_after DROP DEFAULT;
END $$;
-- +goose StatementEnd
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_after);
DROP INDEX idempotency_keys_expiry;

-- append_events as before, but for the time of recording and the expiry of keys.
-- +goose StatementBegin
CREATE OR REPLACE PROCEDURE append_events(
    s_chain bigint[], s_type text[], s_id uuid[], s_expected bigint[],
    e_stream bigint[], e_seq bigint[], e_id uuid[], e_type text[], e_schema_version bigint[], e_data jsonb[], e_metadata jsonb[], e_occurred_at timestamptz[],
    m_event bigint[], m_type text[], m_data jsonb[],
    k_stream bigint[], k_key text[], k_fingerprint bytea[], k_keep interval[], k_events bigint[], k_last bigint[], k_position bigint[],
    OUT versions bigint[], OUT fates bigint[], OUT head bigint, OUT head_id uuid, OUT epoch uuid, OUT standby_required boolean
) LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
    events   bigint := cardinality(e_id);
    recorded timestamptz;
    refused  boolean;  -- some chain is
    answered bigint[]; -- streams whose key has an answer; NULL: none
    places   bigint[]; -- of the events behind the head; NULL: its chain is refused
BEGIN
    LOCK TABLE append_lock IN EXCLUSIVE MODE; -- statements from here on see the last append

    -- A version is looked for from the expected one on: the index hands over what it finds by
    -- the page, and a long stream has many versions on one. The time of recording does not
    -- fall when the clock is set back a little, nor stay where the clock was by mistake.
    SELECT coalesce(last.position, 0), last.event_id,
           CASE WHEN last.recorded_at > clock_timestamp() + interval '1 minute' THEN clock_timestamp() ELSE greatest(last.recorded_at, clock_timestamp()) END,
           found.versions, found.fates, coalesce(found.refused, false), current_setting('synchronous_standby_names') <> '',
           set_config('lock_timeout', '250ms', true) -- everybody waits for what this flight waits for
    INTO head, head_id, recorded, versions, fates, refused, standby_required
    FROM (
        SELECT array_agg(stream.version) AS versions, array_agg(stream.fate) AS fates, bool_or(stream.fate > 0) AS refused
        FROM (
            SELECT coalesce(l.version, 0) AS version,
                   CASE WHEN l.stream_type <> s_type[n] THEN 2 WHEN s_expected[n] NOT IN (-1, coalesce(l.version, 0)) THEN 1 ELSE 0 END AS fate
            FROM generate_series(1, cardinality(s_id)) AS n LEFT JOIN LATERAL (
                SELECT e.version, e.stream_type
                FROM events e WHERE e.stream_id = s_id[n] AND e.version >= s_expected[n] ORDER BY e.version DESC LIMIT 1
            ) l ON true
        ) stream
    ) found
    LEFT JOIN (SELECT e.position, e.event_id, e.recorded_at FROM events e ORDER BY e.position DESC LIMIT 1) last ON true;

    IF cardinality(k_key) > 0 THEN
        SELECT array_agg(k_stream[n]) INTO answered FROM generate_series(1, cardinality(k_key)) AS n
        WHERE EXISTS (SELECT FROM idempotency_keys k WHERE k.key = k_key[n] AND k.expires_after > (SELECT c.seconds FROM elapsed c));
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
        INSERT INTO idempotency_keys AS k (key, fingerprint, stream_id, version, position, expires_at, expires_after)
        SELECT k_key[n], k_fingerprint[n], s_id[k_stream[n]], versions[k_stream[n]] + k_events[n],
               CASE WHEN k_last[n] = 0 THEN k_position[n] WHEN refused THEN head + places[k_last[n]] ELSE head + k_last[n] END,
               clock_timestamp() + k_keep[n],
               (SELECT c.seconds FROM elapsed c) + CASE WHEN k_keep[n] > interval '0' THEN ceil(extract(epoch FROM k_keep[n]))::bigint + 30 ELSE 0 END
        FROM generate_series(1, cardinality(k_key)) AS n WHERE fates[k_stream[n]] = 0
        ON CONFLICT (key) DO UPDATE -- only ever an expired one: see answered
        SET fingerprint = excluded.fingerprint, stream_id = excluded.stream_id, version = excluded.version,
            position = excluded.position, expires_at = excluded.expires_at, expires_after = excluded.expires_after;
    END IF;
END $$;
-- +goose StatementEnd

-- What is replaced loses its settings.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER PROCEDURE append_events SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd

-- +goose Down
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
-- append_events needs what goes: go down by the migration before, too.
ALTER TABLE idempotency_keys DROP COLUMN expires_after;
DROP TABLE elapsed;
