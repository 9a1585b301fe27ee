package logsql

// Head is SQL of the position of the last event in the log, or 0 while the log is empty.
const Head = `coalesce((SELECT max(logged.position) FROM events logged), 0)`

// ID returns SQL of the id of the event at a position; the argument position is SQL, too. The id is
// NULL if no event is at that position.
func ID(position string) string {
	return `(SELECT logged.event_id FROM events logged WHERE logged.position = ` + position + `)`
}

// Holds returns an SQL condition: the log has the event with an id at a position; id and position
// are SQL. The condition is false if the log went back to an earlier state, or the log has another
// event at that position.
func Holds(position, id string) string {
	return `EXISTS (SELECT FROM events logged WHERE logged.position = ` + position + ` AND logged.event_id = ` + id + `)`
}
