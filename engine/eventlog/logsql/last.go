package logsql

// Last is a subquery of the position and the event_id of the last event in the log. Last has no row
// while the log is empty.
const Last = `(SELECT logged.position, logged.event_id FROM events logged ORDER BY logged.position DESC LIMIT 1)`
