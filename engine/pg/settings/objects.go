package settings

// Objects has the names of the tables on which guarantees depend, and the names of the triggers and
// constraints that guard these tables. The migrations have made all of these objects. A trigger or
// a constraint is named by its table and its own name.
type Objects struct {
	Tables      []string
	Always      []string // triggers that fire in every session
	Triggers    []string // the other triggers
	Constraints []string // constraints of any kind; a constraint that is not validated counts as present
}

// triggersOff is SQL that lists triggers that are missing or do not fire as they must. The list
// also has any other disabled trigger of these tables, for example the trigger of a foreign key.
const triggersOff = `(
	SELECT string_agg(coalesce(wanted.name, found.name) ||
	           CASE WHEN found.name IS NULL THEN ' missing' WHEN found.enabled IN ('D', 'R') THEN ' disabled' ELSE ' not ENABLE ALWAYS' END, ', ')
	FROM (SELECT unnest($2::text[]) AS name, '{A}'::text[] AS good UNION ALL SELECT unnest($3::text[]), '{A,O}') AS wanted
	FULL JOIN (
	    SELECT service.name || '.' || t.tgname AS name, t.tgenabled::text AS enabled FROM service JOIN pg_trigger t ON t.tgrelid = service.oid
	) AS found ON found.name = wanted.name
	WHERE found.name IS NULL OR found.enabled <> ALL (coalesce(wanted.good, '{A,O}')))`

// constraintsGone is SQL that lists missing constraints.
const constraintsGone = `(
	SELECT string_agg(wanted.name, ', ') || ' missing'
	FROM unnest($4::text[]) AS wanted (name)
	WHERE wanted.name <> ALL (ARRAY(SELECT service.name || '.' || c.conname FROM service JOIN pg_constraint c ON c.conrelid = service.oid)))`
