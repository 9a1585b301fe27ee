package logsql

// Encrypted is an SQL query. The query searches the first $2 events after the position $1, and
// returns the events that have an encrypted field.
const Encrypted = `SELECT stream_type, stream_id, version, type, schema_version, data FROM events
		WHERE position > $1 AND position <= $1 + $2 AND data::text LIKE '%"encrypted.1.%'`
