package boundary_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
)

// BenchmarkTaggedAppend measures appends of one event by 64 clients. The event has no tag, one tag,
// four tags, or one tag and an append condition. Only the ratios between the results are
// meaningful. The benchmark does not measure the processor time of the server.
func BenchmarkTaggedAppend(b *testing.B) {
	for _, tags := range []int{0, 1, 4} {
		b.Run(fmt.Sprint("tags=", tags), func(b *testing.B) { benchmarkTaggedAppend(b, tags, false) })
	}
	b.Run("condition", func(b *testing.B) { benchmarkTaggedAppend(b, 1, true) })
}

// named is an event whose data has the same size whatever number of tags it has.
type named struct {
	Names []string
	tags  int
}

func (named) EventType() string  { return "named" }
func (named) SchemaVersion() int { return 1 }
func (e named) Tags() []string   { return e.Names[:e.tags] }

func benchmarkTaggedAppend(b *testing.B, tags int, condition bool) {
	b.Helper()
	pool, err := pg.Open(b.Context(), testdb.New(b), "benchmark", 4)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	store := eventlog.New(pool, eventlog.Config{})
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- store.Run(ctx) }()
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			id := uuid.New()
			e := named{Names: []string{"a:" + id.String(), "b:" + id.String(), "c:" + id.String(), "d:" + id.String()}, tags: tags}
			a := event.Append{Streams: []event.StreamAppend{{Type: "x", ID: id, Events: []event.Event{e}}}}
			if condition {
				a.Condition = &event.Condition{Items: []event.Item{{Tags: e.Tags()}}}
			}
			if _, err := store.Append(ctx, a); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
}
