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

// Soon is the time between the moment at which a job gets River's state "available" and the moment
// at which the job is due. River fetches an available job as soon as the job is due by the
// database's clock, and not earlier. A job in the state "scheduled" would have to wait for River's
// scheduler, which runs only every five seconds.
const Soon = 30 * time.Second

// Client adds jobs to River's queue, and finds, retries and cancels them.
type Client = river.Client[pgx.Tx]

// NewClient returns a Client that does no jobs itself.
func NewClient(pool *pgxpool.Pool, logger *slog.Logger) (*Client, error) {
	return river.NewClient(riverpgxv5.New(pool), &river.Config{Logger: logger, Hooks: Hooks()})
}

// Hooks returns the hooks of a River client that adds jobs. The hooks set the time and the state of
// a job before the job is added.
func Hooks() []rivertype.Hook {
	return []rivertype.Hook{river.HookInsertBeginFunc(func(_ context.Context, job *rivertype.JobInsertParams) error {
		switch {
		case job.ScheduledAt == nil || job.ScheduledAt.IsZero():
			job.ScheduledAt = new(time.Time) // means now, by the database's clock; without this, River's driver would use the clock of the process
		case job.State == rivertype.JobStateScheduled && time.Until(*job.ScheduledAt) < Soon:
			job.State = rivertype.JobStateAvailable
		}
		return nil
	})}
}
