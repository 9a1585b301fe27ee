package eventlog_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
)

// BenchmarkAppend measures appends until they are durable. Each append contains one event with its
// outbox message, on a new stream. The benchmark varies the number of concurrent clients of one
// process, and runs with and without group commit. Only the ratio between the results with and
// without group commit is meaningful, and only on a server with fsync = on (TEST_DATABASE_URL).
func BenchmarkAppend(b *testing.B) {
	for _, clients := range []int{1, 16, 64, 256} {
		for _, batch := range []int{1, 256} {
			b.Run(fmt.Sprintf("clients=%d/batch=%d", clients, batch), func(b *testing.B) {
				benchmarkAppend(b, clients, batch)
			})
		}
	}
}

func benchmarkAppend(b *testing.B, clients, batch int) {
	b.Helper()
	pool, err := pg.Open(b.Context(), testdb.New(b), "benchmark", 4)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	store := eventlog.New(pool, eventlog.Config{MessageOf: event.PublicMessage, MaxBatch: batch})
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- store.Run(ctx) }()
	var left atomic.Int64
	left.Store(int64(b.N))
	failed := make(chan error, clients)
	b.ReportAllocs()
	b.ResetTimer()
	for range clients {
		go func() {
			var err error
			for err == nil && left.Add(-1) >= 0 {
				_, err = store.Append(ctx, stream(uuid.New(), event.NoStream, 1))
			}
			failed <- err
		}()
	}
	for range clients {
		if err := <-failed; err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
}
