package eventlog

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/event"
)

// Append appends all of a, or nothing. It answers once the events are durable. Its errors are
// AppendAll's.
func (s *Store) Append(ctx context.Context, a event.Append) (event.Appended, error) {
	return s.writer.Append(ctx, a)
}

// AppendAll appends a chain, in order, all or nothing: a later append may build on the version that
// an earlier one leads to. It answers once all is durable.
//
// Errors: event.ErrUnknownOutcome alone says that the chain may have been appended, or may still be:
// ending ctx gives up the wait, not what is on its way. After any other error, such as
// event.ErrConflict, event.ErrLogChanged, event.ErrAnswered, event.ErrOverloaded and
// event.ErrUnavailable, nothing was appended.
func (s *Store) AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error) {
	return s.writer.AppendAll(ctx, chain)
}

// Run is the committer, without which no append is sent. When ctx ends it sends what is still queued
// and returns nil. It runs once.
func (s *Store) Run(ctx context.Context) error { return s.writer.Run(ctx) }

// Ready returns nil while appends go through, or why they do not. It needs no Run and costs appends
// nothing. It may take a second while somebody holds a lock that appends need, or a required standby
// does not answer.
func (s *Store) Ready(ctx context.Context) error { return s.ready.Ready(ctx) }

// Answers returns what was answered under idempotency keys; those that were not, or not any more,
// are left out. A promotion would not undo those that are returned.
func (s *Store) Answers(ctx context.Context, keys []string) (map[string]event.Answered, error) {
	return s.keys.Answers(ctx, keys)
}

// ForgetExpired deletes expired answers, a bounded number a statement, until none is left. It says
// how many there were.
func (s *Store) ForgetExpired(ctx context.Context) (total int64, err error) {
	return s.keys.ForgetExpired(ctx)
}

// RunForgetting calls ForgetExpired at once and then every interval until ctx ends, and counts the
// time by which keys expire; failures go to report and are tried again.
func (s *Store) RunForgetting(ctx context.Context, interval time.Duration, report func(error)) error {
	return s.keys.RunForgetting(ctx, interval, report)
}
