package logsql

// Encrypted is a query of the events that have an encrypted field, at the $2 positions after $1.
const Encrypted = `SELECT stream_type, stream_id, version, type, schema_version, data FROM events
		WHERE position > $1 AND position <= $1 + $2 AND data::text LIKE '%"encrypted.1.%'`
