package logsql

// Last is a table of the log's last event: its position and event_id, and no row while the log is
// empty.
const Last = `(SELECT logged.position, logged.event_id FROM events logged ORDER BY logged.position DESC LIMIT 1)`
