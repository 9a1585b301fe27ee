package epoch

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// header names an epoch, in requests and in answers.
const header = "Log-Epoch"

// Epochs tell which history of the log answers belong to. uuid.Nil says that it is not known.
type Epochs struct {
	Written Epoch // of the log that commands are appended to
	Read    Epoch // of the log that queries read, on a replica perhaps
}

// Epoch is that of one database's log.
type Epoch struct {
	Known func() uuid.UUID                         // as it was a moment ago
	Now   func(context.Context) (uuid.UUID, error) // as it is
}

// set tells an answer's epoch.
func set(w http.ResponseWriter, epoch uuid.UUID) {
	if epoch != uuid.Nil {
		w.Header().Set(header, epoch.String())
	}
}

// withDefaults has a log that nobody tells the epoch of.
func (e Epoch) withDefaults() Epoch {
	if e.Known == nil {
		e.Known = func() uuid.UUID { return uuid.Nil }
	}
	if e.Now == nil {
		e.Now = func(context.Context) (uuid.UUID, error) { return uuid.Nil, event.ErrUnavailable }
	}
	return e
}

// WithDefaults has logs that nobody tells the epochs of, where Known or Now are nil.
func (e Epochs) WithDefaults() Epochs {
	return Epochs{Written: e.Written.withDefaults(), Read: e.Read.withDefaults()}
}
