package projection_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/rebuild"
)

// changes lists changes of a table. Each change takes only locks that do not conflict with the
// locks of a rebuild. The new table must get the property in the field seen. If the field seen is
// empty, the rebuild must fail with an error that contains the text in the field named.
var changes = map[string]struct{ sql, seen, named string }{
	"a grant of a column":        {sql: `GRANT SELECT (place) ON levels TO pg_monitor`, seen: "pg_monitor=r/", named: "column place of table levels: privilege"},
	"a grant of the table":       {sql: `GRANT SELECT ON levels TO pg_monitor`, seen: "pg_monitor=r/"},
	"a comment on an index":      {sql: `COMMENT ON INDEX levels_by_place IS 'for lists'`, seen: "for lists", named: "index levels_by_place: comment"},
	"a comment on statistics":    {sql: `COMMENT ON STATISTICS together IS 'both'`, seen: "both"},
	"a comment on the row type":  {sql: `COMMENT ON TYPE levels IS 'a row'`, named: "row type of table levels: comment"},
	"a function of the row type": {sql: `CREATE FUNCTION full(l levels) RETURNS bool LANGUAGE sql AS 'SELECT false'`, named: "depends on type"},
	"a cast of the row type":     {sql: `CREATE CAST (levels AS text) WITH INOUT`, named: "cast from"},
}

// others is a session that changes a table during a rebuild. The rebuild sends a statement that
// begins with the text in the field when. At that moment the session others makes the change and
// leaves its transaction open.
type others struct {
	change string
	pool   *pgxpool.Pool
	when   string
	commit bool
	waits  bool         // the change waits for the switch to the new tables, so the switch must not wait for the change
	again  atomic.Int64 // how often the switch was attempted again
	began  atomic.Bool
	opened chan pgx.Tx
	said   chan struct{} // receives when the rebuild logs that it waits
}

func (o *others) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (o *others) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	due := o.when != "" && strings.HasPrefix(data.SQL, o.when)
	if o.when == "commit" { // the COMMIT of the switch to the new tables: only the transaction of the switch has created the schema of the old tables
		var switching bool
		due = due && !o.began.Load() && conn.QueryRow(ctx, `SELECT to_regnamespace('kept_levels') IS NOT NULL`).Scan(&switching) == nil && switching
	}
	switch {
	case due && o.waits && !o.began.Load():
		go o.begin()
		for waiting := false; !waiting; {
			if err := o.pool.QueryRow(ctx, waitingSQL).Scan(&waiting); err != nil {
				panic(err)
			}
		}
	case due:
		o.begin()
	}
	return ctx
}

// waitingSQL reports whether an UPDATE of the table checkpoints waits for another transaction.
const waitingSQL = `
	SELECT EXISTS (SELECT FROM pg_locks w JOIN pg_stat_activity a ON a.pid = w.pid AND a.datname = current_database()
	               WHERE NOT w.granted AND w.locktype = 'transactionid' AND a.query LIKE 'UPDATE checkpoints SET updated_at%')`

// begin makes the change if it was not made yet.
func (o *others) begin() {
	if !o.began.CompareAndSwap(false, true) {
		return
	}
	ctx := context.Background()
	tx, err := o.pool.Begin(ctx)
	if err == nil {
		_, err = tx.Exec(ctx, `SET LOCAL lock_timeout = '5s'`)
	}
	if err == nil {
		_, err = tx.Exec(ctx, o.change)
	}
	if err == nil && o.commit {
		err = tx.Commit(ctx)
	}
	if err != nil {
		panic(err)
	}
	o.opened <- tx
}

// Write receives the lines that the rebuild logs.
func (o *others) Write(line []byte) (int, error) {
	if strings.Contains(string(line), "trying to switch again") {
		o.again.Add(1)
	}
	if o.began.Load() && (strings.Contains(string(line), "waiting for open transactions") || strings.Contains(string(line), "trying to switch again")) {
		select {
		case o.said <- struct{}{}:
		default:
		}
	}
	return len(line), nil
}

// beside runs the function work, which is a rebuild or an undo, while the session o changes a table
// in its own transaction. When work waits for this transaction, or when work has ended, beside
// commits the transaction if it is still open.
func (o *others) beside(t *testing.T, work func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- work() }()
	var open pgx.Tx
	select {
	case open = <-o.opened:
	case err := <-done:
		t.Fatalf("it ended before the change was made: %v", err)
	}
	select {
	case <-o.said:
	case err := <-done:
		done <- err
	case <-time.After(await.Within):
		t.Error("it neither waits nor ends")
	}
	if err := open.Commit(context.WithoutCancel(t.Context())); err != nil && !errors.Is(err, pgx.ErrTxClosed) {
		t.Errorf("the others: %v", err)
	}
	return await.Signal(t, "the rebuild", done)
}

// levelsBeside returns a projector with a filled read model. The session others sees all statements
// and log lines of this projector.
func levelsBeside(t *testing.T, o *others) (*pgxpool.Pool, *projection.Projector) {
	t.Helper()
	url := tank.Database(t)
	o.pool, o.opened, o.said = rig.Connect(t, url), make(chan pgx.Tx, 1), make(chan struct{}, 1)
	position := fill(t, o.pool, 3, 3)
	traced := rig.Traced(t, url, o)
	projector := projection.NewProjector(traced, eventlog.New(traced, eventlog.Config{Decode: tank.Decode}), projection.Config{
		Decode: tank.Decode, Poll: 20 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(o, nil)),
	})
	tank.Levels.AddTo(projector)
	await.Background(t, projector.Run)
	rig.WaitFor(t, o.pool, tank.Levels.Name, position)
	rig.Do(t, o.pool, `CREATE STATISTICS together ON place, unit FROM levels`)
	return o.pool, projector
}

// At its end, a rebuild replaces the old tables by the new ones (the switch). Another transaction
// may change the old tables during the switch. The switch waits for this transaction and compares
// the tables again. So the rebuild copies or refuses this change like any other change.
func TestRebuildKeepsWhatIsChangedDuringTheSwitch(t *testing.T) {
	t.Parallel()
	moments := map[string]others{
		"open before it":      {},
		"opened in it":        {when: "LOCK TABLE"},
		"committed in it":     {when: `CREATE SCHEMA "kept_levels"`, commit: true},
		"open before an undo": {when: "undo"},
	}
	for when := range moments {
		for name, change := range changes {
			if when == "open before an undo" && name != "a grant of a column" && name != "a function of the row type" {
				continue // an undo uses the same switch, so two changes are enough
			}
			t.Run(when+"/"+name, func(t *testing.T) {
				t.Parallel()
				o := &others{change: change.sql, when: moments[when].when, commit: moments[when].commit}
				pool, projector := levelsBeside(t, o)
				work := func() error { return rebuild.Run(t.Context(), projector.Set(), tank.Levels.Name, rig.Quiet) }
				if o.when == "undo" {
					rig.Rebuild(t, projector, tank.Levels.Name)
					work = func() error { return rebuild.Undo(t.Context(), projector.Set(), tank.Levels.Name, rig.Quiet) }
				}
				if o.when == "" || o.when == "undo" {
					o.begin()
				}
				before := rig.One[uint32](t, pool, `SELECT 'levels'::regclass::oid`)
				err := o.beside(t, work)
				after := rig.Shape(t, pool, tank.Levels.Tables)
				replaced := rig.One[uint32](t, pool, `SELECT 'levels'::regclass::oid`) != before
				switch {
				case change.seen == "" && (err == nil || !strings.Contains(err.Error(), change.named) || replaced):
					t.Errorf("got %v, want a refusal that names %q; the table was replaced: %t", err, change.named, replaced)
				case change.seen != "" && (err != nil || !strings.Contains(after, change.seen) || !replaced):
					t.Errorf("got %v, want the new table to have %q; the table was replaced: %t:\n%s", err, change.seen, replaced, after)
				}
			})
		}
	}
}

// A change may come so late that the switch to the new tables is already committed. The rebuild
// then returns an error that names the change.
func TestRebuildNamesWhatWasChangedAtTheCommit(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a grant of a column", "a comment on an index", "a function of the row type"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := &others{change: changes[name].sql, when: "commit"}
			pool, projector := levelsBeside(t, o)
			before := rig.One[uint32](t, pool, `SELECT 'levels'::regclass::oid`)
			err := o.beside(t, func() error { return rebuild.Run(t.Context(), projector.Set(), tank.Levels.Name, rig.Quiet) })
			if !errors.Is(err, rebuild.ErrSwitched) || !strings.Contains(err.Error(), changes[name].named) {
				t.Errorf("got %v, want %q named", err, changes[name].named)
			}
			if rig.One[uint32](t, pool, `SELECT 'levels'::regclass::oid`) == before {
				t.Error("the table was not replaced")
			}
		})
	}
}

// Another transaction changes the same row of the system catalog as the switch to the new tables.
// PostgreSQL then rejects the later change. If the switch fails for this reason, it is tried again.
func TestSwitchTriesAgainWhenTheCatalogChangesUnderIt(t *testing.T) {
	t.Parallel()
	o := &others{change: `GRANT SELECT ON levels TO pg_monitor`, when: `CREATE SCHEMA "kept_levels"`}
	pool, projector := levelsBeside(t, o)
	done := make(chan error, 1)
	go func() { done <- rebuild.Run(t.Context(), projector.Set(), tank.Levels.Name, rig.Quiet) }()
	open := await.Signal(t, "the change", o.opened)
	await.True(t, "the switch has met it", func() bool {
		return rig.One[bool](t, pool, `SELECT EXISTS (SELECT FROM pg_locks w JOIN pg_stat_activity a ON a.pid = w.pid AND a.datname = current_database()
			WHERE NOT w.granted AND w.locktype = 'transactionid')`) || len(o.said) > 0
	})
	if err := open.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := await.Signal(t, "the rebuild", done); err != nil {
		t.Error(err)
	}
	if after := rig.Shape(t, pool, tank.Levels.Tables); !strings.Contains(after, "pg_monitor=r/") {
		t.Errorf("the grant is gone:\n%s", after)
	}
}

// A transaction of the projection has written something and waits for the switch to the new tables.
// The switch must not wait for this transaction, because that would be a deadlock.
func TestSwitchDoesNotWaitForThoseThatWaitForIt(t *testing.T) {
	t.Parallel()
	o := &others{change: `UPDATE checkpoints SET updated_at = clock_timestamp() WHERE projection = 'levels'`, when: "LOCK TABLE", commit: true, waits: true}
	_, projector := levelsBeside(t, o)
	rig.Rebuild(t, projector, tank.Levels.Name)
	if again := o.again.Load(); again != 0 {
		t.Errorf("the switch was tried again %d times", again)
	}
	await.Signal(t, "the one that waited", o.opened)
}
