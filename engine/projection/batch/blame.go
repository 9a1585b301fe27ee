package batch

import (
	"errors"
	"strings"

	"example.com/pgcqrs/engine/pg/failure"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
)

// eventError is an error whose cause is an event: every process would fail to decode or apply this
// event.
type eventError struct{ error }

func (e *eventError) Unwrap() error { return e.error }

// BlamesEvent reports whether err was caused by an event that can't be applied, and not by the
// database. For a missing table or a missing right, BlamesEvent returns false: the batch is then
// retried until it succeeds, and no stream is parked.
func BlamesEvent(err error) bool {
	if _, ok := errors.AsType[*eventError](err); ok || errors.Is(err, event.ErrInapplicable) {
		return true
	}
	if _, ok := errors.AsType[*pgconn.PgError](err); !ok {
		return cannotEncode(err)
	}
	return failure.OfValue(err)
}

// cannotEncode reports whether pgx could not encode an argument of a statement, such as a number
// that is too large for its column. pgx closes the connection after such an error.
func cannotEncode(err error) bool {
	building, ok := errors.AsType[pgx.ErrPreprocessingBatch](err)
	return ok && strings.Contains(building.Error(), "(build)") // pgx marks its encoding step with (build); other errors come from the server
}

// Storable returns the text of err, in a form that a text column can store: Storable replaces all
// bytes that the column can't store.
func Storable(err error) string {
	return strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", "\uFFFD"), "\uFFFD")
}
