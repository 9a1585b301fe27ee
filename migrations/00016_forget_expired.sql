-- Remembered answers are the append's to write, and only expired ones are deleted. The API's login
-- loses the rights that let it change or delete others, and that let it lock the table: a lock on
-- what every append needs stops all of them.
--
-- A program from before forgets nothing from here on, and says so each minute; those of now do.

-- +goose Up

-- forget_expired deletes expired answers, at most so many, and returns how many there were. Rows
-- that somebody has locked are left for the next time.
CREATE FUNCTION forget_expired(most bigint) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$
    WITH forgotten AS (
        DELETE FROM idempotency_keys WHERE key IN (
            SELECT key FROM idempotency_keys WHERE expires_after <= (SELECT seconds FROM elapsed)
            ORDER BY expires_after LIMIT least(most, 1000) FOR UPDATE SKIP LOCKED)
          AND expires_after <= (SELECT seconds FROM elapsed)
        RETURNING key
    )
    SELECT count(*) FROM forgotten
$$;

-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION forget_expired SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION forget_expired FROM PUBLIC;

-- Also of the roles of before, where logins are still in them.
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT prefix || program FROM role_names, unnest(ARRAY['api', 'service']) program LOOP
        IF to_regrole(quote_ident(role)) IS NOT NULL THEN
            EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON idempotency_keys FROM %I', role);
        END IF;
        IF has_table_privilege(to_regrole(quote_ident(role)), 'idempotency_keys', 'SELECT') THEN -- else it is another database's
            EXECUTE format('GRANT EXECUTE ON FUNCTION forget_expired TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- To fire a trigger needs no right to its function. Making one does: on a table of one's own it
-- would destroy keys without an event. So the functions of migrations before are the owner's, too.
REVOKE EXECUTE ON FUNCTION refuse_change, forget_applied_ranges, keys.erase_person, keys.refuse_erased FROM PUBLIC;

-- +goose Down
GRANT EXECUTE ON FUNCTION refuse_change, forget_applied_ranges, keys.erase_person, keys.refuse_erased TO PUBLIC;

-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT prefix || program FROM role_names, unnest(ARRAY['api', 'service']) program LOOP
        IF has_function_privilege(to_regrole(quote_ident(role)), 'forget_expired(bigint)', 'EXECUTE') THEN
            EXECUTE format('GRANT INSERT, UPDATE, DELETE ON idempotency_keys TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd
DROP FUNCTION forget_expired;
