package logsql

// Encrypted is an SQL query for the events that have an encrypted field, among the $2 events that
// follow the position $1.
const Encrypted = `SELECT stream_type, stream_id, version, type, schema_version, data FROM events
		WHERE position > $1 AND position <= $1 + $2 AND data::text LIKE '%"encrypted.1.%'`
