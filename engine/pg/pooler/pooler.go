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

// Needs is what a pooler between us and the server must leave as it is.
type Needs int

// What is needed, from least to most.
const (
	Prepared Needs = iota // statements that are prepared once and run later
	Session               // a server session of our own: LISTEN, session locks
)

// Errors of poolers that can't be worked through.
var (
	ErrNoSession  = errors.New("a pooler in transaction mode is in between, and this takes sessions (LISTEN, session locks): lead the URL to the server, or to a pool in session mode")
	ErrNoPrepared = errors.New("a pooler in transaction mode is in between, and loses prepared statements: use PgBouncer 1.21 or newer with max_prepared_statements over 0, a pool in session mode, or the server itself")
)

// probeFor bounds a look through the pooler: a pool in session mode that is full makes
// the second connection wait.
const probeFor = 3 * time.Second

// LookFor bounds one look: a connection may have died unheard.
const LookFor = 10 * time.Second

// probes is how often two connections are compared: one is enough where the pooler hands
// out the connection that was used last.
const probes = 5

// Check fails if a pooler leads to the server and takes away what is needed. Whoever
// is away takes nothing.
func Check(ctx context.Context, config *pgx.ConnConfig, needs Needs) error {
	err := Probe(ctx, config, needs)
	if err == nil || failure.Away(err) {
		return nil
	}
	return dsn.Hide(err)
}

// Probe connects, and returns an error if a pooler stands between that takes away what is needed.
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
		return err // nobody is in between
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

// fullPool is nil if only the second connection's time was up: nobody gets a session
// while the first has its own.
func fullPool(ctx context.Context, err error) error {
	if ctx.Err() == nil && (errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err)) {
		return nil
	}
	return err
}

// shareSessions says whether two connections take turns at sessions of the server: one
// finds itself where the other was, or somewhere else than before. One asks twice in a
// row: two that strictly take turns at two sessions would always meet the same.
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

// keepsPrepared prepares one statement from two connections, which is an error if they
// meet on a session, and runs it, which is one if they do not.
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
	if failure.Is(err, failure.DuplicatePrepared, failure.NoPreparedStatement) { // it is there already; it is not there
		return ErrNoPrepared
	}
	return fmt.Errorf("prepare a statement through the pooler: %w", err)
}

// backend is the number of the server's process. What the protocol told us when we
// connected is the same, unless it was a pooler that told us.
func backend(ctx context.Context, conn *pgconn.PgConn) (uint32, error) {
	pid, err := Ask(ctx, conn, `SELECT pg_backend_pid()`)
	if err != nil {
		return 0, fmt.Errorf("ask for the server's process: %w", err)
	}
	number, err := strconv.ParseUint(pid, 10, 32)
	return uint32(number), err
}

// Ask runs a query by the simple protocol, which every pooler knows, for one value.
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

// Close ends a connection without a wait for long.
func Close(conn *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), closeFor)
	defer cancel()
	_ = conn.Close(ctx)
}
