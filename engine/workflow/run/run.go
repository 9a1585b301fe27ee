package run

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/tracing"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/jobs"
	"example.com/pgcqrs/engine/workflow/react"
	"example.com/pgcqrs/engine/workflow/work"
)

// Config has what the workflows of a service need.
type Config struct {
	Set       workflow.Set
	Decode    event.Decode
	Reacts    *pgxpool.Pool          // with the rights of role.Projector
	Works     *pgxpool.Pool          // with the rights of role.Worker
	Log       react.Log              // reads on the connections of Reacts
	Subscribe func() <-chan struct{} // returns a channel that signals new events; nil: poll only

	Poll     time.Duration // longest time between two reads of the log (default 1 s)
	MaxBatch int           // events in one transaction (default 500)
	Timeout  time.Duration // time limit of one transaction, and of one attempt of a job (default 30 s)
	AtOnce   int           // jobs of one workflow that this process does at the same time (default 50)

	Logger     *slog.Logger          // required
	Registerer prometheus.Registerer // nil: metrics are counted but not exported
	Tracer     *tracing.Tracer       // nil: reactions and jobs are not traced
}

// Workflows run all workflows of a service: their reactions, and their jobs.
type Workflows struct {
	reactors []*react.Reactor
	workers  *work.Workers
	store    *eventlog.Store
	handlers map[string]workflow.Handler
}

// New returns Workflows.
func New(config Config) (*Workflows, error) {
	if err := checkNames(config.Set.Workflows); err != nil {
		return nil, err
	}
	if err := checkSchedules(config.Set.Workflows, time.Now()); err != nil {
		return nil, err
	}
	config.Poll, config.Timeout = cmp.Or(config.Poll, time.Second), cmp.Or(config.Timeout, 30*time.Second)
	config.MaxBatch = cmp.Or(config.MaxBatch, 500)
	targets := workflow.NewTargets(config.Set.Targets...)
	w := &Workflows{handlers: make(map[string]workflow.Handler, len(targets))}
	w.store = eventlog.New(config.Works, eventlog.Config{
		Decode: config.Decode, MessageOf: event.PublicMessage, Logger: config.Logger, Registerer: prefixed(config.Registerer),
	})
	for _, target := range config.Set.Targets {
		handler := target.Open(w.store)
		w.store.OnLogChange(handler.Forget)
		w.handlers[target.StreamType] = handler
	}
	client, err := jobs.NewClient(config.Reacts, config.Logger)
	if err != nil {
		return nil, fmt.Errorf("make the client of the job queue: %w", err)
	}
	metrics := react.NewMetrics(config.Registerer)
	for _, of := range config.Set.Workflows {
		var wake <-chan struct{}
		if config.Subscribe != nil {
			wake = config.Subscribe()
		}
		metrics.Known(of.Name)
		w.reactors = append(w.reactors, &react.Reactor{
			Workflow: of, Targets: targets, Pool: config.Reacts, Jobs: client, Log: config.Log, Decode: config.Decode,
			Wake: wake, Poll: config.Poll, MaxBatch: config.MaxBatch, Timeout: config.Timeout, Metrics: metrics, Tracer: config.Tracer, Logger: config.Logger,
		})
	}
	w.workers, err = work.New(work.Config{
		Pool: config.Works, Workflows: config.Set.Workflows, Targets: targets, Handlers: w.handlers, Callers: config.Set.Callers,
		AtOnce: config.AtOnce, Timeout: config.Timeout, Logger: config.Logger, Registerer: config.Registerer, Tracer: config.Tracer,
	})
	return w, err
}

// checkNames returns an error if two workflows have the same name, or if a name is not valid.
func checkNames(all []workflow.Definition) error {
	known := make(map[string]bool, len(all))
	for _, of := range all {
		if len(of.Name) > 60 || !possible.MatchString(of.Name) {
			return fmt.Errorf("a workflow can't be named %q: a name has 1 to 60 lower-case letters, digits and single hyphens", of.Name)
		}
		if known[of.Name] {
			return fmt.Errorf("two workflows are named %q", of.Name)
		}
		known[of.Name] = true
	}
	return nil
}

var possible = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// checkSchedules returns an error if a schedule has no next time, or if two schedules of one
// workflow have the same name.
func checkSchedules(all []workflow.Definition, now time.Time) error {
	for _, of := range all {
		known := make(map[string]bool, len(of.Schedules))
		for _, schedule := range of.Schedules {
			if known[schedule.Name] {
				return fmt.Errorf("workflow %s: two schedules are named %q", of.Name, schedule.Name)
			}
			known[schedule.Name] = true
			if _, err := schedule.NextAfter(now); err != nil {
				return fmt.Errorf("workflow %s: %w", of.Name, err)
			}
		}
	}
	return nil
}

// prefixed returns a registerer that adds the prefix worker_ to the names of metrics. The process
// has a second eventlog.Store, which reads the log for reactions, and whose metrics have the same
// names without the prefix.
func prefixed(registerer prometheus.Registerer) prometheus.Registerer {
	if registerer == nil {
		return nil
	}
	return prometheus.WrapRegistererWithPrefix("worker_", registerer)
}

// Run runs the workflows until ctx ends. Run returns an error only if the log has a gap. After such
// an error, the process must not continue.
func (w *Workflows) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	appending, stop := context.WithCancel(context.WithoutCancel(ctx)) // jobs that finish still append
	group.Go(func() error { return w.store.Run(appending) })
	group.Go(func() error { return w.store.Watch(ctx) })
	group.Go(func() error { return w.store.Follow(ctx, w.observe) })
	group.Go(func() error {
		defer stop()
		return w.workers.Run(ctx)
	})
	for _, reactor := range w.reactors {
		group.Go(func() error { return reactor.Run(ctx) })
	}
	return group.Wait()
}

// observe informs the handler of the event's stream type about an event that another process has
// appended.
func (w *Workflows) observe(e event.Recorded) {
	if handler, ok := w.handlers[e.StreamType]; ok {
		handler.Observe(e)
	}
}
