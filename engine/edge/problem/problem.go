package problem

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"example.com/pgcqrs/engine/event"
)

// Fail answers a request with an error.
type Fail = func(w http.ResponseWriter, r *http.Request, err error)

// Errors of a request that are found before its operation runs.
var (
	ErrNoRoute            = errors.New("no such route")
	ErrMethod             = errors.New("method not allowed")
	ErrMediaType          = errors.New("body is not application/json")
	ErrBodyTooLarge       = errors.New("body is too large")
	ErrBodyTimeout        = errors.New("body did not arrive in time")
	ErrPositionNotReached = errors.New("read model is not at the position yet")
	ErrTooManyRequests    = errors.New("rate limit exceeded")
	ErrReadFailed         = errors.New("query failed")
	ErrWeakTag            = errors.New("If-Match has a weak tag")
	ErrPanic              = errors.New("panic")
	ErrNotAcceptable      = errors.New("no form that the client accepts")
	ErrPositionAhead      = errors.New("the position is ahead of the log")
	ErrTooManyStreams     = errors.New("too many subscribers")

	// ErrTooManyQueries is ErrOverloaded for queries.
	ErrTooManyQueries = fmt.Errorf("queries: %w", event.ErrOverloaded)
	// ErrTooManyWaits is ErrOverloaded for reads that wait.
	ErrTooManyWaits  = fmt.Errorf("waits: %w", event.ErrOverloaded)
	ErrTooManyAtOnce = errors.New("too many requests at once")

	// ErrParked says that a read can't reflect the position that it asks for, because the stream is
	// parked.
	ErrParked     = errors.New("read model has parked the stream at the position or before it")
	ErrLogChanged = errors.New("the log is not in the client's epoch any more")
)

// ScopeMissing says that the caller's token does not grant the scope that the operation requires.
type ScopeMissing struct{ Scope string }

func (s ScopeMissing) Error() string { return "token is without the scope " + s.Scope }

// FieldError says what is wrong with a field of a request.
type FieldError struct {
	Field  string  `json:"field"` // of the body, a parameter or a header; "body": the body as a whole
	Rule   *string `json:"rule,omitempty"`
	Detail string  `json:"detail"`
}

// Invalid names each wrong field of a request.
type Invalid []FieldError

func (i Invalid) Error() string {
	fields := make([]string, len(i))
	for n, field := range i {
		fields[n] = field.Field
	}
	return "invalid request: " + strings.Join(fields, ", ")
}

// NotReady says that the process can't take requests. Its text may be shown.
type NotReady struct{ Err error }

func (n NotReady) Error() string { return n.Err.Error() }

// Positioned is an error that reflects a position of the log, as a row does.
type Positioned struct {
	Err      error
	Position int64
}

func (p Positioned) Error() string { return p.Err.Error() }

// Unwrap returns the error itself.
func (p Positioned) Unwrap() error { return p.Err }

// At adds the position to an error of a query, which reports a position unless it failed as a
// whole.
func At(position int64, err error) error {
	if position == 0 {
		return err
	}
	return Positioned{fmt.Errorf("query read model: %w", err), position}
}
