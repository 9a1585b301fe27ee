-- A hash chain over the log. If somebody changes recorded events outside of the service, the
-- chain shows the change.

-- +goose Up

-- chain_links has the links of the chain. A link covers the events after the previous link, up to
-- position. The linker reads the log and adds links. Appends do not use the chain.
CREATE TABLE chain_links (
    position  bigint      PRIMARY KEY CHECK (position > previous),
    -- Position of the previous link. 0: there is no previous link. UNIQUE prevents forks of the
    -- chain.
    previous  bigint      NOT NULL UNIQUE CHECK (previous >= 0),
    -- Hash of the previous link's hash and of the digests of the events.
    hash      bytea       NOT NULL CHECK (length(hash) = 32),
    -- The first 8 bytes of the digest of each event. They show which event was changed.
    digests   bytea       NOT NULL CHECK (length(digests) = 8 * (position - previous)),
    linked_at timestamptz NOT NULL DEFAULT now()
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON chain_links
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON chain_links
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE chain_links ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE chain_links ENABLE ALWAYS TRIGGER append_only_truncate;

-- check_link_order refuses a link that is not at the end of the chain. It also refuses a link over
-- positions that the log does not have. With the projector's login, somebody could otherwise write
-- a link far ahead of the log. Such a link would prevent all later links. The trigger enforces both
-- rules for every role, also for the owner. The constraint on previous prevents two links that are
-- inserted at the same time. Logical replication may apply a link before the link's events.
-- Therefore the trigger does not fire in logical replication.
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
