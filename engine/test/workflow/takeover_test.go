package workflow_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/pg/lock"
)

const (
	runs     = `UPDATE river_job SET state = 'running', finalized_at = NULL, attempted_by = ARRAY[$1], attempted_at = now() WHERE id = $2`
	isOver   = `SELECT state = 'completed' AND attempted_by[array_upper(attempted_by, 1)] <> $1 FROM river_job WHERE id = $2`
	commands = `SELECT array_agg(id ORDER BY id) FROM river_job WHERE kind = 'workflow_command'`
)

// If a process dies during a job, another process does the job within three seconds. If a process
// has a session that sends nothing for the time lock.StallAfter, another process takes over the
// job, too. Nobody takes over the job of a process that is alive.
func TestJobsOfDeadProcessesAreTakenOver(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	p.run(p.config())
	p.becomes(p.ask(from, to, 30), pump.IsEmptied)
	idle(t, p.pool, "pumping")
	ids := rig.One[[]int64](t, p.pool, commands)
	if len(ids) < 4 {
		t.Fatalf("a pump has %d jobs", len(ids))
	}
	p.lives("silent", false)
	p.lives("alive", true)
	began := time.Now()
	for i, owner := range []string{"dead", "silent", "alive"} {
		rig.Do(t, p.pool, runs, owner, ids[i])
	}
	await.True(t, "the job of the dead process is done", func() bool { return rig.One[bool](t, p.pool, isOver, "dead", ids[0]) })
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("the job of the dead process was taken over after %s", took)
	}
	await.True(t, "the job of the silent process is done", func() bool { return rig.One[bool](t, p.pool, isOver, "silent", ids[1]) })
	if took := time.Since(began); took > lock.StallAfter+4*time.Second {
		t.Errorf("the job of the silent process was taken over after %s", took)
	}
	if state := rig.One[string](t, p.pool, `SELECT state FROM river_job WHERE id = $1`, ids[2]); state != "running" {
		t.Errorf("the job of a process that lives is %s", state)
	}
}

// One job ends every process that does it. The other jobs of these processes are taken over at
// different times, so that they soon run without this job.
func TestJobsThatDieTogetherAreTakenApart(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, to := p.vessel(1000, 1000), p.vessel(1000, 0)
	p.run(p.config())
	for range 5 {
		p.becomes(p.ask(from, to, 1), pump.IsEmptied)
	}
	idle(t, p.pool, "pumping")
	ids := rig.One[[]int64](t, p.pool, commands)
	rig.Do(t, p.pool, `
		UPDATE river_job SET state = 'running', finalized_at = NULL, attempted_by = ARRAY['dead'], attempted_at = now(), attempt = 7 WHERE id = ANY ($1)`, ids)
	const spread = `
		SELECT count(*) = $2 AND max(scheduled_at) - min(scheduled_at) > interval '15 seconds' AND max(scheduled_at) < now() + interval '1 minute'
		FROM river_job WHERE id = ANY ($1) AND state <> 'running' AND errors IS NOT NULL`
	await.True(t, "the jobs are taken over at different times", func() bool { return rig.One[bool](t, p.pool, spread, ids, len(ids)) })
}

// While the clock of the database was ahead, jobs got times of that clock. After the clock was set
// right, no job waits until such a time. A job that is due immediately is executed at once. A job
// that has failed waits for at most a minute. A timer still waits for the time for which it was
// set.
func TestJobsDontWaitForATimeOfAWrongClock(t *testing.T) {
	t.Parallel()
	const (
		waits = `UPDATE river_job SET state = $1, finalized_at = NULL, attempt = 1, scheduled_at = now() + interval '400 days' WHERE id = $2`
		timer = `
			UPDATE river_job SET kind = 'workflow_timer', state = 'available', finalized_at = NULL, scheduled_at = now() + interval '1 hour',
			    args = args || jsonb_build_object('due', now() + interval '1 hour') WHERE id = $1`
	)
	p := newPlant(t)
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	stop := p.run(p.config())
	p.becomes(p.ask(from, to, 30), pump.IsEmptied)
	idle(t, p.pool, "pumping")
	stop()
	ids := rig.One[[]int64](t, p.pool, commands)
	rig.Do(t, p.pool, waits, "available", ids[0])
	rig.Do(t, p.pool, waits, "retryable", ids[1])
	rig.Do(t, p.pool, timer, ids[2])
	p.run(p.config())
	const (
		isDone = `SELECT state = 'completed' FROM river_job WHERE id = $1`
		isSoon = `SELECT scheduled_at <= now() + interval '1 minute' FROM river_job WHERE id = $1`
	)
	await.True(t, "the job is done", func() bool { return rig.One[bool](t, p.pool, isDone, ids[0]) })
	await.True(t, "the job that has failed waits for a minute", func() bool { return rig.One[bool](t, p.pool, isSoon, ids[1]) })
	if !rig.One[bool](t, p.pool, `SELECT state = 'available' AND scheduled_at = (args->>'due')::timestamptz FROM river_job WHERE id = $1`, ids[2]) {
		t.Error("the timer does not wait for its own time")
	}
}

// lives opens a session that takes the lock of a worker process. If talks is true, the session
// sends statements all the time.
func (p *plant) lives(id string, talks bool) {
	p.t.Helper()
	conn, err := pgx.Connect(p.t.Context(), p.url)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(p.t.Context())) }) // the server may have ended it
	rig.Do(p.t, conn, `SELECT pg_advisory_lock(hashtextextended('workflow worker ' || $1, 0))`, id)
	if !talks {
		return
	}
	await.Background(p.t, func(ctx context.Context) error {
		for ctx.Err() == nil {
			if _, err := conn.Exec(context.WithoutCancel(ctx), `SELECT pg_sleep(0.1)`); err != nil {
				return err
			}
		}
		return nil
	})
}
