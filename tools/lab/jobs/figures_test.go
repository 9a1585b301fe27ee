package jobs_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/rig"
)

// BenchmarkSaturation inserts jobs as fast as one process can, while the same process executes them.
func BenchmarkSaturation(b *testing.B) {
	for _, jobs := range []int{1, 100} {
		b.Run(fmt.Sprint("jobs=", jobs), func(b *testing.B) {
			compare(b, 9, func(b *testing.B, s *bench, r results) {
				b.Helper()
				rig.Do(b, s.pool, `CHECKPOINT`)
				stop := s.run(b)
				s.react(b, 1, time.Time{})
				s.finish(b) // the queue runs
				before, first, wal, began := spent(b, s.pool), s.next, inserted(b, s.pool), time.Now()
				for range saturating / jobs {
					s.react(b, jobs, time.Time{})
				}
				s.finish(b)
				n := float64(s.next - first)
				r.add("jobs/s", n/time.Since(began).Seconds())
				r.add("WAL-bytes/job", (inserted(b, s.pool)-wal)/n)
				used := spent(b, s.pool).since(before)
				r.add("µs-postgres/job", micros(used.postgres)/n)
				r.add("µs-process/job", micros(used.process)/n)
				if err := stop(); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// saturating is the number of jobs that one turn of BenchmarkSaturation inserts.
const saturating = 2000

// inserted returns the number of bytes of the write-ahead log (WAL) that the server has written so
// far.
func inserted(b *testing.B, pool *pgxpool.Pool) float64 {
	b.Helper()
	return rig.One[float64](b, pool, `SELECT (pg_current_wal_insert_lsn() - '0/0')::float8`)
}

// BenchmarkStart inserts 100 jobs a second, one in each transaction, and measures the time from the
// commit to the start of the job.
func BenchmarkStart(b *testing.B) {
	each(b, func(b *testing.B, c contestant) {
		b.Helper()
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

// BenchmarkTimers inserts timers of 0.5 to 40 seconds, and measures by the database's clock how
// late they fire. No timer may fire too early.
func BenchmarkTimers(b *testing.B) {
	each(b, func(b *testing.B, c contestant) {
		b.Helper()
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
