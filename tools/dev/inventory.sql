WITH
-- What databases hold.
made (class, id, schema, kind, named) AS (
    SELECT 'pg_class'::regclass, c.oid, c.relnamespace,
           CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'c' THEN 'type ' ELSE '' END, c.relname
    FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, pronamespace, 'function ', proname FROM pg_proc
    UNION ALL
    SELECT 'pg_type'::regclass, oid, typnamespace, 'type ', typname FROM pg_type WHERE typtype IN ('e', 'd', 'r')
),
-- What the migrations of a service like this one leave: their list, and the engine's tables,
-- with columns of theirs.
left_by_migrations AS (
    SELECT c.oid, c.relname, c.relacl, a.attname
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
    JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p')
      AND (c.relname, a.attname) IN (('goose_db_version', 'version_id'), ('events', 'position'), ('events', 'stream_id'),
                                     ('events', 'schema_version'), ('checkpoints', 'projection'), ('checkpoints', 'position'))
)
SELECT
    -- Objects: without those of extensions, the sequences of columns, the constructors of
    -- ranges, and the list.
    ARRAY(SELECT m.kind || n.nspname || '.' || m.named
          FROM made m
          JOIN pg_namespace n ON n.oid = m.schema
          WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND NOT (m.class = 'pg_class'::regclass AND m.id IN (SELECT oid FROM left_by_migrations WHERE relname = 'goose_db_version'))
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = m.class AND d.objid = m.id
                            AND (d.deptype = 'e' OR d.deptype IN ('a', 'i') AND m.kind IN ('sequence ', 'function ')))
          ORDER BY m.kind, 1)
    || ARRAY(SELECT 'large object ' || oid FROM pg_largeobject_metadata ORDER BY oid),
    -- Listed: the list is there.
    EXISTS (SELECT FROM left_by_migrations WHERE relname = 'goose_db_version'),
    -- Engine: a service like this one has migrated it.
    (SELECT count(*) = 6 FROM left_by_migrations),
    -- Ours: that was this service. Roles with its name have rights on the log, or a function of
    -- the migrations names them.
    EXISTS (SELECT FROM left_by_migrations e, aclexplode(e.relacl) granted JOIN pg_roles r ON r.oid = granted.grantee
            WHERE e.relname = 'events' AND r.rolname = ANY ($1))
    OR EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = current_schema(), unnest($1::text[]) role
               WHERE p.proname IN ('grant_read_model', 'role_of') AND position(quote_literal(role) IN p.prosrc) > 0)
