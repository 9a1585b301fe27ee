package lock

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Times of the search for transactions that hold locks for too long.
const (
	HoldFor   = time.Second           // a transaction that holds a lock for this long is reported, because it makes appends wait
	LookAgain = 20 * time.Millisecond // first pause between two queries of held locks; flights take a few milliseconds
)

// holder is a transaction that holds a lock that appends need. A transaction that waits for such a
// lock is also called a holder, because appends have to wait for it, too.
type holder struct {
	transaction string // virtual id of the transaction; it stays the same while the lock is held
	lock        string // description of the lock for people
}

// Holders remembers which transactions held locks that appends need, when Check was last called.
type Holders struct {
	mu   sync.Mutex
	held map[holder]time.Time // for each holder, when it was first seen
}

// findHolders returns the transactions that hold, or wait for, locks that appends need, each with a
// description for people. Transactions that wait for the append lock are not in the result, because
// appends themselves wait for this lock. findHolders works even while no append runs. On the table
// append_lock, every lock except a reader's lock blocks appends. On tables into which appends
// insert, locks that exclude writers block appends. On tables that appends only read, locks that
// exclude readers block appends. The query reads only columns that a login may also see for the
// sessions of other logins.
func findHolders(ctx context.Context, conn *pgx.Conn) (map[holder]string, error) {
	const sql = `
		WITH needed AS (
		    SELECT to_regclass(name) AS relation, name, modes
		    FROM (VALUES ('` + Table + `', '{RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'::text[]),
		                 ('events', '{ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
		                 ('event_tags', '{ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
		                 ('outbox', '{ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
		                 ('idempotency_keys', '{ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}'),
		                 ('elapsed', '{AccessExclusiveLock}'), ('log_epochs', '{AccessExclusiveLock}')) AS n (name, modes)
		)
		SELECT l.virtualtransaction, CASE n.name WHEN '` + Table + `' THEN 'the append lock' ELSE 'a lock on ' || n.name || ' (' || l.mode || ')' END,
		       CASE WHEN l.granted THEN ' is held by ' ELSE ' is asked for by ' END ||
		       CASE WHEN l.pid IS NULL THEN 'a prepared transaction (see pg_prepared_xacts)'
		            ELSE concat(coalesce(nullif(a.application_name, ''), 'a session without a name'), ' of login ' || a.usename, ' (server process ', l.pid,
		                        ', ' || a.state, ', waits for ' || a.wait_event,
		                        CASE WHEN NOT l.granted THEN ', behind server processes ' || array_to_string(pg_blocking_pids(l.pid), ', ') END, ')') END
		FROM needed n
		JOIN pg_locks l ON l.locktype = 'relation' AND l.relation = n.relation AND l.mode = ANY (n.modes) AND (l.granted OR n.name <> '` + Table + `')
		 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		LEFT JOIN pg_stat_activity a ON a.pid = l.pid`
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("look who holds locks that appends need: %w", err)
	}
	found := make(map[holder]string)
	var h holder
	var text string
	_, err = pgx.ForEachRow(rows, []any{&h.transaction, &h.lock, &text}, func() error {
		found[h] = text
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look who holds locks that appends need: %w", err)
	}
	return found, nil
}

// Check looks for a single transaction that holds, for the time HoldFor or longer, a lock that
// appends need. If there is one, Check returns an error; otherwise Check returns nil. Short locks
// of successive appends are no error.
func (w *Holders) Check(ctx context.Context, conn *pgx.Conn) error {
	watched, err := findHolders(ctx, conn)
	for wait := LookAgain; err == nil && len(watched) > 0; wait = min(2*wait, HoldFor/4) {
		if err := w.heldTooLong(watched); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("look who holds locks that appends need: %w", ctx.Err())
		case <-time.After(wait):
		}
		var now map[holder]string
		now, err = findHolders(ctx, conn)
		for h := range watched {
			if text, still := now[h]; still {
				watched[h] = text
			} else {
				delete(watched, h)
			}
		}
	}
	return err
}

// heldTooLong returns an error that names the transactions that have held a lock for HoldFor or
// longer. If there is no such transaction, heldTooLong returns nil.
func (w *Holders) heldTooLong(held map[holder]string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	since := make(map[holder]time.Time, len(held))
	var said []string
	for h, text := range held {
		since[h] = time.Now()
		if before, seen := w.held[h]; seen {
			since[h] = before
		}
		if long := time.Since(since[h]); long >= HoldFor {
			said = append(said, fmt.Sprintf("%s%s, for %s at least", h.lock, text, long.Round(time.Second)))
		}
	}
	w.held = since
	if len(said) == 0 {
		return nil
	}
	slices.Sort(said)
	return errors.New(strings.Join(said, "; "))
}
