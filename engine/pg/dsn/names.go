package dsn

// SearchPathName is the parameter that says where unqualified names are.
const SearchPathName = "search_path"

// Bounds that the server keeps.
const (
	StatementTimeout = "statement_timeout"
	LockTimeout      = "lock_timeout"
	IdleTimeout      = "idle_in_transaction_session_timeout"
)

// Every connection sets these at its start, whatever server, database and login say: later
// changes of those do not reach it.
const (
	SynchronousCommit = "synchronous_commit"
	Isolation         = "default_transaction_isolation"
	ReadCommitted     = "read committed"

	ClientEncoding = "client_encoding"

	RemoteApply = "remote_apply"
	UTF8        = "UTF8"
)
