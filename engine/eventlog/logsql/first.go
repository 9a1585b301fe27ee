package logsql

// FirstAfter returns SQL of the position and recorded_at of the first event after a position, which
// is SQL too; it has no row if the log ends there.
func FirstAfter(position string) string {
	return `(SELECT logged.position, logged.recorded_at FROM events logged WHERE logged.position > ` + position + ` ORDER BY logged.position LIMIT 1)`
}
