package problem

import (
	"context"
	"errors"
	"io"
	"net"

	"example.com/pgcqrs/engine/pg"
)

// unreachable says that time was up or the database away.
func unreachable(err error) bool {
	for _, known := range []error{context.DeadlineExceeded, context.Canceled, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, known) {
			return true
		}
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	if pg.IsConnect(err) {
		return true
	}
	switch pg.SQLClass(err) {
	case "08", "40", "53", "57": // connection, rolled back (by a standby that has to go on), resources, operator's intervention
		return true
	}
	return false
}
