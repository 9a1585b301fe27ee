package jobs_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/rig"
)

// BenchmarkSaturation inserts jobs as fast as one process can, while the same process executes them.
func BenchmarkSaturation(b *testing.B) {
	for _, jobs := range []int{1, 100} {
		b.Run(fmt.Sprint("jobs=", jobs), func(b *testing.B) {
			each(b, func(b *testing.B, c contestant) {
				s := set(b, c)
				s.run(b)
				before := spent(b, s.pool)
				rig.Do(b, s.pool, `CREATE TABLE wal AS SELECT pg_current_wal_insert_lsn() AS lsn`)
				b.ResetTimer()
				for range b.N {
					for range 20_000 / jobs {
						s.react(b, jobs, time.Time{})
					}
					s.finish(b)
				}
				b.StopTimer()
				n := float64(s.next)
				b.ReportMetric(n/b.Elapsed().Seconds(), "jobs/s")
				b.ReportMetric(rig.One[float64](b, s.pool, `SELECT (pg_current_wal_insert_lsn() - lsn)::float8 FROM wal`)/n, "WAL-bytes/job")
				spent(b, s.pool).since(before).report(b, s.next, "job")
			})
		})
	}
}

// BenchmarkStart inserts 100 jobs a second, one in each transaction, and measures the time from the
// commit to the start of the job.
func BenchmarkStart(b *testing.B) {
	each(b, func(b *testing.B, c contestant) {
		s := set(b, c)
		var mu sync.Mutex
		var begun = map[int64]time.Time{}
		s.started = func(number int64) {
			mu.Lock()
			defer mu.Unlock()
			begun[number] = time.Now()
		}
		s.run(b)
		s.react(b, 1, time.Time{})
		s.finish(b)
		var late []time.Duration
		for range b.N {
			var committed []time.Time
			first := s.next
			for tick := time.NewTicker(10 * time.Millisecond); len(committed) < 1500; <-tick.C {
				committed = append(committed, s.react(b, 1, time.Time{}))
			}
			s.finish(b)
			for i, at := range committed {
				late = append(late, begun[first+int64(i)].Sub(at))
			}
		}
		reportQuantiles(b, late)
	})
}

// BenchmarkTimers inserts timers of 0.5 to 40 seconds, and measures by how much they are late by the
// database's clock. None may be early.
func BenchmarkTimers(b *testing.B) {
	each(b, func(b *testing.B, c contestant) {
		s := set(b, c)
		var mu sync.Mutex
		var begun = map[int64]time.Time{}
		s.started = func(number int64) {
			at := rig.One[time.Time](b, s.pool, `SELECT clock_timestamp()`)
			mu.Lock()
			defer mu.Unlock()
			begun[number] = at
		}
		s.run(b)
		var late []time.Duration
		for range b.N {
			due := map[int64]time.Time{}
			for range 1000 {
				wait := 500*time.Millisecond + rand.N(39500*time.Millisecond)
				number, at := s.next, rig.One[time.Time](b, s.pool, `SELECT now() + $1::interval`, wait)
				s.react(b, 1, at)
				due[number] = at
			}
			s.finish(b)
			for number, at := range due {
				late = append(late, begun[number].Sub(at))
			}
		}
		reportQuantiles(b, late)
		if early := slices.Min(late); early < 0 {
			b.Errorf("a timer was %s early", -early)
		}
	})
}

func reportQuantiles(b *testing.B, times []time.Duration) {
	b.Helper()
	slices.Sort(times)
	for _, q := range []int{50, 99, 100} {
		b.ReportMetric(float64(times[(len(times)-1)*q/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", q))
	}
}
