package event

import "errors"

var (
	// ErrConflict says that a stream is not at the expected version. Nothing was appended; load the
	// stream and decide again.
	ErrConflict = errors.New("stream is not at the expected version")

	// ErrLogChanged says that the log went back, so that events that were read before may not be
	// in the log any more. Nothing was appended; load the stream and decide again.
	ErrLogChanged = errors.New("the log went back")

	// ErrStreamNotFound says that a stream has no events. Decide returns ErrStreamNotFound for a
	// command that needs the stream to exist.
	ErrStreamNotFound = errors.New("stream not found")

	// ErrOtherStream says that the log has a stream of another type with this id. Ids are unique
	// over all types of streams.
	ErrOtherStream = errors.New("stream is of another type")

	// ErrAnswered says that the append's idempotency key has an answer already. Nothing was
	// appended.
	ErrAnswered = errors.New("idempotency key already has an answer")

	// ErrUnknownEvent says that a stream has an event of a type or a schema version that this
	// program does not know, for example because a newer version of the program also writes to
	// the log.
	ErrUnknownEvent = errors.New("event is of another version of this program")

	// ErrInapplicable says that a projection can't apply an event to the projection's tables.
	ErrInapplicable = errors.New("event can't be applied")

	// ErrNotBuilt says that a read model is still being built: its projection has not yet
	// reached the end of the log for the first time. An answer from the read model would be
	// wrong, not only late.
	ErrNotBuilt = errors.New("read model is not built yet")

	// ErrBeyondLog says that the log can't reach a position in the time that the caller may
	// wait: the position is too far above the position of the log's last event.
	ErrBeyondLog = errors.New("position is far above the log's head")

	// ErrUnavailable says that the log could not be reached and that nothing was appended. The
	// caller may send the same command again.
	ErrUnavailable = errors.New("event log is unavailable")

	// ErrUnfinished says that a stream is too long to be read in the time of one request. The
	// process keeps the state of the events that it has read; a retry of the request reads the
	// events that follow.
	ErrUnfinished = errors.New("stream is not read to its end yet")

	// ErrUnknownOutcome says that the connection was lost during an append, and that the
	// database could not be reached in time to find out whether the events were appended.
	ErrUnknownOutcome = errors.New("outcome of the append is unknown")

	// ErrOverloaded says that as many appends are waiting as the limit allows. Nothing was
	// appended.
	ErrOverloaded = errors.New("too many appends are waiting")
)

// Rejection is a business rule's refusal of a command. A Rejection is an answer, not a failure.
type Rejection struct {
	Code   string // stable, in snake_case: clients distinguish rejections by the code
	Detail string // text for people; it names the rule and the unit
}

func (r *Rejection) Error() string { return r.Code + ": " + r.Detail }
