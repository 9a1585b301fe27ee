package several_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/several"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
)

// pair has the states of two tanks.
type pair struct{ from, to tank.State }

// The commands on two tanks.
type (
	// pump moves water from the first tank to the second.
	pump struct{ amount int64 }
	// level adds water to the first tank, but not above the level of the second tank. The second
	// tank gets no event.
	level struct{ amount int64 }
)

func decidePair(s pair, body any) ([][]event.Event, error) {
	if !s.from.Built || !s.to.Built {
		return nil, event.ErrStreamNotFound
	}
	switch c := body.(type) {
	case pump:
		if c.amount > s.from.Level {
			return nil, &event.Rejection{Code: "too_little"}
		}
		return [][]event.Event{{tank.Drained{Amount: c.amount}}, {tank.Poured{Amount: c.amount}}}, nil
	case level:
		if s.from.Level+c.amount > s.to.Level {
			return nil, &event.Rejection{Code: "too_much"}
		}
		return [][]event.Event{{tank.Poured{Amount: c.amount}}}, nil
	}
	return nil, nil
}

// process is the part of a process that handles commands: a log and caches on a connection pool of
// its own.
type process struct {
	store *eventlog.Store
	tanks *command.Handler[tank.State, tank.Command]
	pairs *several.Handler[pair, any]
}

// newProcess returns a process that caches the states of at most keep tanks.
func newProcess(t testing.TB, url string, keep int) *process {
	t.Helper()
	pool, err := pg.Open(t.Context(), url, t.Name(), 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store := eventlog.New(pool, eventlog.Config{Decode: tank.Decode, MessageOf: event.PublicMessage})
	p := &process{store: store, pairs: several.NewHandler(store, decidePair)}
	p.tanks = command.NewHandler(store, tank.Stream, tank.Decide, tank.Evolve).WithKeepStates(keep)
	await.Background(t, store.Run)
	await.Background(t, func(ctx context.Context) error { return store.Follow(ctx, p.tanks.Observe) })
	return p
}

// build builds tanks, each with some water.
func (p *process) build(t testing.TB, count int, amount int64) []uuid.UUID {
	t.Helper()
	ids := make([]uuid.UUID, count)
	for i := range ids {
		ids[i] = uuid.New()
		for _, c := range []tank.Command{tank.Build{Place: "north"}, tank.Pour{Amount: amount}} {
			if _, err := p.tanks.Handle(t.Context(), ids[i], c, command.Request{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return ids
}

// handle sends a command on two tanks.
func (p *process) handle(ctx context.Context, from, to uuid.UUID, body any, r command.Request) (command.Result, error) {
	return p.pairs.Handle(ctx, func(s *pair) []several.Stream {
		return []several.Stream{several.Into(p.tanks, from, &s.from), several.Into(p.tanks, to, &s.to)}
	}, body, r)
}
