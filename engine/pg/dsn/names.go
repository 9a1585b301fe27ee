package dsn

// SearchPathName is the parameter that lists the schemas in which PostgreSQL looks up names.
const SearchPathName = "search_path"

// Names of the server's time limits.
const (
	StatementTimeout = "statement_timeout"
	LockTimeout      = "lock_timeout"
	IdleTimeout      = "idle_in_transaction_session_timeout"
)

// Every connection sets the following parameters at its start. If the server, the database or the
// login sets other values, those values have no effect on the connection.
const (
	SynchronousCommit = "synchronous_commit"
	Isolation         = "default_transaction_isolation"
	ReadCommitted     = "read committed"

	ClientEncoding = "client_encoding"

	RemoteApply = "remote_apply"
	UTF8        = "UTF8"
)
