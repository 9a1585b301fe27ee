package projector_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/test/await"
	"example.com/pgcqrs/test/testdb"
)

// fillSQL writes a log of accounts that are opened and get a deposit of 1 for each
// further event.
const fillSQL = `
	INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
	SELECT (v - 1) * $1 + s, 'account', md5(s::text)::uuid, v, gen_random_uuid(),
	       CASE v WHEN 1 THEN 'account.opened' ELSE 'account.money_deposited' END, 1,
	       CASE v WHEN 1 THEN '{"owner": "Ada", "currency": "EUR"}' ELSE '{"amount": 1, "reference": "x"}' END::jsonb, '{}', now(), now()
	FROM generate_series(1, $1::bigint) s, generate_series(1, $2::bigint) v`

// fill is fillSQL, and says how many events these are.
func fill(t *testing.T, pool *pgxpool.Pool, streams, eventsEach int) int64 {
	t.Helper()
	tag, err := pool.Exec(t.Context(), fillSQL, streams, eventsEach)
	if err != nil {
		t.Fatal(err)
	}
	return tag.RowsAffected()
}

// sample is a projector with the sample's read models, running.
func sample(t *testing.T, pool *pgxpool.Pool) *read.Projector {
	t.Helper()
	projector := newProjector(pool, read.Config{})
	projector.Add(balances.Name, balances.Apply, balances.Tables...)
	projector.Add(statements.Name, statements.Apply, statements.Tables...)
	projector.Add(customers.Name, read.Each(customers.Apply), customers.Tables...)
	await.Background(t, projector.Run)
	return projector
}

func quiet(read.Progress) {}

func rebuild(t *testing.T, projector *read.Projector, name string) {
	t.Helper()
	if err := projector.Rebuild(t.Context(), name, quiet); err != nil {
		t.Fatal(err)
	}
}

func one[T any](t *testing.T, pool *pgxpool.Pool, sql string, args ...any) T {
	t.Helper()
	var value T
	if err := pool.QueryRow(t.Context(), sql, args...).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func do(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// While a read model is rebuilt and switched, and the rebuild undone, others write and
// read: no read fails, none goes back in time, each is the fold at its position.
func TestRebuildWhileOthersWriteAndRead(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	fill(t, pool, 100, 120)
	h := accounts(t, pool)
	projector := sample(t, pool)
	id := uuid.New()
	position := handle(t, h, id, open("Ada"))
	waitFor(t, pool, balances.Name, position)
	waitFor(t, pool, statements.Name, position)
	service := connect(t, testdb.ServiceURL(t, url)) // reads as the service does, by grants that must come along
	var writes, reads atomic.Int64
	await.Background(t, func(ctx context.Context) error { return keepDepositing(ctx, h, id, &writes) })
	await.Background(t, func(ctx context.Context) error { return keepReadingBalance(ctx, service, id, &reads) })
	await.Background(t, func(ctx context.Context) error { return keepReadingList(ctx, service, &reads) })
	await.Background(t, func(ctx context.Context) error { return keepReadingStatement(ctx, service, id, &reads) })

	do(t, pool, `UPDATE balances SET owner = 'wrong' WHERE account_id <> $1`, id)
	do(t, pool, `UPDATE statement_lines SET reference = 'wrong' WHERE account_id <> $1`, id)
	wrong := `SELECT (SELECT count(*) FROM balances WHERE owner = 'wrong') + (SELECT count(*) FROM statement_lines WHERE reference = 'wrong')`
	rebuild(t, projector, balances.Name)
	rebuild(t, projector, statements.Name)
	if got := one[int64](t, pool, wrong); got != 0 {
		t.Errorf("%d rows are as before the rebuild", got)
	}
	for _, name := range []string{balances.Name, statements.Name} {
		if err := projector.Undo(t.Context(), name, quiet); err != nil {
			t.Fatal(err)
		}
	}
	if got := one[int64](t, pool, wrong); got != 100+100*119 {
		t.Errorf("%d rows are as before the rebuild, want all that were", got)
	}
	before := writes.Load()
	await.True(t, "writers and readers go on", func() bool { return writes.Load() > before+5 })
	if reads.Load() < 100 {
		t.Errorf("only %d reads", reads.Load())
	}
	for _, name := range []string{balances.Name, statements.Name} {
		if err := projector.DropKept(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	if left := one[string](t, pool, `SELECT coalesce(string_agg(nspname, ' '), '') FROM pg_namespace WHERE nspname ~ '^(rebuild|kept|undo)_'`); left != "" {
		t.Errorf("schemas %s are left", left)
	}
	if left := one[int64](t, pool, `SELECT count(*) FROM checkpoints`); left != 3 {
		t.Errorf("%d checkpoints are left, want 3", left)
	}
}

func keepDepositing(ctx context.Context, h *write.Handler[account.State, account.Command], id uuid.UUID, count *atomic.Int64) error {
	for ctx.Err() == nil {
		if _, err := h.Handle(ctx, id, account.Deposit{Amount: 1}, write.Request{}); err != nil && ctx.Err() == nil {
			return err
		}
		count.Add(1)
	}
	return nil
}

// keepReadingBalance knows that the balance is the version less the opening.
func keepReadingBalance(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, count *atomic.Int64) error {
	queries, last := balances.NewQueries(pool), int64(0)
	for ctx.Err() == nil {
		got, at, err := queries.Get(ctx, "", id)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			return err
		case at < last || got.Balance != got.Version-1:
			return fmt.Errorf("account %+v at %d, after %d", got, at, last)
		}
		last = at
		count.Add(1)
	}
	return nil
}

func keepReadingList(ctx context.Context, pool *pgxpool.Pool, count *atomic.Int64) error {
	queries, last := balances.NewQueries(pool), int64(0)
	for ctx.Err() == nil {
		got, _, at, err := queries.List(ctx, balances.Filter{Sort: "-opened_at", Limit: 200})
		switch {
		case ctx.Err() != nil:
		case err != nil:
			return err
		case at < last || len(got) != 101:
			return fmt.Errorf("%d accounts at %d, after %d", len(got), at, last)
		}
		last = at
		count.Add(1)
	}
	return nil
}

// keepReadingStatement knows that an account alone is written to: the last line is the
// last event's.
func keepReadingStatement(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID, count *atomic.Int64) error {
	queries, last := statements.NewQueries(pool), int64(0)
	for ctx.Err() == nil {
		got, _, at, err := queries.Lines(ctx, "", id, 0, 1_000_000)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			return err
		case at < last || len(got) > 0 && (got[len(got)-1].Position != at || got[len(got)-1].Balance != int64(len(got))):
			return fmt.Errorf("%d lines up to %+v at %d, after %d", len(got), got[len(got)-1], at, last)
		}
		last = at
		count.Add(1)
	}
	return nil
}

// The new tables have all that the old ones had, under the same names: the next
// migration finds them.
func TestRebuiltTablesAreLikeTheOldOnes(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	fill(t, pool, 3, 3)
	const shape = `
		SELECT string_agg(line, E'\n' ORDER BY line) FROM (
		    SELECT concat_ws(' ', c.relname, c.reloptions, c.relacl, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS line
		    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
		    WHERE c.oid = ANY ($1::text[]::regclass[])
		    UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY ($1::text[]::regclass[])
		    UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = ANY ($1::text[]::regclass[])) AS lines`
	tables := append(append([]string{}, balances.Tables...), statements.Tables...)
	before := one[string](t, pool, shape, tables)
	projector := sample(t, pool)
	rebuild(t, projector, balances.Name)
	rebuild(t, projector, statements.Name)
	if after := one[string](t, pool, shape, tables); after != before {
		t.Errorf("the tables were\n%s\nand are\n%s", before, after)
	}
	if !strings.Contains(before, "balances_of_subject_by_owner") || !strings.Contains(before, "fillfactor=80") || !strings.Contains(before, "pgcqrs_service=") {
		t.Errorf("the comparison sees too little:\n%s", before)
	}
}

// A rebuild that was interrupted goes on where it was; what has begun before another
// migration must start over.
func TestInterruptedRebuildGoesOn(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	position := fill(t, pool, 100, 120)
	projector := sample(t, pool)
	waitFor(t, pool, balances.Name, position)
	ctx, kill := context.WithCancel(t.Context())
	if err := projector.Rebuild(ctx, balances.Name, func(read.Progress) { kill() }); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	await.True(t, "nobody is at it any more", func() bool {
		at := statusOf(t, projector, balances.Name).Rebuild
		return at != nil && at.Position == 5000 && at.Holder == nil
	})
	do(t, pool, `ALTER TABLE balances ADD COLUMN later text`)
	if err := projector.Rebuild(t.Context(), balances.Name, quiet); err == nil || !strings.Contains(err.Error(), "before a migration: start over") {
		t.Errorf("after a migration: got %v", err)
	}
	do(t, pool, `ALTER TABLE balances DROP COLUMN later`)
	var first int64
	if err := projector.Rebuild(t.Context(), balances.Name, func(at read.Progress) {
		if first == 0 {
			first = at.Position
		}
	}); err != nil {
		t.Fatal(err)
	}
	if first != 10000 {
		t.Errorf("went on with %d, want the second batch", first)
	}
	if got := one[int64](t, pool, `SELECT sum(balance)::bigint FROM balances`); got != 100*119 {
		t.Errorf("balances sum up to %d", got)
	}
	if err := projector.Rebuild(t.Context(), balances.Name, quiet); !errors.Is(err, read.ErrKept) {
		t.Errorf("with the old tables kept: got %v", err)
	}
}

// Two rebuilds of one projection at once are refused, and so is what makes no sense.
func TestRebuildsThatAreRefused(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	fill(t, pool, 10, 2)
	projector := sample(t, pool)
	waitFor(t, pool, balances.Name, 20)
	var second error
	if err := projector.Rebuild(t.Context(), balances.Name, func(read.Progress) {
		if second == nil {
			second = projector.Rebuild(t.Context(), balances.Name, quiet)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(second, read.ErrRebuilding) || !strings.Contains(second.Error(), "held by "+t.Name()) {
		t.Errorf("a second one at the same time: got %v", second)
	}
	if err := projector.Undo(t.Context(), statements.Name, quiet); !errors.Is(err, read.ErrNothingKept) {
		t.Errorf("undo of nothing: got %v", err)
	}
	if err := projector.DropKept(t.Context(), statements.Name); !errors.Is(err, read.ErrNothingKept) {
		t.Errorf("drop of nothing: got %v", err)
	}
	if err := projector.Rebuild(t.Context(), "nothing", quiet); err == nil {
		t.Error("rebuilt a projection that there is not")
	}
	asService := sample(t, connect(t, testdb.ServiceURL(t, url)))
	if err := asService.Rebuild(t.Context(), statements.Name, quiet); err == nil || !strings.Contains(err.Error(), "run it as their owner") {
		t.Errorf("as the service: got %v", err)
	}
	do(t, pool, `CREATE VIEW rich AS SELECT balance FROM statements WHERE balance > 1000`)
	if err := projector.Rebuild(t.Context(), statements.Name, quiet); err == nil || !strings.Contains(err.Error(), "statements has views") {
		t.Errorf("with a view: got %v", err)
	}
}

// A rebuild parks nothing. What was discarded on purpose does not stop it.
func TestRebuildIsStrict(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	do(t, pool, `CREATE TABLE applied (position bigint)`)
	h := accounts(t, pool)
	projector := newProjector(pool, read.Config{})
	projector.Add("applied", read.Each(func(b *pgx.Batch, e events.Recorded) error {
		if deposit, ok := e.Event.(events.MoneyDeposited); ok && deposit.Amount == 13 {
			return errors.New("poison")
		}
		b.Queue(`INSERT INTO applied (position) VALUES ($1)`, e.Position)
		return nil
	}), "applied")
	bad := uuid.New()
	handle(t, h, bad, open("Ada"), account.Deposit{Amount: 13}, account.Deposit{Amount: 1})
	position := handle(t, h, uuid.New(), open("Bob"))
	await.Background(t, projector.Run)
	waitFor(t, pool, "applied", position)

	if err := projector.Rebuild(t.Context(), "applied", quiet); err == nil || !strings.Contains(err.Error(), "poison") || !strings.Contains(err.Error(), bad.String()) {
		t.Fatalf("got %v", err)
	}
	if err := projector.Discard(t.Context(), "applied", uuid.New(), "me", "why"); !errors.Is(err, read.ErrNotParked) {
		t.Errorf("discarded a stream that is not parked: %v", err)
	}
	if err := projector.Discard(t.Context(), "applied", bad, "me", "a test's"); err != nil {
		t.Fatal(err)
	}
	rebuild(t, projector, "applied")
	if status := statusOf(t, projector, "applied"); status.Parked != 0 || status.Discarded != 1 || !status.Kept {
		t.Errorf("status %+v, want one stream discarded and the old tables kept", status)
	}
	position = handle(t, h, bad, account.Deposit{Amount: 2})
	waitFor(t, pool, "applied", position)
	parked, err := projector.Parked(t.Context())
	if err != nil || len(parked) != 1 || parked[0].DiscardedAt == nil || parked[0].DiscardedBy != "me" || parked[0].DiscardNote != "a test's" || parked[0].Version != 2 {
		t.Errorf("parked %+v, %v, want the trace of the discarded one", parked, err)
	}
	if got := one[int64](t, pool, `SELECT count(*) FROM applied`); got != 2 {
		t.Errorf("%d events applied, want two", got)
	}
}

// Somebody who reads for long holds up the switch, and not those who read after them.
func TestSwitchDoesNotQueueBehindALongReader(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	fill(t, pool, 10, 2)
	projector := sample(t, pool)
	waitFor(t, pool, balances.Name, 20)
	long, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = long.Rollback(context.Background()) }() // also when the test fails: the pool waits for it
	if _, err := long.Exec(t.Context(), `SELECT FROM balances`); err != nil {
		t.Fatal(err)
	}
	rebuilt := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { rebuilt <- projector.Rebuild(ctx, balances.Name, quiet) }()
	queries, slowest := balances.NewQueries(connect(t, url)), time.Duration(0)
	bounded, enough := context.WithTimeout(t.Context(), 5*time.Second)
	defer enough()
	for start := time.Now(); time.Since(start) < 2*time.Second; {
		asked := time.Now()
		if _, _, _, err := queries.List(bounded, balances.Filter{Limit: 1}); err != nil {
			t.Fatal(err)
		}
		slowest = max(slowest, time.Since(asked))
	}
	if slowest > time.Second || slowest < 100*time.Millisecond {
		t.Errorf("a read took %s at most, want some 0.3 s behind the switch", slowest)
	}
	if err := long.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := await.Signal(t, "the switch", rebuilt); err != nil {
		t.Error(err)
	}
}

// What has not been at the log's end yet is not read: it would be wrong, not late.
func TestNewProjectionIsReadOnceItIsBuilt(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	position := fill(t, pool, 10, 2)
	queries, lines := balances.NewQueries(pool), statements.NewQueries(pool)
	unbuilt := func(when string) {
		t.Helper()
		if _, _, err := queries.Get(t.Context(), "", uuid.New()); !errors.Is(err, events.ErrNotBuilt) {
			t.Errorf("%s: Get: %v", when, err)
		}
		if _, _, _, err := queries.List(t.Context(), balances.Filter{Limit: 1}); !errors.Is(err, events.ErrNotBuilt) {
			t.Errorf("%s: List: %v", when, err)
		}
		if _, _, _, err := lines.Lines(t.Context(), "", uuid.New(), 0, 1); !errors.Is(err, events.ErrNotBuilt) {
			t.Errorf("%s: Lines: %v", when, err)
		}
	}
	unbuilt("before anybody projects")
	on := make(chan struct{})
	projector := newProjector(pool, read.Config{MaxBatch: 5})
	wait := func(apply read.Apply) read.Apply {
		return func(b *pgx.Batch, run []events.Recorded) error {
			if run[0].Position > 5 {
				<-on
			}
			return apply(b, run)
		}
	}
	projector.Add(balances.Name, wait(balances.Apply), balances.Tables...)
	projector.Add(statements.Name, wait(statements.Apply), statements.Tables...)
	await.Background(t, projector.Run)
	waitFor(t, pool, balances.Name, 5)
	waitFor(t, pool, statements.Name, 5)
	unbuilt("half built")
	close(on)
	waitFor(t, pool, balances.Name, position)
	await.True(t, "it is read", func() bool {
		_, _, at, err := queries.List(t.Context(), balances.Filter{Limit: 1})
		return err == nil && at == position
	})
}

func statusOf(t *testing.T, projector *read.Projector, name string) read.Status {
	t.Helper()
	statuses, err := projector.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range statuses {
		if status.Projection == name {
			return status
		}
	}
	t.Fatalf("no status of %s in %+v", name, statuses)
	panic("unreachable")
}

func TestStatus(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	fill(t, pool, 10, 2)
	idle := newProjector(pool, read.Config{})
	idle.Add(balances.Name, balances.Apply)
	if got := statusOf(t, idle, balances.Name); got.Head != 20 || got.Position != 0 || got.LagEvents != 20 || got.LagSeconds <= 0 || got.Built || got.Holder != nil {
		t.Errorf("before anybody runs it: %+v", got)
	}
	projector := sample(t, pool)
	await.True(t, "it is built", func() bool { return statusOf(t, projector, balances.Name).Built })
	got := statusOf(t, projector, balances.Name)
	if got.Position != 20 || got.LagEvents != 0 || got.Holder == nil || got.Holder.Application != t.Name() || got.Kept || got.Rebuild != nil {
		t.Errorf("at the log's end: %+v", got)
	}
}
