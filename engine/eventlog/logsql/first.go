package logsql

// FirstAfter returns an SQL subquery for the columns position and recorded_at of the first event
// after a position. The parameter position is an SQL expression. If no event follows the position,
// the subquery returns no row.
func FirstAfter(position string) string {
	return `(SELECT logged.position, logged.recorded_at FROM events logged WHERE logged.position > ` + position + ` ORDER BY logged.position LIMIT 1)`
}
