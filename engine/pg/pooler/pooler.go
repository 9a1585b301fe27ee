package pooler

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/failure"
)

// Needs says what a program needs from a pooler.
type Needs int

// Values of Needs, from least to most.
const (
	Prepared Needs = iota // statements that are prepared once and run later
	Session               // a server session that no other connection uses: for LISTEN and session locks
)

// These errors report a pooler through which a program can't work.
var (
	ErrNoSession  = errors.New("a pooler in transaction mode is in between, and this takes sessions (LISTEN, session locks): lead the URL to the server, or to a pool in session mode")
	ErrNoPrepared = errors.New("a pooler in transaction mode is in between, and loses prepared statements: use PgBouncer 1.21 or newer with max_prepared_statements over 0, a pool in session mode, or the server itself")
)

// Limits of a check.
const (
	LookFor  = 10 * time.Second // time limit of one check, because a broken connection may give no error
	probeFor = 3 * time.Second  // time limit of the part that needs two connections: if a pooler in session mode has no free session, the second one waits
	closeFor = 5 * time.Second  // time limit for closing a connection
	probes   = 5                // comparisons of the two connections: one is enough for a pooler that hands out the connection that was used last
)

// Check returns an error if a pooler does not provide what the program needs. Check returns nil if
// the program can reach no server.
func Check(ctx context.Context, config *pgx.ConnConfig, needs Needs) error {
	err := Probe(ctx, config, needs)
	if err == nil || failure.Away(err) {
		return nil
	}
	return dsn.Hide(err)
}

// Probe opens connections, and returns an error if a connection fails, or if a pooler does not
// provide what the program needs.
func Probe(ctx context.Context, config *pgx.ConnConfig, needs Needs) error {
	ctx, cancel := context.WithTimeout(ctx, LookFor)
	defer cancel()
	first, err := pgconn.ConnectConfig(ctx, config.Config.Copy())
	if err != nil {
		return err
	}
	defer Close(first)
	session, err := backend(ctx, first)
	if err != nil || session == first.PID() {
		return err // there is no pooler
	}
	probing, cancel := context.WithTimeout(ctx, probeFor)
	defer cancel()
	second, err := pgconn.ConnectConfig(probing, config.Config.Copy())
	if err != nil {
		return fullPool(ctx, err)
	}
	defer Close(second)
	shared, err := shareSessions(probing, first, second, session)
	switch {
	case err != nil:
		return fullPool(ctx, err)
	case !shared:
		return nil
	case needs == Session:
		return ErrNoSession
	}
	return keepsPrepared(ctx, first, second)
}

// Direct reports whether no pooler is between a connection and the server.
func Direct(ctx context.Context, conn *pgconn.PgConn) (bool, error) {
	session, err := backend(ctx, conn)
	return err == nil && session == conn.PID(), err
}

// fullPool returns nil if only the attempt to open the second connection has run out of time. In
// this case all sessions of the pooler are in use. fullPool returns any other error unchanged.
func fullPool(ctx context.Context, err error) error {
	if ctx.Err() == nil && (errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err)) {
		return nil
	}
	return err
}

// shareSessions reports whether a pooler moves two connections between sessions of the server. The
// pooler may run one connection in the session of the other connection, or in another session than
// before. shareSessions asks the first connection twice in a row, because only this detects a
// pooler that strictly alternates between two sessions.
func shareSessions(ctx context.Context, first, second *pgconn.PgConn, session uint32) (bool, error) {
	for range probes {
		others, err := backend(ctx, second)
		if err != nil || others == session {
			return err == nil, err
		}
		for range 2 {
			now, err := backend(ctx, first)
			if err != nil || now != session {
				return err == nil, err
			}
		}
	}
	return false, nil
}

// keepsPrepared prepares one statement on two connections and runs it on both. If the connections
// share a session, the second preparation fails; if the pooler has moved a connection to another
// session meanwhile, the run fails.
func keepsPrepared(ctx context.Context, first, second *pgconn.PgConn) error {
	const name = "pooler_probe"
	for range probes {
		for _, conn := range []*pgconn.PgConn{first, second} {
			if _, err := conn.Prepare(ctx, name, `SELECT 1`, nil); err != nil {
				return lostPrepared(err)
			}
		}
		for _, conn := range []*pgconn.PgConn{first, second} {
			if result := conn.ExecPrepared(ctx, name, nil, nil, nil).Read(); result.Err != nil {
				return lostPrepared(result.Err)
			}
			if err := conn.Deallocate(ctx, name); err != nil {
				return lostPrepared(err)
			}
		}
	}
	return nil
}

func lostPrepared(err error) error {
	if failure.Is(err, failure.DuplicatePrepared, failure.NoPreparedStatement) { // the statement exists already, or does not exist
		return ErrNoPrepared
	}
	return fmt.Errorf("prepare a statement through the pooler: %w", err)
}

// backend returns the process id of a connection's session on the server. Without a pooler, the
// server has sent the same process id at the start of the connection.
func backend(ctx context.Context, conn *pgconn.PgConn) (uint32, error) {
	pid, err := Ask(ctx, conn, `SELECT pg_backend_pid()`)
	if err != nil {
		return 0, fmt.Errorf("ask for the server's process: %w", err)
	}
	number, err := strconv.ParseUint(pid, 10, 32)
	return uint32(number), err
}

// Ask runs a query that returns one value. For this, Ask uses the simple protocol, which every
// pooler supports.
func Ask(ctx context.Context, conn *pgconn.PgConn, sql string) (string, error) {
	results, err := conn.Exec(ctx, sql).ReadAll()
	if err != nil {
		return "", err
	}
	if len(results) != 1 || len(results[0].Rows) != 1 {
		return "", errors.New("not one row")
	}
	return string(results[0].Rows[0][0]), nil
}

// Close closes a connection, and waits for at most closeFor.
func Close(conn *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), closeFor)
	defer cancel()
	_ = conn.Close(ctx)
}
