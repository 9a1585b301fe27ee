package work

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
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
// each start and each fetch. While the database can't be reached, River repeats its errors ten
// times a second. Of lines with the same message, the logger passes on at most one within the time
// repeatAfter.
func quiet(logger *slog.Logger) *slog.Logger {
	return slog.New(limited{logger.Handler(), &said{at: make(map[string]time.Time)}})
}

// repeatAfter is the time after a line in which further lines with the same message are dropped.
const repeatAfter = 10 * time.Second

// limited is a log handler that passes on warnings and errors. Of lines with the same message,
// limited passes on at most one within the time repeatAfter.
type limited struct {
	next slog.Handler
	said *said
}

// said has the time of the last line of each message.
type said struct {
	mu sync.Mutex
	at map[string]time.Time
}

// isNew reports whether a line with the given message must be passed on.
func (s *said) isNew(message string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, ok := s.at[message]; ok && now.Sub(last) < repeatAfter {
		return false
	}
	if len(s.at) >= mostMessages {
		clear(s.at)
	}
	s.at[message] = now
	return true
}

// mostMessages limits how many messages are remembered, because messages that contain an error's
// text may all be different.
const mostMessages = 1000

// Enabled reports whether a line of the given level may be passed on.
func (l limited) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && l.next.Enabled(ctx, level)
}

// Handle passes a line on.
func (l limited) Handle(ctx context.Context, r slog.Record) error {
	if !l.said.isNew(r.Message, r.Time) {
		return nil
	}
	return l.next.Handle(ctx, r)
}

// WithAttrs returns a handler that adds attributes to each line.
func (l limited) WithAttrs(attrs []slog.Attr) slog.Handler {
	return limited{l.next.WithAttrs(attrs), l.said}
}

// WithGroup returns a handler that opens a group.
func (l limited) WithGroup(name string) slog.Handler { return limited{l.next.WithGroup(name), l.said} }
