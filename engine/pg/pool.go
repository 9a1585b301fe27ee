package pg

import (
	"errors"
	"fmt"
	"os"

	"example.com/pgcqrs/engine/pg/pooler"
)

// Pool has the options of a pool of connections.
type Pool struct {
	Name      string // name of the sessions in pg_stat_activity
	MaxConns  int32
	Needs     pooler.Needs
	Timeouts  Timeouts
	MayBeAway bool // if the database can't be reached, Open returns the pool together with ErrAway

	// If PinPath is true, sessions use the search_path of the database. A search_path that is set for
	// the login has no effect. SearchPath is the search_path of the sessions. A search_path in the URL
	// takes precedence over SearchPath, and SearchPath takes precedence over PinPath.
	PinPath    bool
	SearchPath string
}

// ErrAway says that a database can't be reached now, but perhaps later.
var ErrAway = errors.New("it does not answer")

// SessionName returns a name for the database sessions that this process opens, to be used as
// Pool.Name. The view pg_stat_activity shows this name. Errors about a lock also show this name, to
// describe the session that holds the lock.
func SessionName(program string) string {
	host, _ := os.Hostname() // without the host, the name still has the program and the process id
	return fmt.Sprintf("%s %s:%d", program, host, os.Getpid())
}
