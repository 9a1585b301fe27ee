package logsql

// StreamsWith returns a query of the streams that have an event of one of the types, an array that is SQL.
func StreamsWith(types string) string {
	return `(SELECT DISTINCT logged.stream_id FROM events logged WHERE logged.type = ANY (` + types + `))`
}

// LastType returns a query of the type of a stream's last event, without a row where it has none; the stream is SQL.
func LastType(stream string) string {
	return `(SELECT logged.type FROM events logged WHERE logged.stream_id = ` + stream + ` ORDER BY logged.version DESC LIMIT 1)`
}
