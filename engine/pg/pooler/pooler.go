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

// Needs says what a pooler must leave intact.
type Needs int

// Values of Needs, from least to most.
const (
	Prepared Needs = iota // statements that are prepared once and run later
	Session               // a server session that no other connection uses: for LISTEN and session locks
)

// Errors for a pooler through which a program can't work.
var (
	ErrNoSession  = errors.New("a pooler in transaction mode is in between, and this takes sessions (LISTEN, session locks): lead the URL to the server, or to a pool in session mode")
	ErrNoPrepared = errors.New("a pooler in transaction mode is in between, and loses prepared statements: use PgBouncer 1.21 or newer with max_prepared_statements over 0, a pool in session mode, or the server itself")
)

// probeFor is the time limit of a check through the pooler: in session mode, the second connection
// waits while the pool is full.
const probeFor = 3 * time.Second

// LookFor is the time limit of one check, whose connection may have died unnoticed.
const LookFor = 10 * time.Second

// probes is how many times two connections are compared. One comparison is enough if the pooler
// hands out the server connection that was used last.
const probes = 5

// Check returns an error if a pooler takes away what the parameter needs names. Check returns nil
// if no server can be reached.
func Check(ctx context.Context, config *pgx.ConnConfig, needs Needs) error {
	err := Probe(ctx, config, needs)
	if err == nil || failure.Away(err) {
		return nil
	}
	return dsn.Hide(err)
}

// Probe connects, and returns an error if a pooler takes away what the parameter needs names, or if
// a connection fails.
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

// fullPool returns nil if only the second connection ran out of time: the pool is full, and has no
// session for the second connection while the first has one. fullPool returns any other error
// unchanged.
func fullPool(ctx context.Context, err error) error {
	if ctx.Err() == nil && (errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err)) {
		return nil
	}
	return err
}

// shareSessions reports whether a pooler moves two connections between sessions of the server: one
// connection runs in the session of the other, or in another session than before. shareSessions
// asks the first connection twice in a row, because two connections that strictly alternate between
// two sessions would always see the same session.
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

// keepsPrepared prepares one statement on two connections and runs it on both. The preparation
// fails if the connections share a session, and the run fails if the session has changed.
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

// backend returns the process id of a connection's session on the server. Without a pooler, that
// process id equals the one that the protocol gave at the start.
func backend(ctx context.Context, conn *pgconn.PgConn) (uint32, error) {
	pid, err := Ask(ctx, conn, `SELECT pg_backend_pid()`)
	if err != nil {
		return 0, fmt.Errorf("ask for the server's process: %w", err)
	}
	number, err := strconv.ParseUint(pid, 10, 32)
	return uint32(number), err
}

// Ask runs a query for one value with the simple protocol, which every pooler supports.
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

// closeFor is the time limit for closing a connection.
const closeFor = 5 * time.Second

// Close closes a connection, and waits for at most closeFor.
func Close(conn *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), closeFor)
	defer cancel()
	_ = conn.Close(ctx)
}
