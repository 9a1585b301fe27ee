package problem

import (
	"context"
	"errors"
	"io"
	"net"

	"example.com/pgcqrs/engine/pg/failure"
)

// unreachable reports whether an error is a timeout, or says that the database can't be reached.
func unreachable(err error) bool {
	for _, known := range []error{context.DeadlineExceeded, context.Canceled, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, known) {
			return true
		}
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return failure.IsConnect(err) || failure.CutOff(err)
}
