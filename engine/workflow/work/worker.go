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
	"example.com/pgcqrs/engine/tracing"
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
	timeout   time.Duration // time limit of one call
	logger    *slog.Logger
}

// command sends a command to a stream. If the command is refused, command passes the refusal to the
// stream of the instance. The events of the refusal have the same ids that the events of the
// command would have had. So the log accepts either the events of the command or the events of the
// refusal, even if the job is done twice.
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

// isDone reports whether the log has an event of a job. If it has, an earlier execution of the job
// was successful, and a later execution may be refused for this reason.
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

// refusalIn returns the rejection in the error of a command. The result is true if the domain has
// refused the command, or the command's stream does not exist.
func refusalIn(err error) (event.Rejection, bool) {
	if rejection, ok := errors.AsType[*event.Rejection](err); ok {
		return *rejection, true
	}
	if errors.Is(err, event.ErrStreamNotFound) {
		return event.Rejection{Code: "not_found", Detail: "there is no such stream"}, true
	}
	return event.Rejection{}, false
}

// timer passes the outcome Fired to the instance, because a timer is due.
func (w *worker) timer(ctx context.Context, job *river.Job[jobs.Timer]) error {
	return w.tell(ctx, job.Args.Cause, workflow.Fired{Name: job.Args.Name, Due: job.Args.Due})
}

// tell passes an outcome to the instance. The workflow's function Tell returns a command for the
// outcome, and tell sends this command to the stream of the instance.
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

// send executes a command under the identity of a job. If the log already has the events of the
// job, an earlier execution has done the job, and send returns nil. If the log can't be reached, or
// if other commands change the stream all the time, the job is repeated. Such a repetition does not
// count as an attempt.
func (w *worker) send(ctx context.Context, cause jobs.Cause, streamType string, stream uuid.UUID, body any) error {
	handler, ok := w.handlers[streamType]
	if !ok {
		return fmt.Errorf("this program has no target %q", streamType)
	}
	metadata := cause.Metadata()
	if traced := tracing.Of(ctx); traced != "" {
		metadata.Traceparent = traced
	}
	err := handler.Handle(ctx, stream, body, command.Request{Identity: cause.Identity(), Metadata: metadata})
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
