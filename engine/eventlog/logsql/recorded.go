package logsql

// RecordedAt returns an SQL expression for the time at which the event at a position was recorded.
// The parameter position is an SQL expression. If no event has this position, the result is NULL.
func RecordedAt(position string) string {
	return `(SELECT logged.recorded_at FROM events logged WHERE logged.position = ` + position + `)`
}
