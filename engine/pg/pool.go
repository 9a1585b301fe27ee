package pg

import (
	"errors"
	"fmt"
	"os"

	"example.com/pgcqrs/engine/pg/pooler"
)

// Pool has the options of a pool of connections.
type Pool struct {
	Name      string // shows in pg_stat_activity
	MaxConns  int32
	Needs     pooler.Needs
	Timeouts  Timeouts
	MayBeAway bool // if it is, Open returns the pool together with ErrAway

	// If the URL sets no search_path: the database's, whatever the login has set for itself, or
	// this one.
	PinPath    bool
	SearchPath string
}

// ErrAway says that a database can't be reached now; it may be later.
var ErrAway = errors.New("it does not answer")

// SessionName returns a Pool's Name for what a program does in this process: pg_stat_activity shows
// it, also for the holder of a lock.
func SessionName(program string) string {
	host, _ := os.Hostname() // a name without it is still one
	return fmt.Sprintf("%s %s:%d", program, host, os.Getpid())
}
