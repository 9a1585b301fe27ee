package logsql

// ErasedBy returns a query of the persons whom an event of one of the types erases, as person_id;
// the types are an array that is SQL. keys.erased_by finds them, for the trigger as well.
func ErasedBy(types string) string {
	return `(SELECT DISTINCT keys.erased_by(logged.stream_id, logged.data) AS person_id FROM events logged WHERE logged.type = ANY (` + types + `))`
}

// LastType returns a query of the type of a stream's last event, without a row if the stream has
// none; the stream is SQL.
func LastType(stream string) string {
	return `(SELECT logged.type FROM events logged WHERE logged.stream_id = ` + stream + ` ORDER BY logged.version DESC LIMIT 1)`
}
