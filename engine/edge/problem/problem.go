package httpapi

import (
	"errors"
	"fmt"
	"strings"
)

// What can be wrong with a request before anybody looks at what it asks for.
var (
	errNoRoute            = errors.New("no such route")
	errMethod             = errors.New("method not allowed")
	errMediaType          = errors.New("body is not application/json")
	errBodyTooLarge       = errors.New("body is too large")
	errBodyTimeout        = errors.New("body did not arrive in time")
	errPositionNotReached = errors.New("read model is not at the position yet")
	errTooManyRequests    = errors.New("rate limit exceeded")
	errReadFailed         = errors.New("query failed")
	errWeakTag            = errors.New("If-Match has a weak tag")
	errPanic              = errors.New("panic")
)

// scopeMissing says that the caller's token was not given for what the operation needs.
type scopeMissing struct{ scope string }

func (s scopeMissing) Error() string { return "token is without the scope " + s.scope }

// invalid names each field that is wrong with a request.
type invalid []FieldError

func (i invalid) Error() string {
	fields := make([]string, len(i))
	for n, field := range i {
		fields[n] = field.Field
	}
	return "invalid request: " + strings.Join(fields, ", ")
}

// notReady says that the process can't take requests. Its text may be shown.
type notReady struct{ error }

// positioned is an error that reflects a position of the log, as a row would.
type positioned struct {
	error
	position int64
}

func (p positioned) Unwrap() error { return p.error }

// at adds the position to an error of a query, which knows it unless the query
// failed as a whole.
func at(position int64, err error) error {
	if position == 0 {
		return err
	}
	return positioned{fmt.Errorf("query read model: %w", err), position}
}
