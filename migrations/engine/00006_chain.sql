-- A hash chain over the log: what somebody changes behind the service's back is found.

-- +goose Up

-- One row for the events after the link before, up to position. The linker follows the
-- log; appending knows nothing of it.
CREATE TABLE chain_links (
    position  bigint      PRIMARY KEY CHECK (position > previous),
    previous  bigint      NOT NULL UNIQUE CHECK (previous >= 0), -- the link's before, 0: none. Unique: a chain has no forks
    hash      bytea       NOT NULL CHECK (length(hash) = 32),    -- of the hash before and the digests of the events
    digests   bytea       NOT NULL CHECK (length(digests) = 8 * (position - previous)), -- the first 8 bytes of each: they say where
    linked_at timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON chain_links
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON chain_links
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE chain_links ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE chain_links ENABLE ALWAYS TRIGGER append_only_truncate;

-- A link is inserted only at the end of the chain, and covers events that the log has: a link far
-- ahead of the log, written with the projector's login, would keep everything after it from being
-- linked. A trigger enforces the rule for everybody, also for the owner. The constraint on previous
-- prevents two links at once. Logical replication may apply a link before its events: there the
-- trigger does not fire.
-- +goose StatementBegin
CREATE FUNCTION check_link_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    chain_end bigint;
    log_head  bigint;
BEGIN
    EXECUTE format('SELECT coalesce(max(position), 0) FROM %s', TG_RELID::regclass) INTO chain_end;
    EXECUTE format('SELECT coalesce(max(position), 0) FROM %I.events', TG_TABLE_SCHEMA) INTO log_head;
    IF NEW.previous <> chain_end OR NEW.position > log_head THEN
        RAISE EXCEPTION 'a link over positions % to % does not go on from the last one: the chain ends at %, the log at %',
            NEW.previous + 1, NEW.position, chain_end, log_head USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION check_link_order FROM PUBLIC;

CREATE TRIGGER in_order BEFORE INSERT ON chain_links
    FOR EACH ROW EXECUTE FUNCTION check_link_order();

SELECT grant_to(program, 'SELECT, INSERT', 'chain_links') FROM unnest(ARRAY['projector', 'service']) program;

-- +goose Down
DROP TABLE chain_links;
DROP FUNCTION check_link_order;
