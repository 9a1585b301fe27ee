-- This query continues the query in parts.sql, and returns the differences between the live tables
-- and the tables that will replace them. Parameter $4 lists the catalog columns that may differ.
-- All other catalog columns must be equal, including columns that later versions of PostgreSQL add.
, entry AS (
    SELECT p.live, p.title, 'pg_class' AS catalog, to_jsonb(c) AS entry FROM part p JOIN pg_class c ON c.oid = p.oid WHERE p.catalog = 'pg_class'::regclass
    UNION ALL
    SELECT p.live, p.title, 'pg_index', to_jsonb(i) FROM part p JOIN pg_index i ON i.indexrelid = p.oid WHERE p.catalog = 'pg_class'::regclass
    UNION ALL
    SELECT p.live, p.title, 'pg_sequence', to_jsonb(q) FROM part p JOIN pg_sequence q ON q.seqrelid = p.oid WHERE p.catalog = 'pg_class'::regclass
    UNION ALL
    SELECT a.live, a.title, 'pg_attribute', to_jsonb(c) - CASE a.kind WHEN 'INDEX' THEN 'attname' ELSE '' END FROM attribute a JOIN pg_attribute c ON c.attrelid = a.relation AND c.attnum = a.attnum
    UNION ALL
    SELECT p.live, p.title, 'pg_constraint', to_jsonb(k) FROM part p JOIN pg_constraint k ON k.oid = p.oid WHERE p.catalog = 'pg_constraint'::regclass
    UNION ALL
    SELECT p.live, p.title, 'pg_statistic_ext', to_jsonb(e) FROM part p JOIN pg_statistic_ext e ON e.oid = p.oid WHERE p.catalog = 'pg_statistic_ext'::regclass
    UNION ALL
    SELECT p.live, p.title, 'pg_type', to_jsonb(t) FROM part p JOIN pg_type t ON t.oid = p.oid WHERE p.catalog = 'pg_type'::regclass
),
-- all properties of each part, as texts that are equal in both sets of tables if the properties are equal
fact AS (
    SELECT e.live, e.title, f.key, f.value FROM entry e CROSS JOIN jsonb_each_text(e.entry) f
    WHERE e.title IS NOT NULL AND concat(e.catalog, '.', f.key) <> ALL ($4::text[])
    UNION ALL
    SELECT live, title, 'place', place::text FROM attribute
    UNION ALL
    SELECT a.live, a.title, 'default', pg_get_expr(d.adbin, d.adrelid) FROM attribute a JOIN pg_attrdef d ON d.adrelid = a.relation AND d.adnum = a.attnum
    UNION ALL
    SELECT live, title, 'definition', regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '') FROM part WHERE catalog = 'pg_constraint'::regclass
    UNION ALL
    SELECT live, title, 'definition', pg_get_statisticsobjdef_columns(oid) FROM part WHERE catalog = 'pg_statistic_ext'::regclass
    UNION ALL
    SELECT p.live, p.title, 'definition', CASE WHEN starts_with(d.whole, d.made) THEN substr(d.whole, length(d.made) + 1) ELSE d.whole END
    FROM part p JOIN pg_index i ON i.indexrelid = p.oid JOIN pg_class x ON x.oid = p.oid JOIN side s ON s.oid = i.indrelid
    CROSS JOIN LATERAL (SELECT pg_get_indexdef(p.oid) AS whole,
                               format('CREATE %sINDEX %I ON %I.%I', CASE WHEN i.indisunique THEN 'UNIQUE ' END, x.relname, s.schema, s.relname) AS made) d
    WHERE p.catalog = 'pg_class'::regclass
    UNION ALL
    SELECT live, title, 'privilege', format('%s to %s by %s%s', privilege_type, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END,
                                            pg_get_userbyid(grantor), CASE WHEN is_grantable THEN ' with grant option' END)
    FROM privilege
    UNION ALL
    SELECT live, title, 'parameter', format('%s=%s', key, value) FROM parameter
    UNION ALL
    SELECT live, title, 'comment', description FROM remark
    UNION ALL
    SELECT t.live, t.title, 'security label', format('%s for %s', l.label, l.provider)
    FROM titled t JOIN pg_seclabel l ON l.classoid = t.catalog AND l.objoid = t.oid AND l.objsubid = t.sub
),
-- parts that exist in only one of the two sets of tables
single AS (
    SELECT title, min(whole) AS whole, bool_or(live) AS live FROM titled GROUP BY title HAVING count(DISTINCT live) = 1
),
-- properties that exist in only one of the two sets of tables
odd AS (
    SELECT title, key, value, bool_or(live) AS live FROM fact f
    WHERE NOT EXISTS (SELECT FROM single WHERE single.title = f.title)
    GROUP BY title, key, value HAVING count(*) FILTER (WHERE live) <> count(*) FILTER (WHERE NOT live)
)
SELECT title || CASE WHEN live THEN ' is in service alone' ELSE ' is in the copy alone' END AS line
FROM single s WHERE NOT EXISTS (SELECT FROM single w WHERE w.title = s.whole)
UNION ALL
SELECT format('%s: %s is %s in service, %s in the copy', title, key,
              coalesce(string_agg(value, ', ') FILTER (WHERE live), 'none'), coalesce(string_agg(value, ', ') FILTER (WHERE NOT live), 'none'))
FROM odd GROUP BY title, key
ORDER BY line
