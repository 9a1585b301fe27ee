package pg

import (
	"errors"
	"fmt"
	"os"

	"example.com/pgcqrs/engine/pg/pooler"
)

// Pool is how a pool of connections is opened.
type Pool struct {
	Name      string // shows in pg_stat_activity
	MaxConns  int32
	Needs     pooler.Needs
	Timeouts  Timeouts
	MayBeAway bool // now: Open returns the pool with ErrAway

	// Where the URL sets no search_path: what the database has, whatever the login has set for
	// itself, or this one.
	PinPath    bool
	SearchPath string
}

// ErrAway says that a database can't be reached now; it may be later.
var ErrAway = errors.New("it does not answer")

// SessionName is a Pool's Name for what a program does in this process: it shows in
// pg_stat_activity, and as the holder of a lock, who holds it.
func SessionName(program string) string {
	host, _ := os.Hostname() // a name without it is still one
	return fmt.Sprintf("%s %s:%d", program, host, os.Getpid())
}
