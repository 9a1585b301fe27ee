package work

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// worker does the jobs of workflows.
type worker struct {
	workflows map[string]workflow.Definition
	targets   workflow.Targets
	handlers  map[string]workflow.Handler // by stream type
	callers   map[string]workflow.Caller
	pool      *pgxpool.Pool
	timeout   time.Duration // of one call
	logger    *slog.Logger
}

// command sends a command to a stream. If it is refused, the stream of the instance is told, with
// events that have the ids that the command's events would have had: the log takes either these or
// those, whichever execution comes first.
func (w *worker) command(ctx context.Context, job *river.Job[jobs.Command]) error {
	body, err := w.targets.Decode(job.Args.Command)
	if err != nil {
		return err
	}
	err = w.send(ctx, job.Args.Cause, job.Args.Command.StreamType, job.Args.Stream, body)
	rejection, refused := refusalIn(err)
	if !refused {
		return err
	}
	if done, err := w.isDone(ctx, job.Args.Cause.Identity()); done || err != nil {
		return err
	}
	return w.tell(ctx, job.Args.Cause, workflow.Refused{Command: body, Rejection: rejection})
}

// isDone reports whether the log has an event of a job: an earlier execution of the job may have been
// accepted, and the command is refused now for this reason.
func (w *worker) isDone(ctx context.Context, identity uuid.UUID) (is bool, err error) {
	sql := `SELECT ` + logsql.Has("$1")
	err = w.pool.QueryRow(ctx, sql, event.DeriveID(identity, 0)).Scan(&is)
	if failure.Away(err) {
		return false, river.JobSnooze(away)
	}
	if err != nil {
		return false, fmt.Errorf("look for the events of a job: %w", err)
	}
	return is, nil
}

// refusalIn returns the rejection in the error of a command: the domain has refused the command, or
// its stream does not exist.
func refusalIn(err error) (event.Rejection, bool) {
	if rejection, ok := errors.AsType[*event.Rejection](err); ok {
		return *rejection, true
	}
	if errors.Is(err, event.ErrStreamNotFound) {
		return event.Rejection{Code: "not_found", Detail: "there is no such stream"}, true
	}
	return event.Rejection{}, false
}

// timer tells the instance that the time of a timer has come.
func (w *worker) timer(ctx context.Context, job *river.Job[jobs.Timer]) error {
	return w.tell(ctx, job.Args.Cause, workflow.Fired{Name: job.Args.Name, Due: job.Args.Due})
}

// tell sends an outcome to the stream of the instance, as the command that the workflow makes of it.
func (w *worker) tell(ctx context.Context, cause jobs.Cause, o workflow.Outcome) error {
	of, ok := w.workflows[cause.Workflow]
	if !ok {
		return fmt.Errorf("this program has no workflow %q", cause.Workflow)
	}
	var body any
	if of.Tell != nil {
		body = of.Tell(o)
	}
	if body == nil {
		return nil
	}
	stored, err := w.targets.Encode(body)
	if err != nil {
		return fmt.Errorf("tell of %T: %w", o, err)
	}
	if err := w.send(ctx, cause, stored.StreamType, cause.Instance, body); err != nil {
		return fmt.Errorf("tell of %T: %w", o, err)
	}
	return nil
}

// Waits before a job is repeated.
const (
	contended = 50 * time.Millisecond // others change the stream all the time
	away      = time.Second           // the log can't be reached
)

// send executes a command under the identity of a job. If the log has its events already, an
// earlier execution of the job has done it, and send returns nil. If the log can't be reached, or
// others change the stream all the time, the job is repeated, which does not count as an attempt.
func (w *worker) send(ctx context.Context, cause jobs.Cause, streamType string, stream uuid.UUID, body any) error {
	handler, ok := w.handlers[streamType]
	if !ok {
		return fmt.Errorf("this program has no target %q", streamType)
	}
	err := handler.Handle(ctx, stream, body, command.Request{Identity: cause.Identity(), Metadata: cause.Metadata()})
	switch {
	case errors.Is(err, event.ErrRecorded):
		w.logger.InfoContext(ctx, "the work of a job was done before", "workflow", cause.Workflow, "instance", cause.Instance, "position", cause.Position, "number", cause.Number)
		return nil
	case errors.Is(err, event.ErrConflict), errors.Is(err, event.ErrLogChanged):
		return river.JobSnooze(contended)
	case once.IsOutage(err), errors.Is(err, event.ErrUnfinished), failure.Away(err):
		return river.JobSnooze(away)
	}
	return err
}
