package eventlog_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// recorder records the SQL statements with which a store reads the table events.
type recorder struct {
	mu         sync.Mutex
	statements map[string][]any
}

func (r *recorder) note(sql string, args []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if strings.Contains(sql, "FROM events") {
		r.statements[sql] = args
	}
}

func (r *recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	r.note(data.SQL, data.Args)
	return ctx
}

func (r *recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (r *recorder) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

func (r *recorder) TraceBatchQuery(_ context.Context, _ *pgx.Conn, data pgx.TraceBatchQueryData) {
	r.note(data.SQL, data.Args)
}

func (r *recorder) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// The statements for appending, loading and following the log read the table events only through
// indexes, even if the log has a million events. The test checks this for custom plans and for
// generic plans of prepared statements.
func TestHotStatementsOnAMillionEvents(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	fillMillion(t, url)
	watch := connect(t, url)
	seen := &recorder{statements: make(map[string][]any)}
	store := runStore(t, rig.Traced(t, url, seen), eventlog.Config{})

	before := settledScans(t, watch)
	var streamID uuid.UUID
	if err := watch.QueryRow(t.Context(), `SELECT stream_id FROM events WHERE position = $1`, rig.Million()/2).Scan(&streamID); err != nil {
		t.Fatal(err)
	}
	const rounds = 12
	for i := range int64(rounds) { // from the sixth execution on PostgreSQL may use a generic plan
		mustAppend(t, store, once(uuid.New(), event.NoStream, uuid.NewString(), time.Hour, i+1))
		if err := store.Load(t.Context(), tank.Stream, streamID, 0, func(event.Recorded) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if tail, err := store.After(t.Context(), int64(rig.Million()-10), 100); err != nil || len(tail) < 10 {
			t.Fatal(len(tail), err)
		}
	}
	explainAll(t, watch, seen, 3) // statements that load, follow the log, or read its end; statements inside of the append procedure are only counted
	await.True(t, "the statistics arrive", func() bool { return scans(t, watch).indexed >= before.indexed+4*rounds })
	after := scans(t, watch)
	if after.sequential != before.sequential {
		t.Errorf("%d sequential scans of the log", after.sequential-before.sequential)
	}
	if blocks := after.blocks - before.blocks; blocks > rounds*mostBuffers {
		t.Errorf("%d blocks were touched in %d rounds", blocks, rounds)
	}
}

// fillMillion fills the log and the table of idempotency keys. Then fillMillion closes its
// sessions, so that no later report of these sessions changes PostgreSQL's statistics during the
// test.
func fillMillion(t *testing.T, url string) {
	t.Helper()
	pool := connect(t, url)
	defer pool.Close()
	for _, table := range []string{"events", "idempotency_keys"} { // the reads of VACUUM would be counted
		if _, err := pool.Exec(t.Context(), `ALTER TABLE `+table+` SET (autovacuum_enabled = false)`); err != nil {
			t.Fatal(err)
		}
	}
	fillLog(t, pool)
	rig.Do(t, pool, `INSERT INTO idempotency_keys SELECT gen_random_uuid(), '', gen_random_uuid(), 1, 1, now(), 1000 FROM generate_series(1, $1::int)`, rig.Million()*3/10)
	rig.Do(t, pool, `ANALYZE events, idempotency_keys`)
}

func explainAll(t *testing.T, watch *pgxpool.Pool, seen *recorder, want int) {
	t.Helper()
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if len(seen.statements) != want {
		t.Errorf("saw %d statements on the log, want %d", len(seen.statements), want)
	}
	for sql, args := range seen.statements {
		tx, err := watch.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		rows, err := tx.Query(t.Context(), "EXPLAIN (ANALYZE, BUFFERS) "+sql, args...)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		plan := strings.Join(lines, "\n")
		if strings.Contains(plan, "Seq Scan on events") || !strings.Contains(plan, "Index") || rig.Blocks(plan) > mostBuffers {
			t.Errorf("%s\nis run as\n%s", sql, plan)
		}
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// mostBuffers is the number of buffers that a statement may read for a few hundred rows. It is more
// than such a statement needs. A sequential scan of the log would read thousands of buffers.
const mostBuffers = 200

// fillLog inserts a million events (100,000 with the flag -short) directly into the table events,
// ten events for each stream.
func fillLog(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	at := time.Now()
	var id uuid.UUID
	rig.CopyEvents(t, pool, rig.Head(t, pool), rig.Million(), func(i int) rig.Copied {
		if i%10 == 0 {
			id = uuid.New()
		}
		return rig.Copied{StreamType: tank.Stream, Stream: id, Version: int64(i%10) + 1, Type: tank.Poured{}.EventType(), Data: `{"amount": 1}`, At: at}
	})
}

// Each session caches one plan for the append. The session creates this plan while the log is only
// one page long. The plan must still be a good one when the log is long.
func TestPlanOfAShortLog(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	watch := connect(t, url)
	if _, err := watch.Exec(t.Context(), `ALTER TABLE events SET (autovacuum_enabled = false)`); err != nil {
		t.Fatal(err) // with autovacuum, the statistics would change and statements would be planned again
	}
	mustAppend(t, newStore(t, url), stream(uuid.New(), event.NoStream, 1))
	if _, err := watch.Exec(t.Context(), `ANALYZE events`); err != nil {
		t.Fatal(err)
	}
	store := newStore(t, url)
	mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
	fillLog(t, watch)
	told := func() scanCounts { // told returns the scans that the session of the store has reported; the session reports at most once a second, after an append
		before := scans(t, watch)
		await.True(t, "the statistics arrive", func() bool {
			mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
			return scans(t, watch).indexed > before.indexed
		})
		return scans(t, watch)
	}
	before := told() // includes the scans while the log was short
	if after := told(); after.sequential != before.sequential {
		t.Errorf("%d sequential scans of the log", after.sequential-before.sequential)
	}
}

// settledScans waits until the scan counts in the statistics of PostgreSQL no longer change. A
// session may report its counts a moment after its end.
func settledScans(t *testing.T, pool *pgxpool.Pool) scanCounts {
	t.Helper()
	last, since := scans(t, pool), time.Now()
	await.True(t, "the statistics stand still", func() bool {
		if now := scans(t, pool); now != last {
			last, since = now, time.Now()
		}
		return time.Since(since) > 500*time.Millisecond
	})
	return last
}

type scanCounts struct{ sequential, indexed, blocks int64 }

func scans(t *testing.T, pool *pgxpool.Pool) scanCounts {
	t.Helper()
	var c scanCounts
	if err := pool.QueryRow(t.Context(), `SELECT seq_scan, idx_scan, heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit
		FROM (SELECT sum(seq_scan) AS seq_scan, sum(idx_scan) AS idx_scan FROM pg_stat_user_tables WHERE relname IN ('events', 'idempotency_keys')) s,
		     (SELECT sum(heap_blks_read) AS heap_blks_read, sum(heap_blks_hit) AS heap_blks_hit, sum(idx_blks_read) AS idx_blks_read, sum(idx_blks_hit) AS idx_blks_hit
		      FROM pg_statio_user_tables WHERE relname IN ('events', 'idempotency_keys')) b`).Scan(&c.sequential, &c.indexed, &c.blocks); err != nil {
		t.Fatal(err)
	}
	return c
}
