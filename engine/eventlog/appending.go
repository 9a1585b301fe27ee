package eventlog

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/event"
)

// Append writes all events of the append a to the log, or none of them, and returns once the events
// are durable. Append returns the errors of AppendAll.
func (s *Store) Append(ctx context.Context, a event.Append) (event.Appended, error) {
	return s.writer.Append(ctx, a)
}

// AppendAll writes the events of a chain of appends to the log in order, all of them or none. A
// later append of the chain may expect the version that an earlier append of the chain leads to.
// AppendAll returns once all events are durable.
//
// event.ErrUnknownOutcome is the only error after which the chain may have been appended, or may
// still be appended. After any other error, such as event.ErrConflict, event.ErrLogChanged,
// event.ErrAnswered, event.ErrOverloaded and event.ErrUnavailable, nothing was appended. If ctx
// ends before the chain is sent, the chain is never sent; if ctx ends during the flight, AppendAll
// stops waiting and the flight goes on.
func (s *Store) AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error) {
	return s.writer.AppendAll(ctx, chain)
}

// Run runs the committer, which sends appends: without Run, no append is sent. When ctx ends, Run
// sends the appends that are still queued and returns nil. Run must be called exactly once.
func (s *Store) Run(ctx context.Context) error { return s.writer.Run(ctx) }

// Ready returns nil while appends succeed; otherwise it returns an error that says why they fail.
// Ready works without Run and does not slow appends down. Ready may take a second while a session
// holds a lock that appends need, or while a required standby does not answer.
func (s *Store) Ready(ctx context.Context) error { return s.ready.Ready(ctx) }

// Answers returns the answers that are stored under idempotency keys. A key that has no answer, or
// whose answer has expired, is missing from the result. Every returned answer would survive a
// promotion of the standby.
func (s *Store) Answers(ctx context.Context, keys []string) (map[string]event.Answered, error) {
	return s.keys.Answers(ctx, keys)
}

// ForgetExpired deletes expired answers, a bounded number per statement, until none is left, and
// returns how many it has deleted.
func (s *Store) ForgetExpired(ctx context.Context) (total int64, err error) {
	return s.keys.ForgetExpired(ctx)
}

// RunForgetting calls ForgetExpired at once and then once per interval until ctx ends.
// RunForgetting also counts, in the table elapsed, the time after which keys expire. RunForgetting
// passes each error to the function report and retries.
func (s *Store) RunForgetting(ctx context.Context, interval time.Duration, report func(error)) error {
	return s.keys.RunForgetting(ctx, interval, report)
}
