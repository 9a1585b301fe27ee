-- This query continues the query in parts.sql, and returns statements. The statements give the new
-- tables those properties of the live tables that differ. No statement writes a row.

-- each part that exists both in the live tables and in the new tables
, pair AS (
    SELECT l.catalog, l.oid AS old, n.oid AS new, n.kind, n.name, l.title FROM part l JOIN part n ON n.title = l.title AND n.catalog = l.catalog
    WHERE l.live AND NOT n.live
),
-- each column that exists both in the live tables and in the new tables, with its row of the
-- catalog for the live table and for the new table
columns AS (
    SELECT a.kind, a.name, a.title, a.attname, a.attnum, to_jsonb(o) AS old, to_jsonb(n) AS new
    FROM attribute l JOIN attribute a ON a.title = l.title
    JOIN pg_attribute o ON o.attrelid = l.relation AND o.attnum = l.attnum JOIN pg_attribute n ON n.attrelid = a.relation AND n.attnum = a.attnum
    WHERE l.live AND NOT a.live
),
-- objects and columns whose privileges differ: in the new tables they lose all privileges, and get
-- the privileges of the old tables
regrant AS (
    SELECT title FROM (
        SELECT title, live, array_agg(format('%s %s %s %s', grantor, grantee, privilege_type, is_grantable) ORDER BY grantor, grantee, privilege_type) AS all_of_them
        FROM privilege GROUP BY title, live) AS p
    GROUP BY title HAVING count(*) = 1 OR min(all_of_them) <> max(all_of_them)
)
SELECT statement FROM (
    SELECT 1 AS step, format('ALTER TABLE %s OWNER TO %I', p.name, pg_get_userbyid(o.relowner)) AS statement
    FROM pair p JOIN pg_class o ON o.oid = p.old JOIN pg_class n ON n.oid = p.new WHERE p.kind = 'TABLE' AND o.relowner <> n.relowner
    UNION ALL
    SELECT 1, format('ALTER STATISTICS %s OWNER TO %I', p.name, pg_get_userbyid(o.stxowner))
    FROM pair p JOIN pg_statistic_ext o ON o.oid = p.old JOIN pg_statistic_ext n ON n.oid = p.new WHERE p.kind = 'STATISTICS' AND o.stxowner <> n.stxowner
    UNION ALL
    SELECT DISTINCT 2, format('REVOKE ALL%s ON %s %s FROM %s', ' (' || quote_ident(attname) || ')', kind, name, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
    FROM privilege WHERE NOT live AND title IN (SELECT title FROM regrant)
    UNION ALL
    SELECT 3, format('GRANT %s%s ON %s %s TO %s%s', g.privilege_type, ' (' || quote_ident(g.attname) || ')', t.kind, t.name,
                     CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END, CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' END)
    FROM privilege g JOIN (SELECT title, kind, name FROM pair UNION ALL SELECT title, kind, name FROM columns) t ON t.title = g.title
    WHERE g.live AND g.title IN (SELECT title FROM regrant)
    UNION ALL
    SELECT 4, format('ALTER %s %s %s RESET (%s)', n.kind, n.name, 'ALTER COLUMN ' || quote_ident(n.attname), n.key)
    FROM parameter n WHERE NOT n.live AND NOT EXISTS (SELECT FROM parameter o WHERE o.live AND o.title = n.title AND o.key = n.key)
    UNION ALL
    SELECT 4, format('ALTER %s %s %s SET (%s=%L)', t.kind, t.name, 'ALTER COLUMN ' || quote_ident(o.attname), o.key, o.value)
    FROM parameter o JOIN (SELECT title, kind, name FROM pair UNION ALL SELECT title, kind, name FROM columns) t ON t.title = o.title
    WHERE o.live AND NOT EXISTS (SELECT FROM parameter n WHERE NOT n.live AND n.title = o.title AND n.key = o.key AND n.value = o.value)
    UNION ALL
    SELECT 5, format('ALTER %s %s ALTER COLUMN %s SET STATISTICS %s', kind, name, CASE kind WHEN 'TABLE' THEN quote_ident(attname) ELSE attnum::text END, coalesce(old ->> 'attstattarget', '-1'))
    FROM columns WHERE old -> 'attstattarget' <> new -> 'attstattarget'
    UNION ALL
    SELECT 5, format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE %s', name, attname, CASE old ->> 'attstorage' WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END)
    FROM columns WHERE kind = 'TABLE' AND old -> 'attstorage' <> new -> 'attstorage'
    UNION ALL
    SELECT 5, format('ALTER TABLE %s ALTER COLUMN %I SET COMPRESSION %s', name, attname, CASE old ->> 'attcompression' WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' ELSE 'default' END)
    FROM columns WHERE kind = 'TABLE' AND old -> 'attcompression' <> new -> 'attcompression'
    UNION ALL
    SELECT 5, format('ALTER STATISTICS %s SET STATISTICS %s', p.name, coalesce(to_jsonb(o) ->> 'stxstattarget', '-1'))
    FROM pair p JOIN pg_statistic_ext o ON o.oid = p.old JOIN pg_statistic_ext n ON n.oid = p.new
    WHERE p.kind = 'STATISTICS' AND o.stxstattarget IS DISTINCT FROM n.stxstattarget
    UNION ALL
    SELECT 6, format('ALTER TABLE %s REPLICA IDENTITY %s', p.name,
                     CASE o.relreplident WHEN 'd' THEN 'DEFAULT' WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE 'USING INDEX ' || quote_ident(oi.name) END)
    FROM pair p JOIN pg_class o ON o.oid = p.old JOIN pg_class n ON n.oid = p.new
    LEFT JOIN LATERAL (SELECT x.relname AS name FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = o.oid AND i.indisreplident) oi ON true
    LEFT JOIN LATERAL (SELECT x.relname AS name FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = n.oid AND i.indisreplident) ni ON true
    WHERE p.kind = 'TABLE' AND (o.relreplident <> n.relreplident OR oi.name IS DISTINCT FROM ni.name) AND (o.relreplident <> 'i' OR oi.name IS NOT NULL)
    UNION ALL
    SELECT 6, format('ALTER TABLE %s %s', p.name, coalesce('CLUSTER ON ' || quote_ident(oi.name), 'SET WITHOUT CLUSTER'))
    FROM pair p
    LEFT JOIN LATERAL (SELECT x.relname AS name FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = p.old AND i.indisclustered) oi ON true
    LEFT JOIN LATERAL (SELECT x.relname AS name FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = p.new AND i.indisclustered) ni ON true
    WHERE p.kind = 'TABLE' AND oi.name IS DISTINCT FROM ni.name
    UNION ALL
    SELECT 7, format('COMMENT ON %s %s IS %s', t.kind, t.name, quote_nullable(o.description))
    FROM (SELECT title, kind, name FROM pair WHERE kind <> 'TYPE' UNION ALL SELECT title, 'COLUMN', format('%s.%I', name, attname) FROM columns WHERE kind = 'TABLE') t
    LEFT JOIN remark o ON o.live AND o.title = t.title LEFT JOIN remark n ON NOT n.live AND n.title = t.title
    WHERE o.description IS DISTINCT FROM n.description
    UNION ALL -- LIKE gives every identity column a sequence of type bigint
    SELECT 7, format('ALTER SEQUENCE %s AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s %s', p.name, format_type(o.seqtypid, NULL),
                     o.seqincrement, o.seqmin, o.seqmax, o.seqstart, o.seqcache, CASE WHEN o.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END)
    FROM pair p JOIN pg_sequence o ON o.seqrelid = p.old JOIN pg_sequence n ON n.seqrelid = p.new
    WHERE to_jsonb(o) - 'seqrelid' <> to_jsonb(n) - 'seqrelid'
    UNION ALL -- the renaming comes last, because the other statements use the old names
    SELECT 8, format('ALTER SEQUENCE %s RENAME TO %I', p.name, o.relname)
    FROM pair p JOIN pg_class o ON o.oid = p.old JOIN pg_class n ON n.oid = p.new WHERE p.kind = 'SEQUENCE' AND o.relname <> n.relname
) AS s ORDER BY step, statement
