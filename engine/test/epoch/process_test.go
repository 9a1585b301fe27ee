package epoch_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
)

// goBack deletes all events after a position. After the restore of a backup or the promotion of a
// standby, the log may have lost its last events in the same way.
func goBack(t *testing.T, url string, position int64) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	err = pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
		work := &pgx.Batch{}
		work.Queue(`ALTER TABLE events DISABLE TRIGGER USER`)
		work.Queue(`DELETE FROM events WHERE position > $1`, position)
		work.Queue(`ALTER TABLE events ENABLE TRIGGER USER`)
		work.Queue(`DELETE FROM outbox WHERE position > $1`, position)
		work.Queue(`DELETE FROM idempotency_keys WHERE position > $1`, position)
		return tx.SendBatch(t.Context(), work).Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// process is the command side of an API process: a connection pool, the log and a command handler.
type process struct {
	pool    *pgxpool.Pool
	store   *eventlog.Store
	handler *command.Handler[tank.State, tank.Command]
	metrics *prometheus.Registry
	logged  *lines
}

func newProcess(t *testing.T, url string) *process {
	t.Helper()
	p := &process{pool: rig.Connect(t, url), metrics: prometheus.NewRegistry(), logged: &lines{}}
	p.store = eventlog.New(p.pool, eventlog.Config{
		Decode: tank.Decode, MessageOf: event.PublicMessage, Registerer: p.metrics, Logger: slog.New(slog.NewJSONHandler(p.logged, nil)),
	})
	p.handler = command.NewHandler(p.store, tank.Stream, tank.Decide, tank.Evolve)
	p.store.OnLogChange(p.handler.Forget)
	await.Background(t, p.store.Run)
	return p
}

// follow lets the process read the events that other processes append.
func (p *process) follow(t *testing.T) {
	t.Helper()
	await.Background(t, func(ctx context.Context) error { return p.store.Follow(ctx, p.handler.Observe) })
}

func (p *process) handle(id uuid.UUID, c tank.Command) (command.Result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), await.Within)
	defer cancel()
	return p.handler.Handle(ctx, id, c, command.Request{})
}

func (p *process) must(t *testing.T, id uuid.UUID, commands ...tank.Command) (last command.Result) {
	t.Helper()
	for _, c := range commands {
		var err error
		if last, err = p.handle(id, c); err != nil {
			t.Fatal(err)
		}
	}
	return last
}

// mustRefuse expects that a command is rejected, because the tank does not contain enough water.
func (p *process) mustRefuse(t *testing.T, id uuid.UUID, c tank.Command) {
	t.Helper()
	_, err := p.handle(id, c)
	if _, refused := errors.AsType[*event.Rejection](err); !refused {
		t.Fatalf("%+v: got %v, want it refused", c, err)
	}
}

// changes returns how often the process has detected that the log has lost events.
func (p *process) changes(t *testing.T) int {
	t.Helper()
	families, err := p.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == "eventstore_log_changes_total" {
			return int(family.GetMetric()[0].GetCounter().GetValue())
		}
	}
	t.Fatal("no metric eventstore_log_changes_total")
	return 0
}

// lines collects the lines that a process logs.
type lines struct {
	mu   sync.Mutex
	said []map[string]any
}

func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var line map[string]any
	err := json.Unmarshal(text, &line)
	l.said = append(l.said, line)
	return len(text), err
}

func (l *lines) all() []map[string]any {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said
}
