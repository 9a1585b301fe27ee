package dsn

// SearchPathName is the parameter that says in which schemas unqualified names are looked up.
const SearchPathName = "search_path"

// Names of the server's time limits.
const (
	StatementTimeout = "statement_timeout"
	LockTimeout      = "lock_timeout"
	IdleTimeout      = "idle_in_transaction_session_timeout"
)

// Parameters that every connection sets at its start, whatever server, database and login say:
// their later changes do not reach it.
const (
	SynchronousCommit = "synchronous_commit"
	Isolation         = "default_transaction_isolation"
	ReadCommitted     = "read committed"

	ClientEncoding = "client_encoding"

	RemoteApply = "remote_apply"
	UTF8        = "UTF8"
)
