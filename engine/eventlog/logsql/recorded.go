package logsql

// RecordedAt returns when the event at a position was recorded, which is SQL; NULL where there is none.
func RecordedAt(position string) string {
	return `(SELECT logged.recorded_at FROM events logged WHERE logged.position = ` + position + `)`
}
