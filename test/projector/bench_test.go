package projector_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/read"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/test/testdb"
)

// How fast a projection catches up in large batches, and one event at a time.
func BenchmarkProjection(b *testing.B) {
	for _, batch := range []int{1, 20, 500} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			pool := benchPool(b)
			events := int64(min(4000*batch, 200_000))
			benchLog(b, pool, events)
			var took time.Duration
			for b.Loop() {
				begun := time.Now()
				benchProject(b, pool, batch, events)
				took += time.Since(begun)
				if _, err := pool.Exec(b.Context(), `TRUNCATE balances; DELETE FROM checkpoints`); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(events)*float64(b.N)/took.Seconds(), "events/s")
		})
	}
}

// What an audit of a million events costs.
func BenchmarkAudit(b *testing.B) {
	const events = 1_000_000
	pool := benchPool(b)
	benchLog(b, pool, events)
	projector := benchProject(b, pool, 5000, events)
	if _, err := pool.Exec(b.Context(), `VACUUM (ANALYZE) events`); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if found, err := projector.Audit(b.Context()); err != nil || len(found[0].Differences) != 0 || found[0].AuditedTo != events {
			b.Fatal(found, err)
		}
		if _, err := pool.Exec(b.Context(), `UPDATE applied_ranges SET audited_at = NULL`); err != nil {
			b.Fatal(err)
		}
	}
}

func benchPool(b *testing.B) *pgxpool.Pool {
	b.Helper()
	pool, err := database.Open(b.Context(), testdb.New(b), b.Name(), 8)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return pool
}

func benchLog(b *testing.B, pool *pgxpool.Pool, events int64) {
	b.Helper()
	if _, err := pool.Exec(b.Context(), fillSQL, events/10, 10); err != nil {
		b.Fatal(err)
	}
}

// benchProject has a new projector catch up.
func benchProject(b *testing.B, pool *pgxpool.Pool, batch int, position int64) *read.Projector {
	b.Helper()
	projector := newProjector(pool, read.Config{MaxBatch: batch})
	projector.Add(balances.Name, balances.Apply, balances.Tables...)
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- projector.Run(ctx) }()
	if err := read.NewPositions(pool).Wait(ctx, balances.Name, position); err != nil {
		b.Fatal(err)
	}
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	return projector
}
