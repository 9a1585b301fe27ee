package logsql

// Grown is a query of the streams that have an event whose version is a multiple of $3, after the
// position $1 and up to $2. Grown returns the type and the id of each stream, and the last such
// version.
const Grown = `
	SELECT logged.stream_type, logged.stream_id, max(logged.version) FROM events logged
	WHERE logged.position > $1 AND logged.position <= $2 AND logged.version % $3 = 0 GROUP BY logged.stream_type, logged.stream_id`
