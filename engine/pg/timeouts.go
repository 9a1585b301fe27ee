package pg

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/pooler"
)

// Timeouts has the times after which the server ends a statement or a session. The server does so
// even if the process is frozen, disconnected or dead. A connection sets these times once, at its
// start, so that statements have no extra cost. A time of zero means no limit. A time-out in the
// URL takes precedence.
type Timeouts struct {
	Statement time.Duration // time of a statement, including its waits
	Lock      time.Duration // time of a wait for a lock, also for an advisory lock
	Idle      time.Duration // time that a transaction waits for its next statement
}

// Bound adds the time-outs to a configuration that dsn.Config has made.
func (t Timeouts) Bound(config *pgxpool.Config) {
	for name, bound := range map[string]time.Duration{dsn.StatementTimeout: t.Statement, dsn.LockTimeout: t.Lock, dsn.IdleTimeout: t.Idle} {
		if bound > 0 {
			dsn.SetDefault(config.ConnConfig.RuntimeParams, name, strconv.FormatInt(bound.Milliseconds(), 10))
		}
	}
}

// check returns an error if a connection has no time-outs. A pooler that is configured to ignore
// time-outs drops them without an error. check accepts time-outs that differ from the time-outs in
// t, for example because the role sets other values.
func (t Timeouts) check(ctx context.Context, conn *pgconn.PgConn) error {
	const sql = `SELECT concat_ws(', ', CASE current_setting('statement_timeout') WHEN '0' THEN 'statement_timeout' END,
		CASE current_setting('lock_timeout') WHEN '0' THEN 'lock_timeout' END,
		CASE current_setting('idle_in_transaction_session_timeout') WHEN '0' THEN 'idle_in_transaction_session_timeout' END)`
	unset, err := pooler.Ask(ctx, conn, sql)
	if err != nil {
		return fmt.Errorf("read time-outs: %w", err)
	}
	for name, bound := range map[string]time.Duration{dsn.StatementTimeout: t.Statement, dsn.LockTimeout: t.Lock, dsn.IdleTimeout: t.Idle} {
		if bound > 0 && strings.Contains(unset, name) {
			return fmt.Errorf("the pooler ignores our time-outs, and the server has none for this role: ALTER ROLE … SET %s = '%ds'",
				name, int(bound.Seconds()))
		}
	}
	return nil
}
