package logsql

// Between returns a subquery without an alias: the events from position first to position last,
// both included, with the columns position, stream_id, version and event_id. The parameters first
// and last are SQL.
func Between(first, last string) string {
	return `(SELECT logged.position, logged.stream_id, logged.version, logged.event_id FROM events logged WHERE logged.position BETWEEN ` +
		first + ` AND ` + last + `)`
}
