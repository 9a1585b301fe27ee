package logsql

// Grown is an SQL query. The query searches the events after the position $1, up to and including
// the position $2, for events whose version is a multiple of $3. For each stream with a found
// event, the query returns the stream's type and id, and the highest found version.
const Grown = `
	SELECT logged.stream_type, logged.stream_id, max(logged.version) FROM events logged
	WHERE logged.position > $1 AND logged.position <= $2 AND logged.version % $3 = 0 GROUP BY logged.stream_type, logged.stream_id`
