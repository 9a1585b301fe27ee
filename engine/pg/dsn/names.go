package dsn

// SearchPathName is the parameter that lists the schemas in which PostgreSQL looks up names.
const SearchPathName = "search_path"

// Names of the server's time limits.
const (
	StatementTimeout = "statement_timeout"
	LockTimeout      = "lock_timeout"
	IdleTimeout      = "idle_in_transaction_session_timeout"
)

// These are parameters that every connection sets at its start. The server, the database or the
// login may set other values, but these values have no effect on the connection.
const (
	SynchronousCommit = "synchronous_commit"
	Isolation         = "default_transaction_isolation"
	ReadCommitted     = "read committed"

	ClientEncoding = "client_encoding"

	RemoteApply = "remote_apply"
	UTF8        = "UTF8"
)
