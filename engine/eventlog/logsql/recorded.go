package logsql

// RecordedAt returns SQL of the time when the event at a position, which is SQL, was recorded; NULL
// if there is none.
func RecordedAt(position string) string {
	return `(SELECT logged.recorded_at FROM events logged WHERE logged.position = ` + position + `)`
}
