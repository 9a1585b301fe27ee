package logsql

// Last is an SQL subquery for the position and the event_id of the last event in the log. If the
// log is empty, the subquery returns no row.
const Last = `(SELECT logged.position, logged.event_id FROM events logged ORDER BY logged.position DESC LIMIT 1)`
