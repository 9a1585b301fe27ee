package dsn

// SearchPathName is the name of the parameter that says in which schemas PostgreSQL looks up
// unqualified names.
const SearchPathName = "search_path"

// Names of the server's time limits.
const (
	StatementTimeout = "statement_timeout"
	LockTimeout      = "lock_timeout"
	IdleTimeout      = "idle_in_transaction_session_timeout"
)

// Parameters that every connection sets at its start. Other values of these parameters, which the
// server, the database or the login sets before or after that start, do not affect the connection.
const (
	SynchronousCommit = "synchronous_commit"
	Isolation         = "default_transaction_isolation"
	ReadCommitted     = "read committed"

	ClientEncoding = "client_encoding"

	RemoteApply = "remote_apply"
	UTF8        = "UTF8"
)
