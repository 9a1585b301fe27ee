package control

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/jobs"
	"example.com/pgcqrs/engine/workflow/react"
	"example.com/pgcqrs/engine/workflow/status"
)

// Config has what a Control needs.
type Config struct {
	Set    workflow.Set
	Pool   *pgxpool.Pool // with the rights of role.Projector
	Log    react.Log     // reads on the connections of Pool
	Decode event.Decode
	Logger *slog.Logger // required: each change is logged, with the operator and the reason
}

// Control changes the workflows of a service on behalf of an operator.
type Control struct {
	config Config
	queue  *jobs.Client
	names  []string
}

// New returns a Control.
func New(config Config) (*Control, error) {
	queue, err := jobs.NewClient(config.Pool, config.Logger)
	if err != nil {
		return nil, fmt.Errorf("make the client of the job queue: %w", err)
	}
	c := &Control{config: config, queue: queue}
	for _, of := range config.Set.Workflows {
		c.names = append(c.names, of.Name)
	}
	return c, nil
}

// Pool returns the pool of connections that the Control uses.
func (c *Control) Pool() *pgxpool.Pool { return c.config.Pool }

// Log returns the log that the workflows react to.
func (c *Control) Log() react.Log { return c.config.Log }

// Names returns the names of the workflows, in the order of the Set.
func (c *Control) Names() []string { return c.names }

// Reactor returns the Reactor of a workflow. The caller must not call the Reactor's method Run.
func (c *Control) Reactor(name string) (*react.Reactor, error) {
	for _, of := range c.config.Set.Workflows {
		if of.Name == name {
			return &react.Reactor{
				Workflow: of, Targets: workflow.NewTargets(c.config.Set.Targets...), Pool: c.config.Pool, Jobs: c.queue,
				Log: c.config.Log, Decode: c.config.Decode, MaxBatch: 500, Timeout: 30 * time.Second, Logger: c.config.Logger,
			}, nil
		}
	}
	return nil, c.Check(name)
}

// Find returns the instances with the given id: each workflow has at most one such instance. Find
// also returns instances of workflows that are not in this program.
func (c *Control) Find(ctx context.Context, id uuid.UUID) ([]status.Instance, error) {
	orphans, err := status.Orphans(ctx, c.config.Pool, c.names)
	if err != nil {
		return nil, err
	}
	return status.Find(ctx, c.config.Pool, slices.Concat(c.names, orphans), id)
}

// Check returns an error if the service has no workflow with the given name.
func (c *Control) Check(name string) error {
	if slices.Contains(c.names, name) {
		return nil
	}
	if len(c.names) == 0 {
		return fmt.Errorf("no workflow %q: this service has none", name)
	}
	return fmt.Errorf("no workflow %q: there is %s", name, strings.Join(c.names, ", "))
}

// By names the operator who changes something, and the reason for the change.
type By struct{ Operator, Note string }

// log logs a change of an operator.
func (c *Control) log(act, workflow string, by By, more ...any) {
	line := c.config.Logger.With("workflow", workflow, "by", by.Operator)
	if by.Note != "" {
		line = line.With("note", by.Note)
	}
	line.Warn(act, more...)
}
