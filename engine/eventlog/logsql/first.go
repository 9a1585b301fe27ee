package logsql

// FirstAfter returns the row with the position and recorded_at of the first event after a position, which
// is SQL too; no row where the log ends there.
func FirstAfter(position string) string {
	return `(SELECT logged.position, logged.recorded_at FROM events logged WHERE logged.position > ` + position + ` ORDER BY logged.position LIMIT 1)`
}
