package epoch

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// header carries an epoch, in requests and in answers.
const header = "Log-Epoch"

// Epochs finds out which history of the log answers belong to. uuid.Nil says that it is not known.
type Epochs struct {
	Written Epoch // of the log that commands are appended to
	Read    Epoch // of the log that queries read, perhaps on a replica
}

// Epoch finds out the epoch of one database's log.
type Epoch struct {
	Known func() uuid.UUID                         // as it was a moment ago, without a query
	Now   func(context.Context) (uuid.UUID, error) // as it is now
}

// set names the epoch in an answer, if it is known.
func set(w http.ResponseWriter, epoch uuid.UUID) {
	if epoch != uuid.Nil {
		w.Header().Set(header, epoch.String())
	}
}

// withDefaults returns an Epoch that is never known if e has no functions.
func (e Epoch) withDefaults() Epoch {
	if e.Known == nil {
		e.Known = func() uuid.UUID { return uuid.Nil }
	}
	if e.Now == nil {
		e.Now = func(context.Context) (uuid.UUID, error) { return uuid.Nil, event.ErrUnavailable }
	}
	return e
}

// WithDefaults returns Epochs that are never known where e has no functions.
func (e Epochs) WithDefaults() Epochs {
	return Epochs{Written: e.Written.withDefaults(), Read: e.Read.withDefaults()}
}
