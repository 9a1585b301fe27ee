package problem

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"example.com/pgcqrs/engine/event"
)

// Fail is a function that answers a request with the problem details (RFC 9457) of an error.
type Fail = func(w http.ResponseWriter, r *http.Request, err error)

// These errors say why a request has failed. Most of them are found before the operation runs.
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

	// ErrTooManyQueries wraps event.ErrOverloaded: a query got no execution slot in time.
	ErrTooManyQueries = fmt.Errorf("queries: %w", event.ErrOverloaded)
	// ErrTooManyWaits wraps event.ErrOverloaded: a read can't wait, because too many reads already
	// wait.
	ErrTooManyWaits  = fmt.Errorf("waits: %w", event.ErrOverloaded)
	ErrTooManyAtOnce = errors.New("too many requests at once")

	// ErrParked says that a read can't reflect its Min-Position, because the read model has
	// parked the stream.
	ErrParked     = errors.New("read model has parked the stream at the position or before it")
	ErrLogChanged = errors.New("the log is not in the client's epoch any more")
)

// ScopeMissing says that the caller's token does not grant the scope that the operation requires.
type ScopeMissing struct{ Scope string }

func (s ScopeMissing) Error() string { return "token is without the scope " + s.Scope }

// FieldError is an error in one field of a request.
type FieldError struct {
	Field  string  `json:"field"` // name of a field of the body, a parameter or a header; "body": the whole body
	Rule   *string `json:"rule,omitempty"`
	Detail string  `json:"detail"`
}

// Invalid has the errors in the fields of a request.
type Invalid []FieldError

func (i Invalid) Error() string {
	fields := make([]string, len(i))
	for n, field := range i {
		fields[n] = field.Field
	}
	return "invalid request: " + strings.Join(fields, ", ")
}

// NotReady says that the process can't handle requests. The client may see the text of a
// NotReady.
type NotReady struct{ Err error }

func (n NotReady) Error() string { return n.Err.Error() }

// Positioned is an error of a query, together with the log position up to which the query has read.
type Positioned struct {
	Err      error
	Position int64
}

func (p Positioned) Error() string { return p.Err.Error() }

// Unwrap returns the error without the position.
func (p Positioned) Unwrap() error { return p.Err }

// At adds a log position to the error of a query. If position is 0, the query has failed before it
// read the position, and At returns the error unchanged.
func At(position int64, err error) error {
	if position == 0 {
		return err
	}
	return Positioned{fmt.Errorf("query read model: %w", err), position}
}
