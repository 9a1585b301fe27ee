//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"time"
)

// fault is one way to break things.
type fault struct {
	kind    string
	weight  int
	victims int // how many processes it can be done to; 0: it is not done to one
	do      func(ctx context.Context, w *world, process int, random *rand.Rand) error
}

// between is a random time.
func between(random *rand.Rand, from, to time.Duration) time.Duration {
	return from + time.Duration(random.Int64N(int64(to-from)))
}

// faults are all that the campaign knows. The weights make cheap ones common.
func faults() []fault {
	return []fault{
		{"kill-api", 8, programs, func(_ context.Context, w *world, n int, _ *rand.Rand) error {
			w.apis[n].signal(syscall.SIGKILL)
			return nil
		}},
		{"kill-projector", 8, programs, func(_ context.Context, w *world, n int, _ *rand.Rand) error {
			w.projectors[n].signal(syscall.SIGKILL)
			return nil
		}},
		{"freeze-api", 3, programs, func(ctx context.Context, w *world, n int, random *rand.Rand) error {
			w.apis[n].freeze(ctx, between(random, 3*time.Second, 20*time.Second))
			return nil
		}},
		{"freeze-projector", 3, programs, func(ctx context.Context, w *world, n int, random *rand.Rand) error {
			w.projectors[n].freeze(ctx, between(random, 3*time.Second, 20*time.Second))
			return nil
		}},
		{"cut-api", 12, programs, func(_ context.Context, w *world, n int, _ *rand.Rand) error {
			w.apis[n].wire.cut()
			return nil
		}},
		{"cut-projector", 12, programs, func(_ context.Context, w *world, n int, _ *rand.Rand) error {
			w.projectors[n].wire.cut()
			return nil
		}},
		{"half-open-api", 4, programs, func(ctx context.Context, w *world, n int, random *rand.Rand) error {
			halfOpen(ctx, w.apis[n].wire, between(random, time.Second, 8*time.Second))
			return nil
		}},
		{"half-open-projector", 4, programs, func(ctx context.Context, w *world, n int, random *rand.Rand) error {
			halfOpen(ctx, w.projectors[n].wire, between(random, time.Second, 8*time.Second))
			return nil
		}},
		{"lost-answer-api", 16, programs, func(ctx context.Context, w *world, n int, random *rand.Rand) error {
			loseAnswers(ctx, w.apis[n].wire, between(random, 5*time.Millisecond, 50*time.Millisecond))
			return nil
		}},
		{"lost-answer-projector", 8, programs, func(ctx context.Context, w *world, n int, random *rand.Rand) error {
			loseAnswers(ctx, w.projectors[n].wire, between(random, 5*time.Millisecond, 50*time.Millisecond))
			return nil
		}},
		{"part-of-a-flight", 8, programs, func(ctx context.Context, w *world, n int, random *rand.Rand) error {
			passPart(ctx, w.apis[n].wire, random)
			return nil
		}},
		{"slow-api", 4, programs, func(ctx context.Context, w *world, n int, random *rand.Rand) error {
			beLate(ctx, w.apis[n].wire, random)
			return nil
		}},
		{"end-api", 4, programs, func(_ context.Context, w *world, n int, _ *rand.Rand) error {
			w.apis[n].signal(syscall.SIGTERM)
			return nil
		}},
		{"end-projector", 4, programs, func(_ context.Context, w *world, n int, _ *rand.Rand) error {
			w.projectors[n].signal(syscall.SIGTERM)
			return nil
		}},
		{"rolling-restart", 1, 0, restartInTurns},
		{"crash-postgres", 1, 0, func(ctx context.Context, w *world, _ int, _ *rand.Rand) error {
			return w.postgres.crash(ctx)
		}},
		{"disk-full", 1, 0, func(ctx context.Context, w *world, _ int, _ *rand.Rand) error { return w.postgres.fillDisk(ctx) }},
		{"listen-cut", 8, 0, terminate(`query LIKE 'LISTEN%'`)},
		{"terminate-backend", 16, 0, terminate(`true`)},
		{"foreign-transaction", 4, 0, func(ctx context.Context, w *world, _ int, random *rand.Rand) error {
			return sit(ctx, w, `BEGIN; INSERT INTO elsewhere VALUES (1)`, between(random, 2*time.Second, 10*time.Second))
		}},
		{"long-reader", 4, 0, func(ctx context.Context, w *world, _ int, random *rand.Rand) error {
			return sit(ctx, w, `BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM balances; SELECT count(*) FROM statements`,
				between(random, 2*time.Second, 15*time.Second))
		}},
		{"clock-jump", 4, programs, jump},
		{"server-clock-jump", 3, 0, jumpServer},
		{"kill-broker", 4, 0, func(_ context.Context, w *world, _ int, _ *rand.Rand) error {
			w.broker.signal(syscall.SIGKILL)
			return nil
		}},
		{"freeze-broker", 2, 0, func(ctx context.Context, w *world, _ int, random *rand.Rand) error {
			w.broker.freeze(ctx, between(random, 3*time.Second, 10*time.Second))
			return nil
		}},
		{"broker-refuses", 2, 0, refuseMessages},
		{"parked-stream", 4, 0, park},
		{"migrate", 3, 0, func(ctx context.Context, w *world, _ int, _ *rand.Rand) error { return w.migrate(ctx) }},
		{"rebuild-balances", 1, 0, rebuild("balances")},
		{"rebuild-statements", 1, 0, rebuild("statements")},
		{"long-snapshot", 1, 0, func(ctx context.Context, w *world, _ int, random *rand.Rand) error {
			return sit(ctx, w, `BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM balances`, between(random, time.Minute, 3*time.Minute))
		}},
		{"foreign-row-locks", 2, 0, holdRows},
		{"foreign-append-lock", 2, 0, lockAppends},
		{"foreign-events-lock", 2, 0, lockEvents},
		{"notify-queue-full", 2, 0, failNotify},
		{"required-standby-stalls", 1, 0, stallRequired},
		{"required-standby-cut-off", 1, 0, cutOffRequired},
		{"rotate-key", 4, 0, rotateKey},
		{"rotate-issuer-keys", 4, 0, rotateIssuerKeys},
		{"issuer-away", 2, 0, issuerAway},
		{"freeze-standby", 2, 0, freezeStandby},
		{"crash-standby", 2, 0, crashStandby},
	}
}

// kinds are the faults' names.
func kinds() (names []string) {
	for _, f := range faults() {
		names = append(names, f.kind)
	}
	return names
}

// chosen are the faults of these names, or all.
func chosen(names string) ([]fault, error) {
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
			return nil, fmt.Errorf("there is no fault %q; there are %s", name, strings.Join(kinds(), ", "))
		}
	}
	return all, nil
}
