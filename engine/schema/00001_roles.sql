-- Roles of the programs: api, projector, and service, which is both. Each has what its program needs
-- and no more: with the API's login nobody can touch a read model, with the projector's nobody can
-- record an event.
--
-- They are this database's own. Roles belong to the whole cluster, and what another database there
-- gives to its programs must not be worth anything here. So their names begin with the database's:
-- "shop.api", "shop.projector", "shop.service".

-- +goose Up

-- First parts of the roles' names, the newest last: a database may be renamed. Roles with older
-- names may still have rights, until cmd/migrate has moved their logins.
CREATE TABLE role_names (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    prefix text   NOT NULL UNIQUE
);

-- role_of returns the role of a program: api, projector, or service, which is both.
-- +goose StatementBegin
CREATE FUNCTION role_of(program text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT prefix || program FROM role_names ORDER BY id DESC LIMIT 1
$$;
-- +goose StatementEnd

-- role_mark returns what the roles that this service has made say of themselves. database_of returns
-- which database, by its oid, a role says it is of; NULL for a role that somebody else has made. A
-- name may be given to another database, an oid is not.
-- +goose StatementBegin
CREATE FUNCTION role_mark() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT format('of database %s (%s)', datname, oid) FROM pg_database WHERE datname = current_database()
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION database_of(role text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT substring(shobj_description(oid, 'pg_authid') FROM '^of database .* \((\d{1,10})\)$')::bigint FROM pg_roles WHERE rolname = role
$$;
-- +goose StatementEnd

-- rights_of returns what a role has been granted in this database, as GRANT and REVOKE say it.
-- +goose StatementBegin
CREATE FUNCTION rights_of(role text) RETURNS TABLE (privileges text, object text) LANGUAGE sql STABLE AS $$
    WITH holder AS (SELECT oid FROM pg_roles WHERE rolname = role)
    SELECT string_agg(g.privilege_type, ', '), CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass
    FROM holder, pg_class c, aclexplode(c.relacl) g WHERE g.grantee = holder.oid GROUP BY c.oid, c.relkind
    UNION ALL
    SELECT format('%s (%s)', g.privilege_type, string_agg(quote_ident(a.attname), ', ')), 'TABLE ' || a.attrelid::regclass
    FROM holder, pg_attribute a, aclexplode(a.attacl) g WHERE g.grantee = holder.oid GROUP BY a.attrelid, g.privilege_type
    UNION ALL
    SELECT string_agg(g.privilege_type, ', '), format('SCHEMA %I', n.nspname)
    FROM holder, pg_namespace n, aclexplode(n.nspacl) g WHERE g.grantee = holder.oid GROUP BY n.nspname
    UNION ALL
    SELECT g.privilege_type, 'ROUTINE ' || p.oid::regprocedure
    FROM holder, pg_proc p, aclexplode(p.proacl) g WHERE g.grantee = holder.oid
$$;
-- +goose StatementEnd

-- revoke_rights takes all of that from a role.
-- +goose StatementBegin
CREATE FUNCTION revoke_rights(of_role text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    FOR held IN SELECT * FROM rights_of(of_role) LOOP
        EXECUTE format('REVOKE %s ON %s FROM %I', held.privileges, held.object, of_role);
    END LOOP;
END $$;
-- +goose StatementEnd

-- name_roles makes roles that are named after the database, as it is called now, and gives them what
-- the roles before have, which keep it. A database that got another name has its roles renamed; a
-- copy of one has those of the original until this runs, which cmd/migrate sees to. Without the right
-- to make roles there are none: the service runs as the owner, and only the triggers protect the log.
-- +goose StatementBegin
CREATE FUNCTION name_roles() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    named   text := CASE WHEN octet_length(current_database()) > 52 THEN md5(current_database()) ELSE current_database() END || '.';
    former  text := role_of('');
    program text;
    made    text;
    held    record;
BEGIN
    IF named = former THEN
        RETURN;
    END IF;
    FOREACH program IN ARRAY ARRAY['api', 'projector', 'service'] LOOP
        made := named || program;
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
        CONTINUE WHEN to_regrole(quote_ident(made)) IS NULL;
        FOR held IN SELECT * FROM rights_of(former || program) LOOP
            EXECUTE format('GRANT %s ON %s TO %I', held.privileges, held.object, made);
        END LOOP;
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), made);
    END LOOP;
    DELETE FROM role_names WHERE prefix = named; -- it has had this name before
    INSERT INTO role_names (prefix) VALUES (named);
END $$;
-- +goose StatementEnd

-- grant_to grants to the role of a program, if it is there.
-- +goose StatementBegin
CREATE FUNCTION grant_to(role name, privileges text, VARIADIC tables regclass[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    granted regclass;
BEGIN
    IF to_regrole(quote_ident(role_of(role))) IS NOT NULL THEN
        FOREACH granted IN ARRAY tables LOOP
            EXECUTE format('GRANT %s ON %s TO %I', privileges, granted, role_of(role));
        END LOOP;
    END IF;
END $$;
-- +goose StatementEnd

-- grant_read_model is the line that the migration of a new read model ends with.
-- +goose StatementBegin
CREATE FUNCTION grant_read_model(VARIADIC tables regclass[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM grant_to('api', 'SELECT', VARIADIC tables);
    PERFORM grant_to('projector', 'SELECT, INSERT, UPDATE, DELETE', VARIADIC tables);
    PERFORM grant_to('service', 'SELECT, INSERT, UPDATE, DELETE', VARIADIC tables);
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION role_of, role_mark, database_of, rights_of, revoke_rights, name_roles, grant_to, grant_read_model FROM PUBLIC; -- they are the owner's

SELECT name_roles();

SELECT grant_to(program, 'SELECT', 'role_names', 'engine_version') FROM unnest(ARRAY['api', 'projector', 'service']) program;

-- The rights of the programs' roles, as they were when cmd/migrate ended last: a statement for each,
-- but for the grantee. For program public: what was taken from everybody. A dump holds no roles, and
-- PostgreSQL restores no right of a role that is not there: a dump that is restored into a cluster
-- without the roles would have tables that no program may read, and functions that everybody may
-- call. As rows of a table the rights are in every dump, and cmd/migrate gives the roles what they
-- lack of it, before it does anything else.
CREATE TABLE role_rights (
    program    text   NOT NULL,
    statement  text   NOT NULL,
    migrations bigint NOT NULL, -- how many lines the lists of migrations had: with another number the rights may be old
    PRIMARY KEY (program, statement)
);

-- +goose Down
DROP TABLE role_rights;
DROP FUNCTION grant_read_model, grant_to, name_roles, revoke_rights, rights_of, database_of, role_mark, role_of;
DROP TABLE role_names;
