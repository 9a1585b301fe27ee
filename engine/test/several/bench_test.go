package several_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
)

const (
	benchTanks   = 10_000
	benchClients = 64
	benchRound   = 2000 // commands of one kind between two commands of the other
)

// BenchmarkPairs compares commands on pairs of 10,000 tanks with commands on single tanks. The
// benchmark runs both kinds alternately, in one process and on the same tanks. The result
// "pairs/single" is the ratio of their commands per second. A command on a pair appends two events,
// and a command on a single tank appends one. Only the ratio is meaningful, and only on a server
// with fsync = on (TEST_DATABASE_URL).
func BenchmarkPairs(b *testing.B) {
	p := newProcess(b, testdb.New(b), benchTanks)
	tanks := make([]uuid.UUID, benchTanks)
	run(b, benchTanks, func(ctx context.Context, n int64) error {
		id := uuid.New()
		tanks[n] = id
		_, err := p.tanks.Handle(ctx, id, tank.Build{Place: "north"}, command.Request{})
		return err
	})
	single := func(ctx context.Context, _ int64) error {
		_, err := p.tanks.Handle(ctx, tanks[rand.IntN(benchTanks)], tank.Pour{Amount: 1}, command.Request{})
		return err
	}
	pairs := func(ctx context.Context, _ int64) error {
		from := rand.IntN(benchTanks)
		to := (from + 1 + rand.IntN(benchTanks-1)) % benchTanks
		_, err := p.handle(ctx, tanks[from], tanks[to], pump{}, command.Request{})
		return err
	}
	run(b, benchRound, single)
	var alone, together time.Duration
	b.ResetTimer()
	for b.Loop() {
		alone += run(b, benchRound, single)
		together += run(b, benchRound, pairs)
	}
	commands := float64(b.N * benchRound)
	b.ReportMetric(commands/alone.Seconds(), "single/s")
	b.ReportMetric(commands/together.Seconds(), "pairs/s")
	b.ReportMetric(alone.Seconds()/together.Seconds(), "pairs/single")
}

// run executes the given number of commands, by concurrent clients.
func run(b *testing.B, count int64, send func(ctx context.Context, n int64) error) time.Duration {
	b.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	started := time.Now()
	for range benchClients {
		all.Go(func() {
			for n := next.Add(1) - 1; n < count; n = next.Add(1) - 1 {
				if err := send(b.Context(), n); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	return time.Since(started)
}
