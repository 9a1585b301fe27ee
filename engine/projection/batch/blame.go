package batch

import (
	"errors"
	"strings"

	"example.com/pgcqrs/engine/pg/failure"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/event"
)

// eventError is the fault of an event: it can't be decoded or applied, whichever process tries.
type eventError struct{ error }

func (e *eventError) Unwrap() error { return e.error }

// BlamesEvent distinguishes an event that can't be applied from a database that can't be used. A
// missing table or right is the latter: it is retried for ever, and parks nothing.
func BlamesEvent(err error) bool {
	if _, ok := errors.AsType[*eventError](err); ok || errors.Is(err, event.ErrInapplicable) {
		return true
	}
	if _, ok := errors.AsType[*pgconn.PgError](err); !ok {
		return cannotEncode(err)
	}
	return failure.OfValue(err)
}

// cannotEncode reports whether pgx had no way to send an argument, such as a number too large for
// its column. pgx has then closed the connection.
func cannotEncode(err error) bool {
	building, ok := errors.AsType[pgx.ErrPreprocessingBatch](err)
	return ok && strings.Contains(building.Error(), "(build)") // the other step is the server's
}

// Storable returns an error's text without characters that a text column does not accept.
func Storable(err error) string {
	return strings.ToValidUTF8(strings.ReplaceAll(err.Error(), "\x00", "\uFFFD"), "\uFFFD")
}
