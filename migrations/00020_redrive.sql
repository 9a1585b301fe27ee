-- Dead messages go back to the outbox by the projector's login, which may not write there itself.

-- +goose Up

-- redrive moves what is dead of a stream back to the outbox, but for what was dropped, and returns
-- how many messages there were. Only messages of events that are in the log: others would take the
-- places of those that come.
CREATE FUNCTION redrive(stream uuid) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$
    WITH back AS (
        DELETE FROM dead_messages d WHERE d.stream_id = stream AND d.dropped_at IS NULL
          AND EXISTS (SELECT FROM events e WHERE e.position = d.position AND e.event_id = d.event_id AND e.stream_id = d.stream_id)
        RETURNING position, event_id, stream_id, type, data, traceparent, occurred_at
    ), sent AS (
        INSERT INTO outbox (position, event_id, stream_id, type, data, traceparent, occurred_at)
        SELECT position, event_id, stream_id, type, data, traceparent, occurred_at FROM back
        RETURNING position
    )
    SELECT count(*) FROM sent
$$;

-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION redrive SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION redrive FROM PUBLIC;

-- Also to the roles of before, where logins are still in them.
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT prefix || program FROM role_names, unnest(ARRAY['projector', 'service']) program LOOP
        IF has_table_privilege(to_regrole(quote_ident(role)), 'dead_messages', 'DELETE') THEN -- else it is another database's
            EXECUTE format('GRANT EXECUTE ON FUNCTION redrive TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION redrive;
