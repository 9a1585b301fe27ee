-- Queues are read from where they were read last. An entry of a deleted row stays in an index for
-- as long as any snapshot is open that may see it, such as that of a dump, and whoever begins at
-- the start goes through all of them each time.

-- +goose Up

-- What has left dead_messages, by statements: after a redrive the outbox has messages before those
-- that the relay has read, and it begins at the start again. In the redrive's transaction, so that
-- nobody sees its messages without this.
CREATE TABLE redrives (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    count bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 50); -- one row: room for updates in place
INSERT INTO redrives DEFAULT VALUES;

-- +goose StatementBegin
CREATE FUNCTION count_redrive() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE redrives SET count = count + 1;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- forget_expired_since deletes expired answers, at most so many, that expired at a time or after
-- it, and returns how many there were and when the last of them expired: where to go on. Rows that
-- somebody has locked are left for whoever begins at 0 again.
-- +goose StatementBegin
CREATE FUNCTION forget_expired_since(most bigint, since bigint, OUT forgotten bigint, OUT last bigint) LANGUAGE sql SECURITY DEFINER AS $$
    WITH gone AS (
        DELETE FROM idempotency_keys WHERE key IN (
            SELECT key FROM idempotency_keys WHERE expires_after >= since AND expires_after <= (SELECT seconds FROM elapsed)
            ORDER BY expires_after LIMIT least(most, 1000) FOR UPDATE SKIP LOCKED)
          AND expires_after <= (SELECT seconds FROM elapsed)
        RETURNING expires_after
    )
    SELECT count(*), coalesce(max(expires_after), since) FROM gone
$$;
-- +goose StatementEnd

-- What runs with the owner's rights finds names where this migration does, whoever calls.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION count_redrive SET search_path = pg_catalog, %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION forget_expired_since SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION count_redrive, forget_expired_since FROM PUBLIC;

CREATE TRIGGER count_redrives AFTER UPDATE OR DELETE ON dead_messages FOR EACH STATEMENT EXECUTE FUNCTION count_redrive();
CREATE TRIGGER count_redrives_truncate AFTER TRUNCATE ON dead_messages FOR EACH STATEMENT EXECUTE FUNCTION count_redrive();

-- A day of keys may be many: a fifth of them is too much to wait for.
ALTER TABLE idempotency_keys SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);

-- Also to the roles of before, where logins are still in them.
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT prefix || program FROM role_names, unnest(ARRAY['api', 'projector', 'service']) program LOOP
        IF has_table_privilege(to_regrole(quote_ident(role)), 'dead_messages', 'SELECT') THEN -- else it is another database's
            EXECUTE format('GRANT SELECT ON redrives TO %I', role);
        END IF;
        IF has_function_privilege(to_regrole(quote_ident(role)), 'forget_expired(bigint)', 'EXECUTE') THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION forget_expired_since TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
ALTER TABLE idempotency_keys RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
DROP FUNCTION forget_expired_since;
DROP TRIGGER count_redrives ON dead_messages;
DROP TRIGGER count_redrives_truncate ON dead_messages;
DROP FUNCTION count_redrive;
DROP TABLE redrives;
