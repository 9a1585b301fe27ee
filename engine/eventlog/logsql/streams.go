package logsql

// ErasedBy returns an SQL subquery for the persons that were erased by events of the given types,
// in the column person_id. The parameter types is an SQL expression for an array. The subquery
// calls the database function keys.erased_by, which returns the person that an event erases. The
// trigger that destroys keys calls the same function.
func ErasedBy(types string) string {
	return `(SELECT DISTINCT keys.erased_by(logged.stream_id, logged.data) AS person_id FROM events logged WHERE logged.type = ANY (` + types + `))`
}

// LastType returns an SQL subquery for the type of the last event in a stream. The parameter is an
// SQL expression for the id of the stream. If the stream has no event, the subquery returns no row.
func LastType(stream string) string {
	return `(SELECT logged.type FROM events logged WHERE logged.stream_id = ` + stream + ` ORDER BY logged.version DESC LIMIT 1)`
}
