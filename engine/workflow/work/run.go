package work

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/pg/lock"
	"example.com/pgcqrs/engine/pg/retry"
	"example.com/pgcqrs/engine/tracing"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// Config has what Workers need. The login of the pool must have the rights of role.Worker.
type Config struct {
	Pool      *pgxpool.Pool
	Store     command.Store // appends through Pool
	Workflows []workflow.Definition
	Targets   workflow.Targets
	Handlers  map[string]workflow.Handler // of the Targets, by stream type
	Callers   map[string]workflow.Caller  // by the name of the call

	AtOnce     int           // jobs of one workflow that this process does at the same time (default 50)
	Timeout    time.Duration // time limit of one attempt of a call, and of a command (default 30 s)
	Logger     *slog.Logger  // required
	Registerer prometheus.Registerer
	Tracer     *tracing.Tracer // nil: jobs are not traced
}

// toTell is the time that a job has after the time limit of its call, to pass the outcome of the
// call to the instance.
const toTell = 10 * time.Second

// Workers do the jobs of workflows. Several processes may have Workers on one database. The
// processes share the jobs, and if a process dies, another process takes over its jobs.
type Workers struct {
	config  Config
	id      string // id of the River client
	client  *jobs.Client
	queues  []string
	metrics *metrics
	doing   *doing
}

// New returns Workers.
func New(config Config) (*Workers, error) {
	config.AtOnce, config.Timeout = cmp.Or(config.AtOnce, 50), cmp.Or(config.Timeout, 30*time.Second)
	host, _ := os.Hostname() // without a name, the id is unique, too
	w := &Workers{config: config, id: fmt.Sprintf("%.40s-%s", host, uuid.NewString()), metrics: newMetrics(config.Registerer), doing: newDoing()}
	does := &worker{
		workflows: make(map[string]workflow.Definition), targets: config.Targets, handlers: config.Handlers, callers: config.Callers,
		pool: config.Pool, timeout: config.Timeout, logger: config.Logger,
	}
	queues := make(map[string]river.QueueConfig)
	for _, of := range config.Workflows {
		does.workflows[of.Name] = of
		queues[of.Name] = river.QueueConfig{MaxWorkers: config.AtOnce}
	}
	w.queues = slices.Sorted(maps.Keys(queues))
	kinds := river.NewWorkers()
	river.AddWorker(kinds, river.WorkFunc(listed(w.doing, counted(w.metrics, traced(config.Tracer, does.command)))))
	river.AddWorker(kinds, river.WorkFunc(listed(w.doing, counted(w.metrics, traced(config.Tracer, does.timer)))))
	river.AddWorker(kinds, river.WorkFunc(listed(w.doing, counted(w.metrics, traced(config.Tracer, does.call)))))
	river.AddWorker(kinds, river.WorkFunc(listed(w.doing, counted(w.metrics, traced(config.Tracer, does.schedule)))))
	client, err := river.NewClient(riverpgxv5.New(config.Pool), &river.Config{
		ID: w.id, Queues: queues, Workers: kinds, Logger: quiet(config.Logger), Hooks: jobs.Hooks(),
		FetchPollInterval: 100 * time.Millisecond, FetchCooldown: 20 * time.Millisecond, // short intervals, because no notification says that a timer is due
		JobTimeout: config.Timeout + toTell, RetryPolicy: backoff{},
		LeaderElectionDisabled: true,            // sweep does the work of River's leader, in each process (docs/decisions/0028)
		SoftStopTimeout:        5 * time.Second, // for the jobs that are being done when the process ends
		ErrorHandler:           report{config.Logger, w.metrics},
	})
	if err != nil {
		return nil, fmt.Errorf("make the client of the job queue: %w", err)
	}
	w.client = client
	return w, nil
}

// Run does jobs until ctx ends. Then Run starts no further job, and waits a short time until the
// jobs that have begun are finished.
func (w *Workers) Run(ctx context.Context) error {
	held := make(chan struct{})
	var started bool
	var holding sync.WaitGroup
	defer holding.Wait()
	living, end := context.WithCancel(context.WithoutCancel(ctx)) // the lock is held until the last job has finished
	defer end()
	holding.Go(func() {
		w.hold(living, func() {
			if !started {
				started = true
				close(held) // the client begins when other processes can see that this one lives
			}
		})
	})
	select {
	case <-held:
	case <-ctx.Done():
		return nil
	}
	return w.work(ctx)
}

// hold holds the lock of this process until ctx ends. Each time hold has taken the lock, it calls
// the function held. While hold has the lock, it runs sweep.
func (w *Workers) hold(ctx context.Context, held func()) {
	lock.HoldAgain(ctx, w.config.Pool, lockOf+w.id, func(err error, retryIn time.Duration) {
		if ctx.Err() == nil {
			w.config.Logger.Warn("the worker's lock is lost, trying again", "error", err, "retry_seconds", retryIn.Seconds())
		}
	}, func(ctx context.Context, conn *pgx.Conn) error {
		held()
		return w.sweep(ctx, conn)
	})
}

// sweep calls takeOver, takeBack, recall, promote and clean once per second. Jobs of dead processes,
// jobs that this process has lost and jobs that are due soon get the state "available". Jobs whose
// time was wrong get another time, and jobs that are done are deleted.
func (w *Workers) sweep(ctx context.Context, conn *pgx.Conn) error {
	for ctx.Err() == nil {
		if err := takeOver(ctx, conn, w.id, w.config.Logger); err != nil {
			return err
		}
		if err := takeBack(ctx, conn, w.id, w.doing, w.config.Logger); err != nil {
			return err
		}
		if err := recall(ctx, conn, w.queues); err != nil {
			return err
		}
		if err := promote(ctx, conn, w.queues); err != nil {
			return err
		}
		if err := clean(ctx, conn); err != nil {
			return err
		}
		retry.Pause(ctx, sweepEvery)
	}
	return ctx.Err()
}

// work runs the River client until ctx ends. Then work waits until the jobs that have begun are
// finished or cancelled.
func (w *Workers) work(ctx context.Context) error {
	return retry.Backoff{Least: 100 * time.Millisecond, Most: 5 * time.Second}.Repeat(ctx, func(ctx context.Context) (bool, error) {
		if err := w.client.Start(ctx); err != nil {
			return false, err
		}
		w.config.Logger.InfoContext(ctx, "the jobs of workflows are done here", "workflows", w.queues)
		<-w.client.Stopped()
		return true, errStopped
	}, func(err error, retryIn time.Duration) error {
		w.config.Logger.Warn("the job queue does not run, trying again", "error", err, "retry_seconds", retryIn.Seconds())
		return nil
	})
}

var errStopped = errors.New("it has stopped")
