package logsql

// Grown is a statement: the streams with an event whose version is a multiple of $3, after position
// $1 and up to $2, with their types and the last such version.
const Grown = `
	SELECT logged.stream_type, logged.stream_id, max(logged.version) FROM events logged
	WHERE logged.position > $1 AND logged.position <= $2 AND logged.version % $3 = 0 GROUP BY logged.stream_type, logged.stream_id`
