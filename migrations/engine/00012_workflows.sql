-- Workflows: the state of their instances, and the role of the worker. The worker does the jobs of
-- workflows, with a login that has only the rights for this work. River, the job queue, has tables
-- of its own (engine/schema/apply).

-- +goose Up

-- make_role creates the role of one program, named after the database's current name. make_role
-- grants this role the rights of the role with the former name. The role with the former name keeps
-- these rights.
-- +goose StatementBegin
CREATE FUNCTION make_role(named text, former text, program text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    made text := named || program;
    held record;
BEGIN
    IF EXISTS (SELECT FROM pg_database WHERE oid = database_of(made) AND datname <> current_database()) THEN
        RAISE EXCEPTION 'role % is that of another database: %', made, shobj_description(to_regrole(quote_ident(made)), 'pg_authid')
            USING HINT = 'It was called like this one: run cmd/migrate for it first.';
    END IF;
    BEGIN
        IF to_regrole(quote_ident(made)) IS NOT NULL THEN
            NULL;
        ELSIF EXISTS (SELECT FROM pg_database WHERE oid = database_of(former || program) AND datname = current_database()) THEN
            EXECUTE format('ALTER ROLE %I RENAME TO %I', former || program, made);
        ELSE
            EXECUTE format('CREATE ROLE %I NOLOGIN', made);
        END IF;
        EXECUTE format('COMMENT ON ROLE %I IS %L', made, role_mark());
    EXCEPTION
        WHEN insufficient_privilege THEN
            RAISE NOTICE 'role % not made: % may not make roles', made, current_user;
    END;
    IF to_regrole(quote_ident(made)) IS NULL THEN
        RETURN;
    END IF;
    FOR held IN SELECT * FROM rights_of(former || program) LOOP
        EXECUTE format('GRANT %s ON %s TO %I', held.privileges, held.object, made);
    END LOOP;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), made);
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION make_role FROM PUBLIC;

-- name_roles creates or renames the roles of all programs. Since this migration, the worker also
-- has a role.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION name_roles() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    named  text := CASE WHEN octet_length(current_database()) > 52 THEN md5(current_database()) ELSE current_database() END || '.';
    former text := role_of('');
BEGIN
    IF named = former THEN
        RETURN;
    END IF;
    PERFORM make_role(named, former, program) FROM unnest(ARRAY['api', 'projector', 'worker', 'service']) program;
    DELETE FROM role_names WHERE prefix = named; -- the database may have had this name before
    INSERT INTO role_names (prefix) VALUES (named);
END $$;
-- +goose StatementEnd

-- The role of the worker. The worker appends events that workflows ask for, and changes River's
-- tables. The role has no rights on read models, checkpoints or keys of personal data.
SELECT make_role(role_of(''), role_of(''), 'worker');
SELECT grant_to('worker', 'SELECT', 'role_names', 'engine_version', 'events', 'event_tags', 'idempotency_keys', 'snapshots');
SELECT grant_to('worker', 'SELECT, INSERT', 'log_epochs');
SELECT grant_to('worker', 'SELECT, UPDATE (seconds)', 'elapsed');
-- +goose StatementBegin
DO $$
BEGIN
    -- If the table does not exist yet, it is created later, with this right.
    IF to_regclass('goose_db_version') IS NOT NULL THEN
        PERFORM grant_to('worker', 'SELECT', 'goose_db_version');
    END IF;
    IF to_regrole(quote_ident(role_of('worker'))) IS NOT NULL THEN
        EXECUTE format('GRANT EXECUTE ON ROUTINE append_events, append_flight, take_append_lock, find_flight, check_conditions, append_tags TO %I', role_of('worker'));
    END IF;
END $$;
-- +goose StatementEnd

-- workflow_instances has the state of each instance of a workflow: the fold of the instance's
-- events, up to the checkpoint of the workflow. The row of an instance changes in the transaction
-- that moves the checkpoint and adds the jobs.
CREATE TABLE workflow_instances (
    workflow   text        NOT NULL,
    id         uuid        NOT NULL,
    -- Shape of the state. If the program has another shape, the state is folded again from the
    -- log.
    shape      integer     NOT NULL,
    state      jsonb       NOT NULL,
    positions  bigint[]    NOT NULL, -- positions of the instance's events, in order
    -- Timers that are set: for the name of each timer, the id of its job.
    timers     jsonb       NOT NULL DEFAULT '{}',
    started_at timestamptz NOT NULL, -- time of the first event
    updated_at timestamptz NOT NULL, -- time of the last event
    ended      boolean     NOT NULL DEFAULT false,
    -- Position of the first event to which the workflow could not react. This event and the later
    -- events wait; the column positions has their positions, too. NULL: the instance continues.
    parked_at  bigint,
    error      text,
    PRIMARY KEY (workflow, id)
) WITH (fillfactor = 70);

CREATE INDEX workflow_instances_open ON workflow_instances (workflow, updated_at) WHERE NOT ended;
CREATE INDEX workflow_instances_parked ON workflow_instances (workflow, id) WHERE parked_at IS NOT NULL;

SELECT grant_to(program, 'SELECT, INSERT, UPDATE, DELETE', 'workflow_instances') FROM unnest(ARRAY['projector', 'service']) program;

-- start_workflow sets the checkpoint of a new workflow to the end of the log: the workflow reacts
-- to events that are recorded from now on. The service's migration for a new workflow calls
-- start_workflow. The migration runs before the new programs start, so the workflow misses no event
-- that the new API records before the new projector starts.
-- +goose StatementBegin
CREATE FUNCTION start_workflow(name text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO checkpoints (projection, position, event_position, event_id)
    SELECT 'workflow ' || name, coalesce(max(e.position), 0), max(e.position), (SELECT l.event_id FROM events l ORDER BY l.position DESC LIMIT 1)
    FROM events e ON CONFLICT DO NOTHING
$$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION start_workflow FROM PUBLIC;

-- grant_jobs grants the rights on River's tables. grant_jobs must run after these tables were
-- created.
-- +goose StatementBegin
CREATE FUNCTION grant_jobs() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM grant_to(program, 'SELECT, INSERT, UPDATE, DELETE', 'river_job', 'river_queue'), grant_to(program, 'USAGE', 'river_job_id_seq'),
            grant_to(program, 'SELECT', 'river_migration')
    FROM unnest(ARRAY['projector', 'worker', 'service']) program;
    PERFORM grant_to(program, 'SELECT, INSERT, UPDATE, DELETE', 'river_leader') FROM unnest(ARRAY['worker', 'service']) program;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION grant_jobs FROM PUBLIC;

-- +goose Down
DROP FUNCTION grant_jobs, start_workflow;
DROP TABLE workflow_instances;
SELECT revoke_rights(role_of('worker'));
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION name_roles() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    named  text := CASE WHEN octet_length(current_database()) > 52 THEN md5(current_database()) ELSE current_database() END || '.';
    former text := role_of('');
BEGIN
    IF named = former THEN
        RETURN;
    END IF;
    PERFORM make_role(named, former, program) FROM unnest(ARRAY['api', 'projector', 'service']) program;
    DELETE FROM role_names WHERE prefix = named;
    INSERT INTO role_names (prefix) VALUES (named);
END $$;
-- +goose StatementEnd
