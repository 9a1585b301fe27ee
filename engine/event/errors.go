package event

import "errors"

var (
	// ErrConflict says that a stream is not at the expected version. Nothing was appended; load the
	// stream and decide again.
	ErrConflict = errors.New("stream is not at the expected version")

	// ErrLogChanged says that the log went back, so that what was read of it before may not be true
	// any more. Nothing was appended; load the stream and decide again.
	ErrLogChanged = errors.New("the log went back")

	// ErrStreamNotFound says that a stream has no events. A decision returns it
	// for a command that needs the stream to exist.
	ErrStreamNotFound = errors.New("stream not found")

	// ErrOtherStream says that there is a stream of another type with this id: ids are unique over
	// all types.
	ErrOtherStream = errors.New("stream is of another type")

	// ErrAnswered says that the append's idempotency key has an answer already. Nothing was
	// appended.
	ErrAnswered = errors.New("idempotency key already has an answer")

	// ErrUnknownEvent says that a stream has an event of a type or a schema version that this
	// program does not know, for example because a newer version of the program runs, too.
	ErrUnknownEvent = errors.New("event is of another version of this program")

	// ErrInapplicable says that a projection can't apply an event to its tables.
	ErrInapplicable = errors.New("event can't be applied")

	// ErrNotBuilt says that a read model has never reached the log's end: its answer would be not
	// late but wrong.
	ErrNotBuilt = errors.New("read model is not built yet")

	// ErrBeyondLog says that a position is further above the log's head than the log can grow in
	// the time that the caller may wait.
	ErrBeyondLog = errors.New("position is far above the log's head")

	// ErrUnavailable says that the log could not be reached and nothing was appended: the same
	// command may be sent again.
	ErrUnavailable = errors.New("event log is unavailable")

	// ErrUnfinished says that a stream is too long to be read for one answer. The part that was
	// read is kept: the same request goes on from there.
	ErrUnfinished = errors.New("stream is not read to its end yet")

	// ErrUnknownOutcome says that the connection was lost while an append ran, and the database did
	// not come back in time to find out what became of it.
	ErrUnknownOutcome = errors.New("outcome of the append is unknown")

	// ErrOverloaded says that more appends are waiting than the bound allows. Nothing was appended.
	ErrOverloaded = errors.New("too many appends are waiting")
)

// Rejection is a business rule's refusal of a command. It is an answer, not a failure.
type Rejection struct {
	Code   string // stable, snake_case: clients branch on it
	Detail string // for people; names the rule and the unit
}

func (r *Rejection) Error() string { return r.Code + ": " + r.Detail }
