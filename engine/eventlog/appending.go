package eventlog

import (
	"context"
	"time"

	"example.com/pgcqrs/engine/event"
)

// Append writes the events of one append, the parameter a, to the log: either all events or none.
// Append returns once the events are durable, and returns the same errors as AppendAll.
func (s *Store) Append(ctx context.Context, a event.Append) (event.Appended, error) {
	return s.writer.Append(ctx, a)
}

// AppendAll writes the events of several appends, called a chain of appends, to the log in their
// order: either all events or none. An append may expect the stream version that results from an
// earlier append of the same chain of appends. AppendAll returns once all events are durable.
//
// If the error is event.ErrUnknownOutcome, the events may be in the log, or may still be written to
// it. After any other error, such as event.ErrConflict, event.ErrLogChanged, event.ErrAnswered,
// event.ErrTaken, event.ErrOverloaded or event.ErrUnavailable, nothing was appended. If ctx ends
// before the appends are sent to the database, they are never sent. If ctx ends later, AppendAll
// stops waiting, but the events may still be written to the log.
func (s *Store) AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error) {
	return s.writer.AppendAll(ctx, chain)
}

// Run sends queued appends to the database; without Run, no append is sent. When ctx ends, Run
// sends the appends that are still queued, and then returns nil. Run must be called exactly once.
func (s *Store) Run(ctx context.Context) error { return s.writer.Run(ctx) }

// Ready returns nil if appends succeed at present; otherwise Ready returns an error that says why
// appends fail. Ready also works in a process that does not call Run. Ready does not slow appends
// down. If a session holds a lock that appends need, or a required (synchronous) standby does not
// answer, a call of Ready may last a second.
func (s *Store) Ready(ctx context.Context) error { return s.ready.Ready(ctx) }

// Answers returns the answers that are stored under the given idempotency keys. The result contains
// no keys without an answer, and no keys whose answer has expired. Answers returns only answers
// that a promotion of the standby would not lose.
func (s *Store) Answers(ctx context.Context, keys []string) (map[string]event.Answered, error) {
	return s.keys.Answers(ctx, keys)
}

// ForgetExpired deletes all expired answers of idempotency keys, and returns the number of deleted
// answers. Each of its SQL statements deletes only a limited number of answers.
func (s *Store) ForgetExpired(ctx context.Context) (total int64, err error) {
	return s.keys.ForgetExpired(ctx)
}

// RunForgetting calls ForgetExpired immediately and then once per interval until ctx ends.
// Meanwhile, RunForgetting counts the passing seconds in the database table elapsed. By this count,
// idempotency keys expire. RunForgetting passes each error to the function report, and tries again
// later.
func (s *Store) RunForgetting(ctx context.Context, interval time.Duration, report func(error)) error {
	return s.keys.RunForgetting(ctx, interval, report)
}
