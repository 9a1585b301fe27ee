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

// Needs is what a pooler must leave intact.
type Needs int

// Needs, from least to most.
const (
	Prepared Needs = iota // statements that are prepared once and run later
	Session               // a server session of one's own: LISTEN, session locks
)

// Errors of poolers that can't be worked through.
var (
	ErrNoSession  = errors.New("a pooler in transaction mode is in between, and this takes sessions (LISTEN, session locks): lead the URL to the server, or to a pool in session mode")
	ErrNoPrepared = errors.New("a pooler in transaction mode is in between, and loses prepared statements: use PgBouncer 1.21 or newer with max_prepared_statements over 0, a pool in session mode, or the server itself")
)

// probeFor bounds a check through the pooler: in session mode a full pool makes the second
// connection wait.
const probeFor = 3 * time.Second

// LookFor bounds one check: its connection may have died unnoticed.
const LookFor = 10 * time.Second

// probes is how often two connections are compared; one comparison is enough if the pooler gives
// out the connection that was used last.
const probes = 5

// Check fails if a pooler is in between and takes away what is needed. It passes if no server can
// be reached.
func Check(ctx context.Context, config *pgx.ConnConfig, needs Needs) error {
	err := Probe(ctx, config, needs)
	if err == nil || failure.Away(err) {
		return nil
	}
	return dsn.Hide(err)
}

// Probe connects, and returns an error if a pooler is in between that takes away what is needed.
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

// fullPool returns nil if only the second connection ran out of time: the pool gives nobody a
// session while the first has its own.
func fullPool(ctx context.Context, err error) error {
	if ctx.Err() == nil && (errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err)) {
		return nil
	}
	return err
}

// shareSessions reports whether two connections take turns at sessions of the server: one finds
// itself in the other's session, or in another one than before. It asks one of them twice in a row:
// two connections that strictly take turns at two sessions would always get the same.
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

// keepsPrepared prepares one statement on two connections, which fails if they share a session, and
// runs it, which fails if the session has changed.
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
	if failure.Is(err, failure.DuplicatePrepared, failure.NoPreparedStatement) { // it exists already, or does not exist
		return ErrNoPrepared
	}
	return fmt.Errorf("prepare a statement through the pooler: %w", err)
}

// backend returns the number of the server's process. The number that the protocol gave at the
// start is the same, unless a pooler gave it.
func backend(ctx context.Context, conn *pgconn.PgConn) (uint32, error) {
	pid, err := Ask(ctx, conn, `SELECT pg_backend_pid()`)
	if err != nil {
		return 0, fmt.Errorf("ask for the server's process: %w", err)
	}
	number, err := strconv.ParseUint(pid, 10, 32)
	return uint32(number), err
}

// Ask runs a query for one value by the simple protocol, which every pooler supports.
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

// closeFor bounds the end of a connection.
const closeFor = 5 * time.Second

// Close ends a connection, and does not wait long.
func Close(conn *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), closeFor)
	defer cancel()
	_ = conn.Close(ctx)
}
