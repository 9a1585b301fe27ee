package logsql

// ErasedBy returns a subquery of the persons that an event of one of the types erases, in the
// column person_id; types is SQL of an array. The function keys.erased_by returns the person that
// an event erases; the trigger that destroys keys uses it, too.
func ErasedBy(types string) string {
	return `(SELECT DISTINCT keys.erased_by(logged.stream_id, logged.data) AS person_id FROM events logged WHERE logged.type = ANY (` + types + `))`
}

// LastType returns a subquery of the type of the last event in a stream; the id of the stream is
// SQL. The subquery has no row if the stream has no event.
func LastType(stream string) string {
	return `(SELECT logged.type FROM events logged WHERE logged.stream_id = ` + stream + ` ORDER BY logged.version DESC LIMIT 1)`
}
