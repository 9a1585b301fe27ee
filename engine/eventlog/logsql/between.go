package logsql

// Between returns SQL of a table without a name: the events from first to last, both included, with
// the columns position, stream_id, version and event_id.
func Between(first, last string) string {
	return `(SELECT logged.position, logged.stream_id, logged.version, logged.event_id FROM events logged WHERE logged.position BETWEEN ` +
		first + ` AND ` + last + `)`
}
