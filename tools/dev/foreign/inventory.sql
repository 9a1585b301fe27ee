WITH
-- These are all tables, views, sequences, functions and types in the database.
made (class, id, schema, kind, named) AS (
    SELECT 'pg_class'::regclass, c.oid, c.relnamespace,
           CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'c' THEN 'type ' ELSE '' END, c.relname
    FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, pronamespace, 'function ', proname FROM pg_proc
    UNION ALL
    SELECT 'pg_type'::regclass, oid, typnamespace, 'type ', typname FROM pg_type WHERE typtype IN ('e', 'd', 'r')
),
-- The template's migrations create three tables with these names and columns. Two of the tables
-- list migrations, and the engine's first migration creates the third table. left_by_migrations has
-- those of the three tables that exist.
left_by_migrations AS (
    SELECT c.oid, c.relname, a.attname
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
    JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p')
      AND (c.relname, a.attname) IN (('goose_db_version', 'version_id'), ('engine_version', 'version_id'), ('role_names', 'prefix'))
)
SELECT
    -- These are the objects that programs have created, without objects of extensions, sequences of
    -- columns, constructors of ranges, and the two tables that list migrations.
    ARRAY(SELECT m.kind || n.nspname || '.' || m.named
          FROM made m
          JOIN pg_namespace n ON n.oid = m.schema
          WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND NOT (m.class = 'pg_class'::regclass AND m.id IN (SELECT oid FROM left_by_migrations WHERE relname IN ('goose_db_version', 'engine_version')))
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = m.class AND d.objid = m.id
                            AND (d.deptype = 'e' OR d.deptype IN ('a', 'i') AND m.kind IN ('sequence ', 'function ')))
          ORDER BY m.kind, 1)
    || ARRAY(SELECT 'large object ' || oid FROM pg_largeobject_metadata ORDER BY oid),
    -- Column "listed": the table that lists the service's migrations exists.
    EXISTS (SELECT FROM left_by_migrations WHERE relname = 'goose_db_version'),
    -- Column "engine": at least one migration of the engine was started.
    (SELECT count(*) = 2 FROM left_by_migrations WHERE relname <> 'goose_db_version'),
    -- Column "ours": the table goose_db_version does not exist, or its comment is missing or names
    -- this service.
    coalesce((SELECT obj_description(min(oid), 'pg_class') FROM left_by_migrations WHERE relname = 'goose_db_version'), 'migrations of ' || $1) = 'migrations of ' || $1
