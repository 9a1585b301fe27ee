package batch

import (
	"errors"
	"strings"

	"example.com/pgcqrs/engine/pg/failure"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
)

// eventError is an error that an event causes: every process fails to decode or apply the event.
type eventError struct{ error }

func (e *eventError) Unwrap() error { return e.error }

// BlamesEvent reports whether err was caused by an event that can't be applied, and not by the
// database. A missing table or right is the database's fault: the batch is retried for ever, and no
// stream is parked.
func BlamesEvent(err error) bool {
	if _, ok := errors.AsType[*eventError](err); ok || errors.Is(err, event.ErrInapplicable) {
		return true
	}
	if _, ok := errors.AsType[*pgconn.PgError](err); !ok {
		return cannotEncode(err)
	}
	return failure.OfValue(err)
}

// cannotEncode reports whether pgx could not encode an argument, such as a number too large for its
// column. pgx has closed the connection after such an error.
func cannotEncode(err error) bool {
	building, ok := errors.AsType[pgx.ErrPreprocessingBatch](err)
	return ok && strings.Contains(building.Error(), "(build)") // pgx marks its own step with (build); the other step happens at the server
}

// Storable returns the text of err, in which it replaces bytes that a text column can't store.
func Storable(err error) string {
	return strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", "\uFFFD"), "\uFFFD")
}
