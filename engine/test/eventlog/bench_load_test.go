package eventlog_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
)

// BenchmarkLoad loads and decodes a stream, as a command handler does, and reports the time per
// event. A snapshot is useful only if a process can load it in less time.
func BenchmarkLoad(b *testing.B) {
	for _, length := range []int{1, 100, 10_000, 100_000} {
		b.Run(fmt.Sprintf("events=%d", length), func(b *testing.B) { benchmarkLoad(b, length) })
	}
}

func benchmarkLoad(b *testing.B, length int) {
	b.Helper()
	pool, err := pg.Open(b.Context(), testdb.New(b), "benchmark", 4)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	id := uuid.New()
	rig.CopyStream(b, pool, tank.Stream, id, tank.Poured{Amount: 1}, tank.Poured{Amount: 1}, length, time.Now())
	store := eventlog.New(pool, eventlog.Config{Decode: tank.Decode})
	b.ReportAllocs()
	for b.Loop() {
		loaded := 0
		err := store.Load(b.Context(), tank.Stream, id, 0, func(event.Recorded) error {
			loaded++
			return nil
		})
		if err != nil || loaded != length {
			b.Fatal(loaded, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*length), "ns/event")
}
