-- This query continues the query in parts.sql, and returns descriptions of the objects because of
-- which a table can't be replaced.
SELECT format('%s depends on %s',
              CASE WHEN w.rulename = '_RETURN' THEN pg_describe_object('pg_class'::regclass, w.ev_class, 0) ELSE pg_describe_object(d.classid, d.objid, 0) END,
              pg_describe_object(p.catalog, p.oid, 0)) AS line
FROM part p
JOIN pg_depend d ON d.refclassid = p.catalog AND d.refobjid = p.oid
LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
WHERE d.classid <> 'pg_publication_rel'::regclass AND NOT EXISTS (SELECT FROM part own WHERE own.catalog = d.classid AND own.oid = d.objid)
UNION -- a copied part that refers to a table as a whole would still refer to the old table
SELECT format('%s, as it is copied, depends on %s of schema %I', pg_describe_object(d.classid, d.objid, d.objsubid), coalesce(p.title, pg_describe_object(p.catalog, p.oid, 0)), CASE WHEN p.live THEN $2::text ELSE $3::text END)
FROM part p
JOIN pg_depend d ON d.refclassid = p.catalog AND d.refobjid = p.oid
JOIN part own ON own.catalog = d.classid AND own.oid = d.objid AND own.live <> p.live
UNION
SELECT format('%s is part of %s', pg_describe_object(d.classid, d.objid, 0), pg_describe_object(d.refclassid, d.refobjid, 0))
FROM part p JOIN pg_depend d ON d.classid = p.catalog AND d.objid = p.oid AND d.deptype IN ('e', 'x')
UNION
SELECT format('table %I does not exist', t.name) FROM unnest($1::text[]) AS t (name) WHERE NOT EXISTS (SELECT FROM side WHERE live AND relname = t.name)
UNION
SELECT format('%s is no plain table', pg_describe_object('pg_class'::regclass, oid, 0)) FROM side WHERE relkind <> 'r' OR relispartition
UNION
SELECT format('table %I has row security', relname) FROM side WHERE secured
UNION
SELECT format('table %I inherits from %s', s.relname, i.inhparent::regclass) FROM side s JOIN pg_inherits i ON i.inhrelid = s.oid
UNION
SELECT format('subscription %I writes to table %I', u.subname, s.relname)
FROM side s JOIN pg_subscription_rel r ON r.srrelid = s.oid JOIN pg_subscription u ON u.oid = r.srsubid
UNION
SELECT format('publication %I, which has table %I, belongs to %I', u.pubname, s.relname, pg_get_userbyid(u.pubowner))
FROM side s JOIN pg_publication_rel r ON r.prrelid = s.oid JOIN pg_publication u ON u.oid = r.prpubid
WHERE NOT pg_has_role(u.pubowner, 'USAGE')
ORDER BY line
