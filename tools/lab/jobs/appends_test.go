package jobs_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// BenchmarkAppends measures the processor time of an append in a database whose queue has a million
// pending timers, and in a database whose queue is empty. It measures the two databases
// alternately, so that other load of the machine affects both figures.
func BenchmarkAppends(b *testing.B) {
	for _, c := range contestants {
		b.Run(c.name, func(b *testing.B) {
			empty, full := set(b, c), set(b, c)
			if err := c.fill(b.Context(), full.pool, rig.Million()); err != nil {
				b.Fatal(err)
			}
			rig.Do(b, full.pool, `VACUUM ANALYZE`)
			measured := results{}
			for i := range 8 * b.N {
				order := []*bench{empty, full}
				if i%2 == 1 {
					slices.Reverse(order)
				}
				total := map[*bench]float64{}
				for _, s := range order {
					used := appendMany(b, s)
					name := map[*bench]string{empty: "without", full: "with"}[s]
					measured.add("µs-postgres-"+name, micros(used.postgres)/appends)
					measured.add("µs-process-"+name, micros(used.process)/appends)
					total[s] = micros(used.postgres + used.process)
				}
				measured.add("with/without", total[full]/total[empty])
			}
			measured.report(b, c.name)
		})
	}
}

// BenchmarkIdle measures the processor time that a queue uses while no job is due: first without
// pending timers, and then with a million of them.
func BenchmarkIdle(b *testing.B) {
	each(b, func(b *testing.B, c contestant) {
		b.Helper()
		s := set(b, c)
		for _, name := range []string{"without", "with"} {
			if name == "with" {
				if err := c.fill(b.Context(), s.pool, rig.Million()); err != nil {
					b.Fatal(err)
				}
				rig.Do(b, s.pool, `VACUUM ANALYZE`)
				rig.Do(b, s.pool, `CHECKPOINT`)
			}
			stop := s.run(b)
			s.react(b, 1, time.Time{})
			s.finish(b)
			before, began := spent(b, s.pool), time.Now()
			<-time.After(15 * time.Second)
			used, seconds := spent(b, s.pool).since(before), time.Since(began).Seconds()
			b.ReportMetric(micros(used.postgres)/1000/seconds, "ms-postgres/s-"+name)
			b.ReportMetric(micros(used.process)/1000/seconds, "ms-process/s-"+name)
			if err := stop(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

const (
	clients = 64
	appends = 20_032 // a multiple of clients
)

// appendMany appends events from many clients while the queue runs, and returns the processor time.
func appendMany(b *testing.B, s *bench) cpu {
	b.Helper()
	stop := s.run(b)
	store := rig.Store(b, s.pool, tank.Decode)
	rig.Do(b, s.pool, `CHECKPOINT`)
	s.react(b, 1, time.Time{})
	s.finish(b) // the queue runs
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
