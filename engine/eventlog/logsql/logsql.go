package logsql

// Head is the position of the log's last event, 0 while the log is empty.
const Head = `coalesce((SELECT max(logged.position) FROM events logged), 0)`

// ID returns SQL of the id of the event at a position, which is SQL too; NULL if there is none.
func ID(position string) string {
	return `(SELECT logged.event_id FROM events logged WHERE logged.position = ` + position + `)`
}

// Holds returns SQL that is true if the log has the event with an id at a position; both are SQL.
// It is false if the log went back, or has another event there.
func Holds(position, id string) string {
	return `EXISTS (SELECT FROM events logged WHERE logged.position = ` + position + ` AND logged.event_id = ` + id + `)`
}
