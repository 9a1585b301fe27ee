package logsql

// Head is an SQL expression for the position of the last event in the log, or 0 if the log is
// empty.
const Head = `coalesce((SELECT max(logged.position) FROM events logged), 0)`

// ID returns an SQL expression for the id of the event at a position. The parameter position is an
// SQL expression. If no event has this position, the result is NULL.
func ID(position string) string {
	return `(SELECT logged.event_id FROM events logged WHERE logged.position = ` + position + `)`
}

// Holds returns an SQL condition that is true if the event at a position has a given id. The
// parameters id and position are SQL expressions. The condition is false if the log has no event or
// another event at the position, for example because the log went back to an earlier state.
func Holds(position, id string) string {
	return `EXISTS (SELECT FROM events logged WHERE logged.position = ` + position + ` AND logged.event_id = ` + id + `)`
}

// Has returns an SQL condition that is true if the log has an event with a given id. The parameter
// id is an SQL expression.
func Has(id string) string {
	return `EXISTS (SELECT FROM events logged WHERE logged.event_id = ` + id + `)`
}
