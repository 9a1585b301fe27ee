package logsql

// Between returns an SQL subquery without an alias. The subquery returns the events from the
// position first to the position last, including both, with the columns position, stream_id,
// version and event_id. The parameters first and last are SQL expressions.
func Between(first, last string) string {
	return `(SELECT logged.position, logged.stream_id, logged.version, logged.event_id FROM events logged WHERE logged.position BETWEEN ` +
		first + ` AND ` + last + `)`
}
