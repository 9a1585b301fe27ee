package batch

import (
	"errors"
	"strings"

	"example.com/pgcqrs/engine/pg/failure"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
)

// eventError is an event's own fault: it can't be decoded or applied, whoever tries.
type eventError struct{ error }

func (e *eventError) Unwrap() error { return e.error }

// BlamesEvent tells an event that can't be applied from a database that can't be
// used. A missing table or right is the latter: tried again for ever, never parked.
func BlamesEvent(err error) bool {
	if _, ok := errors.AsType[*eventError](err); ok || errors.Is(err, event.ErrInapplicable) {
		return true
	}
	if _, ok := errors.AsType[*pgconn.PgError](err); !ok {
		return cannotEncode(err)
	}
	return failure.OfValue(err)
}

// cannotEncode says that pgx had no way to send an argument, as a number too large
// for its column. It has closed the connection over it.
func cannotEncode(err error) bool {
	building, ok := errors.AsType[pgx.ErrPreprocessingBatch](err)
	return ok && strings.Contains(building.Error(), "(build)") // the other step is the server's
}

// Storable returns an error's text without what a text column does not take.
func Storable(err error) string {
	return strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", "\uFFFD"), "\uFFFD")
}
