package event

import "errors"

var (
	// ErrConflict says that a stream is not at the expected version, or that an event matches the
	// append's Condition. Nothing was appended. The caller can read the events and decide the
	// command again.
	ErrConflict = errors.New("stream is not at the expected version, or an event matches the condition")

	// ErrLogChanged says that the log went back to an earlier state, for example by a restore.
	// Events that were read before may be missing now. Nothing was appended. The caller can load
	// the stream and decide the command again.
	ErrLogChanged = errors.New("the log went back")

	// ErrStreamNotFound says that a stream has no events. Decide returns ErrStreamNotFound for a
	// command that needs the stream to exist.
	ErrStreamNotFound = errors.New("stream not found")

	// ErrOtherStream says that the log already has a stream of another type with this id. No two
	// streams of any type have the same id.
	ErrOtherStream = errors.New("stream is of another type")

	// ErrAnswered says that an answer is already stored under the append's idempotency key. Nothing
	// was appended.
	ErrAnswered = errors.New("idempotency key already has an answer")

	// ErrRecorded says that the log already has an event of an append with the same Identity: the
	// work was done before. Nothing was appended.
	ErrRecorded = errors.New("the events of this identity are in the log already")

	// ErrUnknownEvent says that an event has a type or a schema version that this program does not
	// know. For example, a newer version of the program may have written the event.
	ErrUnknownEvent = errors.New("event is of another version of this program")

	// ErrInapplicable says that a projection can't apply an event to the projection's tables.
	ErrInapplicable = errors.New("event can't be applied")

	// ErrNotBuilt says that a read model is still being built: its projection has never reached the
	// end of the log. An answer from the read model would lack old data, and not only recent
	// changes.
	ErrNotBuilt = errors.New("read model is not built yet")

	// ErrBeyondLog says that a caller waits for a position that is far beyond the last event of the
	// log. The log can't reach this position in the time that the caller may wait.
	ErrBeyondLog = errors.New("position is far above the log's head")

	// ErrUnavailable says that the log could not be reached in time, and that nothing was appended.
	// The caller may send the same command again.
	ErrUnavailable = errors.New("event log is unavailable")

	// ErrUnfinished says that a stream is too long to be read in the time of one request. The
	// process stores in memory the state after the events that it has read. A retry of the request
	// reads the events that follow.
	ErrUnfinished = errors.New("stream is not read to its end yet")

	// ErrUnknownOutcome says that it is not known whether the events were appended. For example,
	// the connection was lost during the append, and the database could not be reached in time to
	// find out. Or the caller stopped waiting during the append.
	ErrUnknownOutcome = errors.New("outcome of the append is unknown")

	// ErrOverloaded says that too many appends are waiting already. Nothing was appended.
	ErrOverloaded = errors.New("too many appends are waiting")
)

// Rejection says that a business rule forbids a command. A Rejection is an ordinary answer, not a
// failure of the service.
type Rejection struct {
	Code   string // in snake_case; a code never changes, because clients distinguish rejections by it
	Detail string // text for people; it names the rule, and the unit of each number
}

func (r *Rejection) Error() string { return r.Code + ": " + r.Detail }
