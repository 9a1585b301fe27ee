package projection_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/position"
	"example.com/pgcqrs/engine/projection"
)

// BenchmarkProjection measures how fast a projection catches up with the log, in batches of 1, 20
// and 500 events.
func BenchmarkProjection(b *testing.B) {
	for _, batch := range []int{1, 20, 500} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			pool := rig.Connect(b, tank.Database(b))
			events := int64(min(4000*batch, 200_000))
			fill(b, pool, int(events/10), 10)
			var took time.Duration
			for b.Loop() {
				begun := time.Now()
				benchProject(b, pool, batch, events)
				took += time.Since(begun)
				if _, err := pool.Exec(b.Context(), `TRUNCATE levels; DELETE FROM checkpoints`); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(events)*float64(b.N)/took.Seconds(), "events/s")
		})
	}
}

// BenchmarkReconcile measures the comparison of a million applied events with the log.
func BenchmarkReconcile(b *testing.B) {
	const events = 1_000_000
	pool := rig.Connect(b, tank.Database(b))
	fill(b, pool, int(events/10), 10)
	projector := benchProject(b, pool, 5000, events)
	if _, err := pool.Exec(b.Context(), `VACUUM (ANALYZE) events`); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if found, err := projector.Set().Reconciler().Reconcile(b.Context()); err != nil || len(found[0].Differences) != 0 || found[0].ReconciledTo != events {
			b.Fatal(found, err)
		}
		if _, err := pool.Exec(b.Context(), `UPDATE applied_ranges SET reconciled_at = NULL`); err != nil {
			b.Fatal(err)
		}
	}
}

// benchProject runs a new projector until it has caught up with the log.
func benchProject(b *testing.B, pool *pgxpool.Pool, batch int, last int64) *projection.Projector {
	b.Helper()
	projector := newProjector(pool, projection.Config{MaxBatch: batch})
	tank.Levels.AddTo(projector)
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- projector.Run(ctx) }()
	if err := position.NewPoller(pool).Wait(ctx, tank.Levels.Name, last); err != nil {
		b.Fatal(err)
	}
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	return projector
}
