package workflow_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/run"
)

// plant is a database with vessels and pumps.
type plant struct {
	t       *testing.T
	url     string
	pool    *pgxpool.Pool
	store   *eventlog.Store
	vessels *command.Handler[pump.Vessel, pump.VesselCommand]
	pumps   *command.Handler[pump.Pump, pump.Command]
}

func newPlant(t *testing.T) *plant {
	t.Helper()
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	rig.Do(t, pool, `SELECT start_workflow('pumping')`)
	store := rig.Store(t, pool, pump.Decode)
	return &plant{t, url, pool, store, pump.Vessels.Handler(store), pump.Pumps.Handler(store)}
}

// vessel builds a vessel, and pours water into it.
func (p *plant) vessel(capacity, level int) uuid.UUID {
	p.t.Helper()
	id := uuid.New()
	rig.Handle[pump.Vessel, pump.VesselCommand](p.t, p.vessels, id, pump.Build{Capacity: capacity}, pump.Pour{Amount: level})
	return id
}

// ask creates a pump that is to move water, and returns the pump's id.
func (p *plant) ask(from, to uuid.UUID, amount int) uuid.UUID {
	p.t.Helper()
	id := uuid.New()
	rig.Handle[pump.Pump, pump.Command](p.t, p.pumps, id, pump.Ask{From: from, To: to, Amount: amount})
	return id
}

// config returns a Config that runs the workflow of pumps.
func (p *plant) config() run.Config {
	return run.Config{
		Set:    workflow.Set{Workflows: []workflow.Definition{pump.Workflow.Definition()}, Targets: pump.Targets},
		Decode: pump.Decode, Reacts: p.pool, Works: p.pool, Log: p.store, Poll: 5 * time.Millisecond, Logger: logger(p.t),
	}
}

// run runs workflows until the returned function is called, or the test ends.
func (p *plant) run(config run.Config) (stop func()) {
	p.t.Helper()
	return start(p.t, config)
}

func start(t *testing.T, config run.Config) (stop func()) {
	t.Helper()
	all, err := run.New(config)
	if err != nil {
		t.Fatal(err)
	}
	end := await.Background(t, all.Run)
	return func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	}
}

// idle waits until the workflow with this name has reacted to all events, and until none of its
// jobs waits or runs. Jobs that become due after more than a minute do not count.
func idle(t *testing.T, pool *pgxpool.Pool, name string) {
	t.Helper()
	const sql = `
		SELECT (SELECT position FROM checkpoints WHERE projection = 'workflow ' || $1) = (SELECT coalesce(max(position), 0) FROM events)
		   AND NOT EXISTS (SELECT FROM river_job WHERE queue = $1 AND state NOT IN ('completed', 'cancelled', 'discarded') AND scheduled_at < now() + interval '1 minute')`
	await.True(t, "all is done", func() bool { return rig.One[bool](t, pool, sql, name) })
}

// again makes all completed jobs available again, as if the process had died before it marked them
// as completed.
func again(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	rig.Do(t, pool, `UPDATE river_job SET state = 'available', finalized_at = NULL, scheduled_at = now(), created_at = created_at - interval '8 days' WHERE state = 'completed'`)
}

// status returns the status of a pump, computed from the pump's stream.
func (p *plant) status(id uuid.UUID) pump.Status {
	p.t.Helper()
	s, err := fold(p, pump.Pumps, id)
	if err != nil {
		p.t.Fatal(err)
	}
	return s.Status
}

// level returns the level of a vessel.
func (p *plant) level(id uuid.UUID) int {
	p.t.Helper()
	s, err := fold(p, pump.Vessels, id)
	if err != nil {
		p.t.Fatal(err)
	}
	return s.Level
}

func (p *plant) becomes(id uuid.UUID, want pump.Status) {
	p.t.Helper()
	await.True(p.t, "the pump is "+string(want), func() bool { return p.status(id) == want })
}

// fold returns the state of a stream.
func fold[S, C any](p *plant, aggregate command.Aggregate[S, C], id uuid.UUID) (state S, err error) {
	err = p.store.Load(p.t.Context(), aggregate.StreamType, id, 0, func(e event.Recorded) error {
		state = aggregate.Evolve(state, e.Event)
		return nil
	})
	return state, err
}

func logger(t *testing.T) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo}))
}
