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

-- Whoever may begin an epoch can't use the numbers up, nor say what never was. A log that was
-- restored may lack some epochs. What logical replication applies may come before its events.
-- +goose StatementBegin
CREATE FUNCTION check_epoch_number() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    newest   bigint;
    log_head bigint;
BEGIN
    EXECUTE format('SELECT max(number) FROM %s', TG_RELID::regclass) INTO newest;
    IF NEW.number > newest + 1000 THEN
        RAISE EXCEPTION 'epoch % does not follow epoch %', NEW.number, newest USING ERRCODE = 'check_violation';
    END IF;
    IF current_setting('session_replication_role') <> 'replica' THEN
        EXECUTE format('SELECT coalesce(max(position), 0) FROM %I.events', TG_TABLE_SCHEMA) INTO log_head;
        IF NEW.head > log_head OR octet_length(NEW.began_by) > 255 OR NEW.began_by ~ '[^\x20-\x7e]' THEN -- application_name is so
            RAISE EXCEPTION 'epoch % says what is not so: the log''s head is %', NEW.number, log_head USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION check_epoch_number FROM PUBLIC;

INSERT INTO log_epochs (number, epoch, head, began_by)
SELECT 1, gen_random_uuid(), coalesce(max(position), 0), 'migrate' FROM events;

CREATE TRIGGER in_order BEFORE INSERT ON log_epochs
    FOR EACH ROW EXECUTE FUNCTION check_epoch_number();
ALTER TABLE log_epochs ENABLE ALWAYS TRIGGER in_order;

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

-- +goose Down
ALTER TABLE checkpoints DROP COLUMN event_position, DROP COLUMN event_id, DROP COLUMN ahead_of;
DROP TABLE log_epochs;
DROP FUNCTION check_epoch_number;
