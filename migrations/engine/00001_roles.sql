-- Roles of the programs: api, projector and service. The program service does the work of both
-- other programs. Each role has only the rights that its program needs. A login with the role of
-- api can't change a read model. A login with the role of projector can't record an event.
--
-- Each database has roles of its own. In PostgreSQL, a role belongs to the whole cluster. The
-- role of another database's program must have no rights in this database. Therefore the name of
-- a role begins with the name of its database: "shop.api", "shop.projector", "shop.service".

-- +goose Up

-- role_names has the first parts of the roles' names. The newest row has the current first part.
-- There are several rows if the database was renamed. Roles with an older first part may still have
-- rights, until cmd/migrate has moved their logins to the current roles.
CREATE TABLE role_names (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    prefix text   NOT NULL UNIQUE
);

-- role_of returns the name of a program's role. The program is api, projector or service (and
-- worker, since 00012_workflows.sql).
-- +goose StatementBegin
CREATE FUNCTION role_of(program text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT prefix || program FROM role_names ORDER BY id DESC LIMIT 1
$$;
-- +goose StatementEnd

-- role_mark returns a text that identifies this database: its name and its oid. name_roles stores
-- this text as the comment of each role that it creates. database_of returns the oid of the
-- database in the comment of a role. For a role that somebody else has made, database_of returns
-- NULL. The text has the oid, because the name of a database may later be given to another
-- database. An oid is not given to another database.
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

-- rights_of returns the rights that a role was granted in this database, in the syntax of GRANT
-- and REVOKE.
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

-- revoke_rights revokes all rights that rights_of returns for a role.
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

-- name_roles creates roles that are named after the database's current name. name_roles grants
-- them the rights of the former roles, and the former roles keep these rights. If the database
-- was renamed, name_roles renames the roles of the database instead. A copy of a database uses
-- the roles of the original until name_roles runs in the copy. cmd/migrate calls name_roles. If
-- the owner may not create roles, there are no roles. The service then runs as the owner, and
-- only the triggers protect the log.
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
    DELETE FROM role_names WHERE prefix = named; -- the database may have had this name before
    INSERT INTO role_names (prefix) VALUES (named);
END $$;
-- +goose StatementEnd

-- grant_to grants privileges on tables to the role of a program, if this role exists.
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

-- grant_read_model grants the programs' roles their rights on the tables of a read model. The
-- migration that creates a read model must end with a call of grant_read_model.
-- +goose StatementBegin
CREATE FUNCTION grant_read_model(VARIADIC tables regclass[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM grant_to('api', 'SELECT', VARIADIC tables);
    PERFORM grant_to('projector', 'SELECT, INSERT, UPDATE, DELETE', VARIADIC tables);
    PERFORM grant_to('service', 'SELECT, INSERT, UPDATE, DELETE', VARIADIC tables);
END $$;
-- +goose StatementEnd

-- Only the owner may call these functions.
REVOKE EXECUTE ON FUNCTION role_of, role_mark, database_of, rights_of, revoke_rights, name_roles, grant_to, grant_read_model FROM PUBLIC;

SELECT name_roles();

SELECT grant_to(program, 'SELECT', 'role_names', 'engine_version') FROM unnest(ARRAY['api', 'projector', 'service']) program;

-- role_rights has the rights of the programs' roles, as cmd/migrate has stored them last. Each row
-- has one GRANT or REVOKE statement, without the name of the role. The rows with the program
-- "public" have the rights that were revoked from everybody. A dump contains no roles. If a role
-- does not exist, PostgreSQL does not restore the rights of this role. So after a restore into a
-- cluster without the roles, no program could read the tables, and everybody could call the
-- functions. But as rows of this table, the rights are in every dump. Before cmd/migrate does
-- anything else, it grants each role the rights that the role lacks.
CREATE TABLE role_rights (
    program    text   NOT NULL,
    statement  text   NOT NULL,
    -- Number of rows in the lists of applied migrations when the right was stored. If the number
    -- is different now, the right may be out of date.
    migrations bigint NOT NULL,
    PRIMARY KEY (program, statement)
);

-- +goose Down
DROP TABLE role_rights;
DROP FUNCTION grant_read_model, grant_to, name_roles, revoke_rights, rights_of, database_of, role_mark, role_of;
DROP TABLE role_names;
