-- A role for each program, with what it needs and no more: who gets hold of the API's
-- login can't touch a read model, who gets hold of the projector's can't record an event.

-- +goose Up

-- As in the first migration: another database's migration may have made them, and
-- without the right to make roles there are none.
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['pgcqrs_api', 'pgcqrs_projector'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            END IF;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE NOTICE 'role % not created: % may not create roles', role, current_user;
        END;
    END LOOP;
END $$;
-- +goose StatementEnd

-- Grants to a role if it is there.
-- +goose StatementBegin
CREATE FUNCTION grant_to(role name, privileges text, VARIADIC tables regclass[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    granted regclass;
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
        FOREACH granted IN ARRAY tables LOOP
            EXECUTE format('GRANT %s ON %s TO %I', privileges, granted, role);
        END LOOP;
    END IF;
END $$;
-- +goose StatementEnd

-- The line that the migration of a new read model ends with.
-- +goose StatementBegin
CREATE FUNCTION grant_read_model(VARIADIC tables regclass[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM grant_to('pgcqrs_api', 'SELECT', VARIADIC tables);
    PERFORM grant_to('pgcqrs_projector', 'SELECT, INSERT, UPDATE, DELETE', VARIADIC tables);
    PERFORM grant_to('pgcqrs_service', 'SELECT, INSERT, UPDATE, DELETE', VARIADIC tables);
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION grant_to, grant_read_model FROM PUBLIC; -- they are the owner's

SELECT grant_to('pgcqrs_api', 'SELECT, INSERT', 'events');
SELECT grant_to('pgcqrs_api', 'INSERT', 'outbox');
SELECT grant_to('pgcqrs_api', 'SELECT, INSERT, UPDATE, DELETE', 'idempotency_keys');
SELECT grant_to('pgcqrs_api', 'SELECT', 'checkpoints', 'parked_streams', 'goose_db_version');

SELECT grant_to('pgcqrs_projector', 'SELECT', 'events', 'goose_db_version');
SELECT grant_to('pgcqrs_projector', 'SELECT, DELETE, UPDATE (attempts)', 'outbox');
SELECT grant_to('pgcqrs_projector', 'SELECT, INSERT, UPDATE', 'checkpoints');
SELECT grant_to('pgcqrs_projector', 'SELECT, INSERT, UPDATE, DELETE', 'parked_streams', 'dead_messages', 'applied_ranges');

SELECT grant_read_model('balances', 'statements', 'statement_lines');

-- +goose Down
DROP FUNCTION grant_read_model;
DROP FUNCTION grant_to;
