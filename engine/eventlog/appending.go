package eventlog

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/event"
)

// Append appends all of a, or nothing. It returns once the events are durable. Its errors are those
// of AppendAll.
func (s *Store) Append(ctx context.Context, a event.Append) (event.Appended, error) {
	return s.writer.Append(ctx, a)
}

// AppendAll appends a chain, in order, all or nothing: a later append may build on the version that
// an earlier one leads to. It returns once everything is durable.
//
// Errors: only event.ErrUnknownOutcome says that the chain may have been appended, or may still be.
// If ctx ends, AppendAll stops waiting; what was already sent goes on. After any other error, such
// as event.ErrConflict, event.ErrLogChanged, event.ErrAnswered, event.ErrOverloaded and
// event.ErrUnavailable, nothing was appended.
func (s *Store) AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error) {
	return s.writer.AppendAll(ctx, chain)
}

// Run runs the committer, without which no append is sent. When ctx ends it sends what is still
// queued and returns nil. It must be called once.
func (s *Store) Run(ctx context.Context) error { return s.writer.Run(ctx) }

// Ready returns nil while appends succeed, or an error that says why they do not. It needs no Run
// and costs appends nothing. It may take a second while a session holds a lock that appends need,
// or a required standby does not answer.
func (s *Store) Ready(ctx context.Context) error { return s.ready.Ready(ctx) }

// Answers returns the answers that are stored under idempotency keys, and leaves out keys without
// an answer or whose answer has expired. A promotion would not undo the returned ones.
func (s *Store) Answers(ctx context.Context, keys []string) (map[string]event.Answered, error) {
	return s.keys.Answers(ctx, keys)
}

// ForgetExpired deletes expired answers, a bounded number per statement, until none is left. It
// returns their number.
func (s *Store) ForgetExpired(ctx context.Context) (total int64, err error) {
	return s.keys.ForgetExpired(ctx)
}

// RunForgetting calls ForgetExpired at once and then every interval until ctx ends, and counts the
// time by which keys expire. It passes failures to report and retries.
func (s *Store) RunForgetting(ctx context.Context, interval time.Duration, report func(error)) error {
	return s.keys.RunForgetting(ctx, interval, report)
}
