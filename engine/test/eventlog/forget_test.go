package eventlog_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/eventlog"
)

// forgetRecorder records the last statement that deleted expired idempotency keys.
type forgetRecorder struct {
	last atomic.Pointer[pgx.TraceQueryStartData]
}

func (r *forgetRecorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if strings.Contains(data.SQL, "forget_expired") {
		r.last.Store(&data)
	}
	return ctx
}

func (r *forgetRecorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// While a database snapshot is open, the index keeps an entry for every deleted idempotency key.
// The next deletion of expired keys does not read these entries.
func TestForgettingStaysFlatBehindForgottenKeys(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	watch := connect(t, url)
	snapshot, err := watch.BeginTx(t.Context(), pgx.TxOptions{IsoLevel: pgx.RepeatableRead})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = snapshot.Rollback(context.WithoutCancel(t.Context())) }()
	expiring := func(count, from, to string) string {
		return `INSERT INTO idempotency_keys SELECT gen_random_uuid(), '', gen_random_uuid(), 1, 1, now(), ` + from + ` + n % ` + to + ` FROM generate_series(1, ` + count + `) n`
	}
	if _, err := snapshot.Exec(t.Context(), `SELECT count(*) FROM idempotency_keys`); err != nil {
		t.Fatal(err)
	}
	execute(t, watch,
		`ALTER TABLE elapsed DISABLE TRIGGER USER`, `UPDATE elapsed SET seconds = 1000`,
		expiring("50000", "1", "500"), `DELETE FROM idempotency_keys`, expiring("10", "600", "1"))
	seen := &forgetRecorder{}
	store := eventlog.New(rig.Traced(t, url, seen), eventlog.Config{Decode: tank.Decode})
	if count, err := store.ForgetExpired(t.Context()); err != nil || count != 10 { // reads all entries, once
		t.Fatalf("forgot %d, %v, want 10", count, err)
	}
	execute(t, watch, expiring("20", "700", "1"))
	if count, err := store.ForgetExpired(t.Context()); err != nil || count != 20 {
		t.Fatalf("forgot %d, %v, want 20", count, err)
	}
	last := seen.last.Load()
	rows, err := watch.Query(t.Context(), "EXPLAIN (ANALYZE, BUFFERS) "+last.SQL, last.Args...)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if touched := rig.Blocks(strings.Join(lines, "\n")); touched > 1000 { // reading all entries takes tens of thousands of pages
		t.Errorf("forgetting touches %d blocks", touched)
	}
}
