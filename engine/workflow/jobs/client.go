package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// Soon is how long before its time a job is made available. The fetch of an available job compares
// its time with the database's clock, so no job begins early; a job that is only scheduled waits
// for River's scheduler, which runs every five seconds.
const Soon = 30 * time.Second

// Client adds jobs to River's queue, and finds, retries and cancels them.
type Client = river.Client[pgx.Tx]

// NewClient returns a Client that works no jobs.
func NewClient(pool *pgxpool.Pool, logger *slog.Logger) (*Client, error) {
	return river.NewClient(riverpgxv5.New(pool), &river.Config{Logger: logger, Hooks: Hooks()})
}

// Hooks returns the hooks that a client needs that adds jobs.
func Hooks() []rivertype.Hook {
	return []rivertype.Hook{river.HookInsertBeginFunc(func(_ context.Context, job *rivertype.JobInsertParams) error {
		switch {
		case job.ScheduledAt == nil || job.ScheduledAt.IsZero():
			job.ScheduledAt = new(time.Time) // now, by the database's clock: River's driver would take that of the process
		case job.State == rivertype.JobStateScheduled && time.Until(*job.ScheduledAt) < Soon:
			job.State = rivertype.JobStateAvailable
		}
		return nil
	})}
}
