package epoch

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// header is the name of the HTTP header with an epoch, in requests and in answers.
const header = "Log-Epoch"

// Epochs has functions that return the epoch of the log in two databases: the database to which
// commands write, and the database that queries read. The epoch uuid.Nil means that the epoch is
// not known.
type Epochs struct {
	Written Epoch // epoch of the log to which commands are appended
	Read    Epoch // epoch of the log that queries read, perhaps on a replica
}

// Epoch has two functions that return the epoch (the name of the history) of a database's log.
type Epoch struct {
	Known func() uuid.UUID                         // returns the last known epoch without asking the database
	Now   func(context.Context) (uuid.UUID, error) // asks the database for its current epoch
}

// set sets the header Log-Epoch of an answer if the epoch is known.
func set(w http.ResponseWriter, epoch uuid.UUID) {
	if epoch != uuid.Nil {
		w.Header().Set(header, epoch.String())
	}
}

// withDefaults replaces a missing Known by a function that returns uuid.Nil, and a missing Now by a
// function that returns event.ErrUnavailable.
func (e Epoch) withDefaults() Epoch {
	if e.Known == nil {
		e.Known = func() uuid.UUID { return uuid.Nil }
	}
	if e.Now == nil {
		e.Now = func(context.Context) (uuid.UUID, error) { return uuid.Nil, event.ErrUnavailable }
	}
	return e
}

// WithDefaults replaces the missing functions of both databases (see Epoch.withDefaults).
func (e Epochs) WithDefaults() Epochs {
	return Epochs{Written: e.Written.withDefaults(), Read: e.Read.withDefaults()}
}
