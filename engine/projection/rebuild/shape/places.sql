-- This query continues the query in parts.sql, and returns statements. The statements replace the
-- live tables by the new tables in publications, and move extended statistics to the schemas of
-- their tables. Parameter $4 is the schema to which the old tables move.
SELECT statement FROM (
    SELECT 1 AS step, format('ALTER PUBLICATION %I DROP TABLE %s', u.pubname, p.name) AS statement
    FROM part p JOIN pg_publication_rel r ON r.prrelid = p.oid JOIN pg_publication u ON u.oid = r.prpubid WHERE p.kind = 'TABLE'
    UNION ALL
    SELECT 2, format('ALTER PUBLICATION %I ADD TABLE %s%s%s', u.pubname, n.name,
                     (SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')' FROM pg_attribute a
                      WHERE r.prattrs IS NOT NULL AND a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)),
                     ' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')')
    FROM part p JOIN pg_publication_rel r ON r.prrelid = p.oid JOIN pg_publication u ON u.oid = r.prpubid JOIN part n ON n.title = p.title AND NOT n.live
    WHERE p.live AND p.kind = 'TABLE'
    UNION ALL
    SELECT 3, format('ALTER STATISTICS %s SET SCHEMA %I', name, $4::text) FROM part WHERE live AND kind = 'STATISTICS'
    UNION ALL
    SELECT 4, format('ALTER STATISTICS %s SET SCHEMA %s', n.name, o.stxnamespace::regnamespace)
    FROM part p JOIN pg_statistic_ext o ON o.oid = p.oid JOIN part n ON n.title = p.title AND NOT n.live WHERE p.live AND p.kind = 'STATISTICS'
) AS s ORDER BY step, statement
