-- This query returns statements that create a table like an existing table, without rows: columns,
-- checks, keys, indexes and statistics. All names stay the same, because later migrations use these
-- names. The text of an index definition is copied; only the name of the table, at its start, is
-- replaced. The query in align.sql copies the other properties. Parameter $1 is the name of the
-- table, $2 its schema, $3 the schema of the new table.
WITH t AS (
    SELECT c.oid, c.relpersistence, c.relowner, format('%I.%I', n.nspname, c.relname) AS old, format('%I.%I', $3::text, c.relname) AS new,
           a.amname, s.spcname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am a ON a.oid = c.relam LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
    WHERE c.relname = $1::text AND n.nspname = $2::text
)
SELECT statement FROM (
    SELECT 1 AS step, format('CREATE %s TABLE %s (LIKE %s INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS) USING %I%s',
                             CASE relpersistence WHEN 'u' THEN 'UNLOGGED' END, new, old, amname, ' TABLESPACE ' || quote_ident(spcname)) AS statement FROM t
    UNION ALL
    SELECT 2, format('ALTER TABLE %s OWNER TO %I', new, pg_get_userbyid(relowner)) FROM t WHERE pg_get_userbyid(relowner) <> current_user
    UNION ALL
    SELECT 3, format('ALTER TABLE %s ADD CONSTRAINT %I %s', new, k.conname, pg_get_constraintdef(k.oid))
    FROM t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x')
    UNION ALL
    SELECT 4, h.made || new || substr(pg_get_indexdef(i.indexrelid), length(h.made || old) + 1)
    FROM t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class x ON x.oid = i.indexrelid
    CROSS JOIN LATERAL (SELECT format('CREATE %sINDEX %I ON ', CASE WHEN i.indisunique THEN 'UNIQUE ' END, x.relname) AS made) h
    WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 5, format('ALTER INDEX %I.%I SET TABLESPACE %I', $3::text, x.relname, s.spcname)
    FROM t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_tablespace s ON s.oid = x.reltablespace
    UNION ALL -- statistics on a single expression have no kinds
    SELECT 6, format('CREATE STATISTICS %I.%I%s ON %s FROM %s', $3::text, e.stxname, CASE WHEN e.stxkind <> '{e}' THEN ' (' ||
                     (SELECT string_agg(CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies' ELSE 'mcv' END, ', ') FROM unnest(e.stxkind) k WHERE k <> 'e') || ')' END,
                     pg_get_statisticsobjdef_columns(e.oid), new)
    FROM t JOIN pg_statistic_ext e ON e.stxrelid = t.oid
) AS s ORDER BY step, statement
