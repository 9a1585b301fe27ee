-- This file begins a query, which another file of this directory continues. The query finds the
-- parts (such as indexes and constraints) of the live tables and of the tables that will replace
-- them. Parameter $1 is the list of the tables' names, and $2 is the schema of the live tables.
-- Parameter $3 is the schema of the tables that will replace them.
WITH
-- both sets of tables: the live tables and the tables that will replace them
side AS (
    SELECT n.nspname = $2::text AS live, n.nspname AS schema, c.oid, c.relname, c.relkind, c.relowner, c.relispartition,
           c.relrowsecurity OR c.relforcerowsecurity AS secured, c.reltype, c.reltoastrelid
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = ANY ($1::text[]) AND n.nspname IN ($2::text, $3::text)
),
-- the objects of which a table consists. Each object has its kind, its name for statements, and a
-- title that is equal in both sets of tables. An object without a title need not be compared,
-- because its properties follow from other objects
part AS (
    SELECT live, 'pg_class'::regclass AS catalog, oid, 'TABLE' AS kind, format('%I.%I', schema, relname) AS name, format('table %I', relname) AS title
    FROM side
    UNION ALL
    SELECT s.live, 'pg_class'::regclass, x.oid, 'INDEX', format('%I.%I', s.schema, x.relname), format('index %I', x.relname)
    FROM side s JOIN pg_index i ON i.indrelid = s.oid JOIN pg_class x ON x.oid = i.indexrelid
    UNION ALL
    SELECT s.live, 'pg_class'::regclass, q.oid, 'SEQUENCE', format('%I.%I', s.schema, q.relname), format('sequence of column %I of table %I', a.attname, s.relname)
    FROM side s
    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'i'
    JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
    JOIN pg_attribute a ON a.attrelid = s.oid AND a.attnum = d.refobjsubid
    UNION ALL
    SELECT s.live, 'pg_constraint'::regclass, k.oid, 'CONSTRAINT', format('%I ON %I.%I', k.conname, s.schema, s.relname), format('constraint %I of table %I', k.conname, s.relname)
    FROM side s JOIN pg_constraint k ON k.conrelid = s.oid AND k.contype IN ('c', 'n', 'p', 'u', 'x')
    UNION ALL
    SELECT s.live, 'pg_statistic_ext'::regclass, e.oid, 'STATISTICS', format('%I.%I', n.nspname, e.stxname), format('statistics %I of table %I', e.stxname, s.relname)
    FROM side s JOIN pg_statistic_ext e ON e.stxrelid = s.oid JOIN pg_namespace n ON n.oid = e.stxnamespace
    UNION ALL
    SELECT live, 'pg_type'::regclass, reltype, 'TYPE', format('%I.%I', schema, relname), format('row type of table %I', relname) FROM side
    UNION ALL
    SELECT s.live, 'pg_type'::regclass, t.typarray, NULL, NULL, NULL FROM side s JOIN pg_type t ON t.oid = s.reltype
    UNION ALL
    SELECT live, 'pg_class'::regclass, reltoastrelid, NULL, NULL, NULL FROM side WHERE reltoastrelid <> 0
    UNION ALL
    SELECT s.live, 'pg_class'::regclass, i.indexrelid, NULL, NULL, NULL FROM side s JOIN pg_index i ON i.indrelid = s.reltoastrelid
    UNION ALL
    SELECT s.live, 'pg_attrdef'::regclass, d.oid, NULL, NULL, NULL FROM side s JOIN pg_attrdef d ON d.adrelid = s.oid
    UNION ALL -- internal triggers of a deferrable key
    SELECT s.live, 'pg_trigger'::regclass, g.oid, NULL, NULL, NULL
    FROM side s JOIN pg_trigger g ON g.tgrelid = s.oid AND g.tgisinternal JOIN pg_constraint k ON k.oid = g.tgconstraint AND k.conrelid = s.oid AND k.contype <> 'f'
),
-- the columns of tables and of indexes; a column of an index has the name that the table's column
-- had when the index was created
attribute AS (
    SELECT p.live, p.oid AS relation, p.kind, p.name, p.title AS whole, a.attnum, a.attname,
           row_number() OVER (PARTITION BY p.oid ORDER BY a.attnum) AS place,
           format('column %s of %s', CASE p.kind WHEN 'TABLE' THEN quote_ident(a.attname) ELSE a.attnum::text END, p.title) AS title
    FROM part p JOIN pg_attribute a ON a.attrelid = p.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE p.catalog = 'pg_class'::regclass AND p.kind IN ('TABLE', 'INDEX')
),
-- all objects and columns that have a title, together with the ids by which comments and security
-- labels refer to them
titled AS (
    SELECT live, catalog, oid, 0 AS sub, title, NULL AS whole FROM part WHERE title IS NOT NULL
    UNION ALL
    SELECT live, 'pg_class'::regclass, relation, attnum, title, whole FROM attribute
),
-- privileges, including the default privileges, which nobody has granted
privilege AS (
    SELECT p.live, p.title, p.kind, p.name, NULL AS attname, g.*
    FROM part p JOIN pg_class c ON c.oid = p.oid
    CROSS JOIN aclexplode(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) g
    WHERE p.catalog = 'pg_class'::regclass AND p.kind IN ('TABLE', 'SEQUENCE')
    UNION ALL
    SELECT p.live, p.title, p.kind, p.name, NULL, g.*
    FROM part p JOIN pg_type t ON t.oid = p.oid CROSS JOIN aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) g
    WHERE p.catalog = 'pg_type'::regclass AND p.kind = 'TYPE'
    UNION ALL
    SELECT a.live, a.title, a.kind, a.name, a.attname, g.*
    FROM attribute a JOIN pg_attribute c ON c.attrelid = a.relation AND c.attnum = a.attnum CROSS JOIN aclexplode(c.attacl) g
),
-- storage parameters except pg_attver: PostgreSQL 15.20 and similar releases set pg_attver
-- themselves, to number the versions of a column
parameter AS (
    SELECT p.live, p.title, p.kind, p.name, NULL AS attname, split_part(o, '=', 1) AS key, substr(o, strpos(o, '=') + 1) AS value
    FROM part p JOIN pg_class c ON c.oid = p.oid CROSS JOIN unnest(c.reloptions) o
    WHERE p.catalog = 'pg_class'::regclass AND p.kind IN ('TABLE', 'INDEX')
    UNION ALL
    SELECT p.live, p.title, p.kind, p.name, NULL, 'toast.' || split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)
    FROM part p JOIN pg_class c ON c.oid = p.oid JOIN pg_class t ON t.oid = c.reltoastrelid CROSS JOIN unnest(t.reloptions) o
    WHERE p.catalog = 'pg_class'::regclass AND p.kind = 'TABLE'
    UNION ALL
    SELECT a.live, a.title, a.kind, a.name, a.attname, split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)
    FROM attribute a JOIN pg_attribute c ON c.attrelid = a.relation AND c.attnum = a.attnum CROSS JOIN unnest(c.attoptions) o
    WHERE a.kind = 'TABLE' AND o NOT LIKE 'pg\_attver=%'
),
-- comments
remark AS (
    SELECT t.live, t.title, d.description
    FROM titled t JOIN pg_description d ON d.classoid = t.catalog AND d.objoid = t.oid AND d.objsubid = t.sub
)
