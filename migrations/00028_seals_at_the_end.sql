-- A seal is inserted at the end of the chain alone, and covers events that the log has: one far ahead
-- of the log, under the projector's login, kept everything after it from being sealed.
--
-- Programs from before insert so, too, and go on. For that the login keeps its right to insert, and
-- a trigger holds everybody to the rule, the owner too.

-- +goose Up

-- Two at once are kept apart by the constraint on previous. What logical replication applies may come
-- before its events: there the trigger does not fire.
-- +goose StatementBegin
CREATE FUNCTION check_seal_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    chain_end bigint;
    log_head  bigint;
BEGIN
    EXECUTE format('SELECT coalesce(max(position), 0) FROM %s', TG_RELID::regclass) INTO chain_end;
    EXECUTE format('SELECT coalesce(max(position), 0) FROM %I.events', TG_TABLE_SCHEMA) INTO log_head;
    IF NEW.previous <> chain_end OR NEW.position > log_head THEN
        RAISE EXCEPTION 'a seal of positions % to % does not go on from the last one: the chain ends at %, the log at %',
            NEW.previous + 1, NEW.position, chain_end, log_head USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION check_seal_order FROM PUBLIC;

CREATE TRIGGER in_order BEFORE INSERT ON seals
    FOR EACH ROW EXECUTE FUNCTION check_seal_order();

-- +goose Down
DROP TRIGGER in_order ON seals;
DROP FUNCTION check_seal_order;
