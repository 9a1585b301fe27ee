package work

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"example.com/pgcqrs/engine/workflow/jobs"
)

// backoff computes when a failed job is attempted again.
type backoff struct{}

// longestBackoff is the longest wait for the next attempt.
const longestBackoff = time.Minute

// NextRetry returns the time of the next attempt. The first wait is about a second, and each later
// wait is twice as long, up to a minute. A random part of each wait is left out, so that jobs that
// failed together are not retried together.
func (backoff) NextRetry(job *rivertype.JobRow) time.Time {
	wait := min(time.Second<<min(len(job.Errors), 6), longestBackoff)
	return time.Now().Add(wait - rand.N(wait/4)) //nolint:gosec // G404: nobody gains anything by guessing the time
}

// report logs attempts that have failed.
type report struct {
	logger  *slog.Logger
	metrics *metrics
}

// HandleError logs the error of an attempt.
func (r report) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	r.failed(ctx, job, err.Error())
	return nil
}

// HandlePanic logs the panic of an attempt.
func (r report) HandlePanic(ctx context.Context, job *rivertype.JobRow, panicked any, trace string) *river.ErrorHandlerResult {
	r.metrics.done.WithLabelValues(job.Queue, job.Kind, outcomeOf(fmt.Errorf("panic: %v", panicked), job.Attempt >= job.MaxAttempts)).Inc()
	r.failed(ctx, job, fmt.Sprintf("panic: %v\n%s", panicked, trace))
	return nil
}

func (r report) failed(ctx context.Context, job *rivertype.JobRow, why string) {
	var args struct {
		Cause *jobs.Cause `json:"cause"`
		Name  string      `json:"name"`
	}
	_ = json.Unmarshal(job.EncodedArgs, &args) // without it, the line lacks the instance
	line := r.logger.With("workflow", job.Queue)
	if args.Cause != nil {
		line = line.With("instance", args.Cause.Instance)
	} else {
		line = line.With("schedule", args.Name)
	}
	line = line.With("job", job.ID, "kind", job.Kind, "attempt", job.Attempt, "error", why)
	if job.Attempt >= job.MaxAttempts {
		line.ErrorContext(ctx, "a job of a workflow has failed too often, and is parked: ops workflows parked lists it, and ops workflows retry attempts it again")
		return
	}
	line.WarnContext(ctx, "a job of a workflow has failed, trying again")
}

// quiet returns a logger for River. The logger drops debug and info lines, which River writes at
// each start and each fetch. Warnings and errors are passed on as lines of the job queue.
func quiet(logger *slog.Logger) *slog.Logger { return slog.New(reports{logger.Handler()}) }

// reports is a log handler that passes on warnings and errors of River. Each line has the same
// message, and River's own message and attributes as the attribute "said". So the lines have the
// same form in each version of River.
type reports struct{ next slog.Handler }

// Enabled reports whether a line of the given level may be passed on.
func (l reports) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && l.next.Enabled(ctx, level)
}

// Handle passes a line on.
func (l reports) Handle(ctx context.Context, r slog.Record) error {
	said, failure := r.Message, slog.Attr{}
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "err" || a.Key == "error" {
			failure = slog.String("error", a.Value.Resolve().String())
		} else {
			said += fmt.Sprintf(" %s=%v", a.Key, a.Value.Resolve())
		}
		return true
	})
	line := slog.NewRecord(r.Time, r.Level, "the job queue reports a problem", r.PC)
	line.AddAttrs(slog.String("said", said))
	if failure.Key != "" {
		line.AddAttrs(failure)
	}
	return l.next.Handle(ctx, line)
}

// WithAttrs returns the same handler: River's lines have what they need in their own attributes.
func (l reports) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup returns the same handler.
func (l reports) WithGroup(string) slog.Handler { return l }
