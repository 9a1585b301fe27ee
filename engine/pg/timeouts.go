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

// Timeouts is when the server itself ends what a session is at, even if the process
// that asked is frozen, cut off or dead. They are set with the connection and cost no
// statement anything. Zero: never. What the URL says goes first.
type Timeouts struct {
	Statement time.Duration // a statement, its waits included
	Lock      time.Duration // a wait for a lock, for an advisory one too
	Idle      time.Duration // a transaction whose next statement does not come
}

// Bound has the server end what takes longer. It changes a configuration that Config
// made.
func (t Timeouts) Bound(config *pgxpool.Config) {
	for name, bound := range map[string]time.Duration{dsn.StatementTimeout: t.Statement, dsn.LockTimeout: t.Lock, dsn.IdleTimeout: t.Idle} {
		if bound > 0 {
			dsn.SetDefault(config.ConnConfig.RuntimeParams, name, strconv.FormatInt(bound.Milliseconds(), 10))
		}
	}
}

// check sees that the bounds have arrived: a pooler that was told to ignore them drops
// them in silence. Others than those asked for are fine, such as the role's.
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
