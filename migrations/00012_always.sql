-- What keeps the log, and its seals, append-only fires in every session, also under
-- session_replication_role = replica: a superuser sets that by hand, and what logical
-- replication applies, it applies under it. Other triggers stay as they are: on a subscriber
-- the rows that they write come with the publisher's.

-- +goose Up
-- +goose StatementBegin
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT tgrelid::regclass AS on_table, tgname AS name FROM pg_trigger
                 WHERE tgenabled = 'O' AND tgfoid = 'refuse_change'::regproc LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', found.on_table, found.name);
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT tgrelid::regclass AS on_table, tgname AS name FROM pg_trigger
                 WHERE tgenabled = 'A' AND tgfoid = 'refuse_change'::regproc LOOP
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER %I', found.on_table, found.name);
    END LOOP;
END $$;
-- +goose StatementEnd
