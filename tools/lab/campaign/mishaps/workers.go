//go:build linux

package mishaps

import (
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/session"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// awaitJob is the longest time for which KillWorkers waits until a job is running.
const awaitJob = 3 * time.Second

// KillWorkers waits until a job of a workflow is running, and then kills all projectors. So a
// process usually dies while it executes a job, and no other process is left to take over the job
// at once.
func KillWorkers(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	const running = `SELECT EXISTS (SELECT FROM river_job WHERE state = 'running')`
	is := false
	err := session.Run(ctx, w.Postgres.Owner(), func(ctx context.Context, conn *pgx.Conn) error {
		for until := time.Now().Add(awaitJob); !is && time.Now().Before(until) && ctx.Err() == nil; {
			if err := conn.QueryRow(ctx, running).Scan(&is); err != nil {
				return fmt.Errorf("look for a job: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !is {
		return cluster.ErrNotNow
	}
	interval.Pause(ctx, time.Duration(random.IntN(20))*time.Millisecond) // the job may be in any of its steps
	for _, n := range w.Projectors {
		n.Process.Signal(syscall.SIGKILL)
	}
	return nil
}

// RepeatJobs makes the service execute up to 100 completed jobs again. The log must not contain the
// events of these jobs a second time.
func RepeatJobs(ctx context.Context, w *world.World, _ int, _ *rand.Rand) error {
	const again = `
		UPDATE river_job SET state = 'available', scheduled_at = now(), finalized_at = NULL, max_attempts = attempt + 10
		WHERE id = ANY (ARRAY(SELECT id FROM river_job WHERE state = 'completed' ORDER BY random() LIMIT 100))`
	return session.Run(ctx, w.Postgres.Owner(), func(ctx context.Context, conn *pgx.Conn) error {
		tag, err := conn.Exec(ctx, again)
		if err == nil && tag.RowsAffected() == 0 {
			return cluster.ErrNotNow
		}
		return err
	})
}

// SetBack sets the checkpoint of the workflow back by up to a thousand events. The workflow must
// not react to these events again.
func SetBack(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	const back = `
		UPDATE checkpoints SET position = greatest(position - $1, 0), event_position = NULL, event_id = NULL WHERE projection = 'workflow transfers'`
	return session.Run(ctx, w.Postgres.Owner(), func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, back, 1+random.IntN(1000))
		return err
	})
}
