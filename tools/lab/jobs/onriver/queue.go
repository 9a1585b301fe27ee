package onriver

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// Number is the argument of a job.
type Number struct {
	Number int64 `json:"number"`
}

// Kind implements river.JobArgs.
func (Number) Kind() string { return "number" }

// Queue inserts and executes jobs.
type Queue struct {
	pool   *pgxpool.Pool
	client *river.Client[pgx.Tx]
}

// New returns a Queue that executes jobs with the function work.
func New(pool *pgxpool.Pool, work func(ctx context.Context, number int64) error) (*Queue, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(ctx context.Context, job *river.Job[Number]) error {
		return work(ctx, job.Args.Number)
	}))
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 100}}, Workers: workers,
		FetchCooldown: 10 * time.Millisecond, FetchPollInterval: 100 * time.Millisecond,
		LeaderElectionDisabled: true, // upkeep.go
		Hooks:                  []rivertype.Hook{river.HookInsertBeginFunc(due)},
		Logger:                 slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return nil, fmt.Errorf("create River's client: %w", err)
	}
	return &Queue{pool, client}, nil
}

// Insert adds a job for each number. If due is the zero time, the jobs are due now.
func (q *Queue) Insert(ctx context.Context, tx pgx.Tx, numbers []int64, due time.Time) error {
	jobs := make([]river.InsertManyParams, len(numbers))
	for i, number := range numbers {
		jobs[i] = river.InsertManyParams{Args: Number{number}, InsertOpts: &river.InsertOpts{ScheduledAt: due}}
	}
	_, err := q.client.InsertManyTx(ctx, tx, jobs)
	return err
}

// Run executes jobs until ctx ends. Meanwhile it has a session lock, by which other processes see
// that this process is alive.
func (q *Queue) Run(ctx context.Context) error {
	life, err := q.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = life.Hijack().Close(context.WithoutCancel(ctx)) }() // gives the lock back
	if _, err := life.Exec(ctx, `SELECT pg_advisory_lock(hashtext('river'), hashtext($1))`, q.client.ID()); err != nil {
		return fmt.Errorf("lock the client's id: %w", err)
	}
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start River's client: %w", err)
	}
	failed := upkeep(ctx, q.pool)
	if err := q.client.Stop(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("stop River's client: %w", err)
	}
	return failed
}
