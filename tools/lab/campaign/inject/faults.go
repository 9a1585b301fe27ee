//go:build linux

package inject

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/mishaps"
	"example.com/pgcqrs/tools/lab/campaign/proxy"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/strangers"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// fault is a kind of fault. The field weight says how often the kind is chosen. The function in the
// field do causes a fault of this kind.
type fault struct {
	kind    string
	weight  int
	victims int // number of processes of which one gets the fault; 0: the fault does not affect a single process
	do      func(ctx context.Context, w *world.World, process int, random *rand.Rand) error
}

// faults returns all kinds of faults. A kind that takes little time has a high weight, so that it
// is chosen more often.
func faults() []fault {
	return []fault{
		{"kill-api", 8, sample.Programs, func(_ context.Context, w *world.World, n int, _ *rand.Rand) error {
			w.Apis[n].Process.Signal(syscall.SIGKILL)
			return nil
		}},
		{"kill-projector", 8, sample.Programs, func(_ context.Context, w *world.World, n int, _ *rand.Rand) error {
			w.Projectors[n].Process.Signal(syscall.SIGKILL)
			return nil
		}},
		{"freeze-api", 3, sample.Programs, func(ctx context.Context, w *world.World, n int, random *rand.Rand) error {
			w.Apis[n].Process.Freeze(ctx, interval.Between(random, 3*time.Second, 20*time.Second))
			return nil
		}},
		{"freeze-projector", 3, sample.Programs, func(ctx context.Context, w *world.World, n int, random *rand.Rand) error {
			w.Projectors[n].Process.Freeze(ctx, interval.Between(random, 3*time.Second, 20*time.Second))
			return nil
		}},
		{"cut-api", 12, sample.Programs, func(_ context.Context, w *world.World, n int, _ *rand.Rand) error {
			w.Apis[n].Wire.Cut()
			return nil
		}},
		{"cut-projector", 12, sample.Programs, func(_ context.Context, w *world.World, n int, _ *rand.Rand) error {
			w.Projectors[n].Wire.Cut()
			return nil
		}},
		{"half-open-api", 4, sample.Programs, func(ctx context.Context, w *world.World, n int, random *rand.Rand) error {
			proxy.HalfOpen(ctx, w.Apis[n].Wire, interval.Between(random, time.Second, 8*time.Second))
			return nil
		}},
		{"half-open-projector", 4, sample.Programs, func(ctx context.Context, w *world.World, n int, random *rand.Rand) error {
			proxy.HalfOpen(ctx, w.Projectors[n].Wire, interval.Between(random, time.Second, 8*time.Second))
			return nil
		}},
		{"lost-answer-api", 16, sample.Programs, func(ctx context.Context, w *world.World, n int, random *rand.Rand) error {
			proxy.LoseAnswers(ctx, w.Apis[n].Wire, interval.Between(random, 5*time.Millisecond, 50*time.Millisecond))
			return nil
		}},
		{"lost-answer-projector", 8, sample.Programs, func(ctx context.Context, w *world.World, n int, random *rand.Rand) error {
			proxy.LoseAnswers(ctx, w.Projectors[n].Wire, interval.Between(random, 5*time.Millisecond, 50*time.Millisecond))
			return nil
		}},
		{"part-of-a-flight", 8, sample.Programs, func(ctx context.Context, w *world.World, n int, random *rand.Rand) error {
			proxy.PassPart(ctx, w.Apis[n].Wire, random)
			return nil
		}},
		{"slow-api", 4, sample.Programs, func(ctx context.Context, w *world.World, n int, random *rand.Rand) error {
			proxy.BeLate(ctx, w.Apis[n].Wire, random)
			return nil
		}},
		{"end-api", 4, sample.Programs, func(_ context.Context, w *world.World, n int, _ *rand.Rand) error {
			w.Apis[n].Process.Signal(syscall.SIGTERM)
			return nil
		}},
		{"end-projector", 4, sample.Programs, func(_ context.Context, w *world.World, n int, _ *rand.Rand) error {
			w.Projectors[n].Process.Signal(syscall.SIGTERM)
			return nil
		}},
		{"kill-workers", 6, 0, mishaps.KillWorkers},
		{"repeat-jobs", 4, 0, mishaps.RepeatJobs},
		{"workflow-set-back", 3, 0, mishaps.SetBack},
		{"cut-subscribers", 4, sample.Programs, func(_ context.Context, w *world.World, n int, _ *rand.Rand) error {
			w.Apis[n].Front.Cut()
			return nil
		}},
		{"stall-subscribers", 4, sample.Programs, func(ctx context.Context, w *world.World, n int, random *rand.Rand) error {
			proxy.Stall(ctx, w.Apis[n].Front, interval.Between(random, time.Second, 6*time.Second))
			return nil
		}},
		{"half-open-subscribers", 2, sample.Programs, func(ctx context.Context, w *world.World, n int, random *rand.Rand) error {
			proxy.HalfOpen(ctx, w.Apis[n].Front, interval.Between(random, time.Second, 6*time.Second))
			return nil
		}},
		{"half-close-subscribers", 4, sample.Programs, func(_ context.Context, w *world.World, n int, random *rand.Rand) error {
			proxy.HalfClose(w.Apis[n].Front, random.IntN(2) == 0)
			return nil
		}},
		{"rolling-restart", 1, 0, mishaps.RestartInTurns},
		{"crash-postgres", 1, 0, func(ctx context.Context, w *world.World, _ int, _ *rand.Rand) error {
			return w.Postgres.Crash(ctx)
		}},
		{"disk-full", 1, 0, func(ctx context.Context, w *world.World, _ int, _ *rand.Rand) error { return w.Postgres.FillDisk(ctx) }},
		{"listen-cut", 8, 0, strangers.Terminate(`query LIKE 'LISTEN%'`)},
		{"terminate-backend", 16, 0, strangers.Terminate(`true`)},
		{"foreign-transaction", 4, 0, func(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
			return strangers.Sit(ctx, w, `BEGIN; INSERT INTO elsewhere VALUES (1)`, interval.Between(random, 2*time.Second, 10*time.Second))
		}},
		{"long-reader", 4, 0, func(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
			return strangers.Sit(ctx, w, `BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM balances; SELECT count(*) FROM statements`,
				interval.Between(random, 2*time.Second, 15*time.Second))
		}},
		{"clock-jump", 4, sample.Programs, mishaps.Jump},
		{"server-clock-jump", 3, 0, mishaps.JumpServer},
		{"kill-broker", 4, 0, func(_ context.Context, w *world.World, _ int, _ *rand.Rand) error {
			w.Broker.Process.Signal(syscall.SIGKILL)
			return nil
		}},
		{"freeze-broker", 2, 0, func(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
			w.Broker.Process.Freeze(ctx, interval.Between(random, 3*time.Second, 10*time.Second))
			return nil
		}},
		{"broker-refuses", 2, 0, mishaps.RefuseMessages},
		{"parked-stream", 4, 0, mishaps.Park},
		{"migrate", 3, 0, func(ctx context.Context, w *world.World, _ int, _ *rand.Rand) error { return w.Migrate(ctx) }},
		{"rebuild-balances", 1, 0, mishaps.Rebuild("balances")},
		{"rebuild-statements", 1, 0, mishaps.Rebuild("statements")},
		{"long-snapshot", 1, 0, func(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
			return strangers.Sit(ctx, w, `BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM balances`, interval.Between(random, time.Minute, 3*time.Minute))
		}},
		{"foreign-row-locks", 2, 0, strangers.HoldRows},
		{"foreign-append-lock", 2, 0, strangers.LockAppends},
		{"foreign-events-lock", 2, 0, strangers.LockEvents},
		{"notify-queue-full", 2, 0, strangers.FailNotify},
		{"required-standby-stalls", 1, 0, mishaps.StallRequired},
		{"required-standby-cut-off", 1, 0, mishaps.CutOffRequired},
		{"rotate-key", 4, 0, mishaps.RotateKey},
		{"rotate-issuer-keys", 4, 0, mishaps.RotateIssuerKeys},
		{"issuer-away", 2, 0, mishaps.IssuerAway},
		{"freeze-standby", 2, 0, mishaps.FreezeStandby},
		{"crash-standby", 2, 0, mishaps.CrashStandby},
	}
}

// Kinds returns the names of the kinds of faults.
func Kinds() (names []string) {
	for _, f := range faults() {
		names = append(names, f.kind)
	}
	return names
}

// Chosen returns the kinds of faults with the given names, or all kinds if names is empty.
func Chosen(names string) ([]fault, error) {
	if names == "" {
		return faults(), nil
	}
	var all []fault
	for name := range strings.SplitSeq(names, ",") {
		before := len(all)
		for _, f := range faults() {
			if f.kind == name {
				all = append(all, f)
			}
		}
		if len(all) == before {
			return nil, fmt.Errorf("there is no fault %q; there are %s", name, strings.Join(Kinds(), ", "))
		}
	}
	return all, nil
}
