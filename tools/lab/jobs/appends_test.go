package jobs_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// BenchmarkAppends measures the processor time of an append beside a queue with a million pending
// timers, and beside an empty queue. The two take turns, so that other load of the machine affects
// both.
func BenchmarkAppends(b *testing.B) {
	const clients, each20 = 64, 20_000
	each(b, func(b *testing.B, c contestant) {
		empty, full := set(b, c), set(b, c)
		if err := c.fill(b.Context(), full.pool, rig.Million()); err != nil {
			b.Fatal(err)
		}
		rig.Do(b, full.pool, `VACUUM ANALYZE`)
		var without, with cpu
		turns := 0
		for range b.N {
			for range 6 {
				without = without.plus(append64(b, empty, clients, each20))
				with = with.plus(append64(b, full, clients, each20))
				turns++
			}
		}
		without.report(b, int64(turns*each20), "append-without")
		with.report(b, int64(turns*each20), "append-with")
		b.ReportMetric(float64(with.postgres+with.process)/float64(without.postgres+without.process), "with/without")
	})
}

// append64 appends events from many clients while the queue runs, and returns the processor time.
func append64(b *testing.B, s *bench, clients, appends int) cpu {
	b.Helper()
	stop := s.run(b)
	store := rig.Store(b, s.pool, tank.Decode)
	rig.Do(b, s.pool, `CHECKPOINT`)
	<-time.After(2 * time.Second) // River elects a leader, whose services begin with a run
	before := spent(b, s.pool)
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for range appends / clients {
				appendOne(b, store)
			}
		})
	}
	all.Wait()
	used := spent(b, s.pool).since(before)
	if err := stop(); err != nil {
		b.Fatal(fmt.Errorf("stop the queue: %w", err))
	}
	return used
}

func appendOne(b *testing.B, store *eventlog.Store) {
	b.Helper()
	_, err := store.Append(b.Context(), event.Append{Streams: []event.StreamAppend{
		{Type: tank.Stream, ID: uuid.New(), Events: []event.Event{tank.Built{Place: "roof"}}},
	}})
	if err != nil {
		b.Error(err)
	}
}
