package logsql

// FirstAfter returns a subquery of the position and recorded_at of the first event after a
// position; the argument position is SQL, too. The subquery has no row if no event follows that
// position.
func FirstAfter(position string) string {
	return `(SELECT logged.position, logged.recorded_at FROM events logged WHERE logged.position > ` + position + ` ORDER BY logged.position LIMIT 1)`
}
