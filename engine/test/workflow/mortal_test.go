package workflow_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/workflow/run"
)

// mortal is the database access of a process that can die at any statement. After its death, no
// statement of the process reaches the database, and its database sessions have ended.
type mortal struct {
	t       *testing.T
	pool    *pgxpool.Pool
	watcher *pgxpool.Pool // ends the sessions
	dead    atomic.Bool
	killed  chan struct{}
	never   string                // statements that have this text wait until the process is killed; "": none
	dies    func(sql string) bool // reports whether the process dies at a statement; nil: never
}

var errDead = errors.New("the process is dead")

// process returns a new process. The function prepare can set at which statement the process dies.
func (p *plant) process(prepare func(m *mortal)) *mortal {
	p.t.Helper()
	m := &mortal{t: p.t, watcher: p.pool, killed: make(chan struct{})}
	prepare(m)
	config, err := dsn.Config(p.url, "mortal "+uuid.NewString())
	if err != nil {
		p.t.Fatal(err)
	}
	config.MaxConns, config.ConnConfig.Tracer = 20, m
	config.BeforeConnect = func(context.Context, *pgx.ConnConfig) error {
		if m.dead.Load() {
			return errDead
		}
		return nil
	}
	if m.pool, err = pgxpool.NewWithConfig(p.t.Context(), config); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(m.pool.Close)
	return m
}

// run runs the workflows in the process.
func (m *mortal) run(config run.Config) {
	m.t.Helper()
	config.Reacts, config.Works = m.pool, m.pool
	start(m.t, config)
}

// kill ends the process.
func (m *mortal) kill() {
	m.t.Helper()
	m.dead.Store(true)
	close(m.killed)
	rig.Do(m.t, m.watcher, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`, m.pool.Config().ConnConfig.RuntimeParams["application_name"])
}

// TraceQueryStart stops a statement that must not reach the database.
func (m *mortal) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	return m.through(ctx, data.SQL)
}

// TraceQueryEnd implements pgx.QueryTracer.
func (m *mortal) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart stops a batch that must not reach the database.
func (m *mortal) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	return m.through(ctx, data.Batch.QueuedQueries[0].SQL)
}

// TraceBatchQuery implements pgx.BatchTracer.
func (m *mortal) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (m *mortal) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func (m *mortal) through(ctx context.Context, sql string) context.Context {
	if m.never != "" && strings.Contains(sql, m.never) {
		select {
		case <-m.killed:
		case <-ctx.Done():
		}
	}
	if m.dead.Load() || m.dies != nil && m.dies(sql) {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(errDead)
		return ctx
	}
	return ctx
}
