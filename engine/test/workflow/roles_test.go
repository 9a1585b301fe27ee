package workflow_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/workflow/run"
)

// written collects what is logged.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

// Reactions need the rights of the projector's login, and jobs need the rights of the worker's
// login. Neither login may do the work of the other login.
func TestRolesOfWorkflows(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	reacts, works := rig.Connect(t, testdb.As(t, p.url, "projector")), rig.Connect(t, testdb.As(t, p.url, "worker"))
	said := &written{}
	config := p.config()
	config.Reacts, config.Works, config.Logger = reacts, works, slog.New(slog.NewTextHandler(io.MultiWriter(said, t.Output()), nil))
	stop := p.run(config)
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	p.becomes(p.ask(from, to, 30), pump.IsEmptied)
	p.becomes(p.ask(from, to, 500), pump.IsRefused)
	stop()
	late, stop := p.late(config, from, to)
	p.becomes(late, pump.IsReturned)
	idle(t, p.pool, "pumping")
	stop()
	if text := said.text.String(); strings.Contains(text, "denied") || strings.Contains(text, "42501") || strings.Contains(text, "must be owner") {
		t.Errorf("a right is missing:\n%s", text)
	}
	const appends = `SELECT coalesce(bool_or(has_function_privilege(oid, 'EXECUTE')), false) FROM pg_proc WHERE proname IN ('append_events', 'append_flight')`
	if rig.One[bool](t, reacts, appends) {
		t.Error("the login of the reactions may append")
	}
	if !rig.One[bool](t, works, appends) {
		t.Error("the login of the jobs may not append")
	}
	for _, sql := range []string{
		`UPDATE checkpoints SET position = 0`, `INSERT INTO checkpoints (projection) VALUES ('x')`, `SELECT FROM workflow_instances`,
		`UPDATE workflow_instances SET ended = true`, `DELETE FROM outbox`, `INSERT INTO events SELECT FROM events`, `DELETE FROM river_migration`,
	} {
		if _, err := works.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s as the worker: %v, want it refused", sql, err)
		}
	}
}

// When Run returns, no goroutine is left.
func TestRunLeavesNoGoroutine(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	mark := uuid.NewString()
	all, err := run.New(p.config())
	if err != nil {
		t.Fatal(err)
	}
	stop := await.Background(t, func(ctx context.Context) (err error) {
		pprof.Do(ctx, pprof.Labels("run", mark), func(ctx context.Context) { err = all.Run(ctx) }) // goroutines inherit labels
		return err
	})
	p.becomes(p.ask(from, to, 30), pump.IsEmptied)
	left := func() string {
		var text bytes.Buffer
		if err := pprof.Lookup("goroutine").WriteTo(&text, 1); err != nil {
			t.Fatal(err)
		}
		for one := range strings.SplitSeq(text.String(), "\n\n") {
			if strings.Contains(one, mark) {
				return one
			}
		}
		return ""
	}
	if left() == "" {
		t.Error("while it runs, no goroutine has the label")
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	await.True(t, "no goroutine is left", func() bool { return left() == "" })
}
