package logsql

// RecordedAt returns SQL of the time at which the event at a position was recorded; the argument
// position is SQL, too. The time is NULL if no event is at that position.
func RecordedAt(position string) string {
	return `(SELECT logged.recorded_at FROM events logged WHERE logged.position = ` + position + `)`
}
