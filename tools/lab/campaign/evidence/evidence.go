//go:build linux

package evidence

import (
	"maps"
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/history"
)

// Evidence is the history of a run, with indexes.
type Evidence struct {
	History *history.History
	ByKey   map[uuid.UUID][]answers.Call  // calls of each command, in the order in which they were sent
	Caused  map[uuid.UUID][]history.Event // events that each command of a client caused, by the command's key
	Streams map[uuid.UUID][]history.Event // events of each account, customer or transfer, in the order of the log

	// Transfers contains the events of each transfer, in the order of the log. These are the events
	// of the transfer's stream, and the events by which the transfer changed the two accounts.
	Transfers map[uuid.UUID][]history.Event
}

func New(h *history.History) *Evidence {
	e := &Evidence{
		h, make(map[uuid.UUID][]answers.Call), make(map[uuid.UUID][]history.Event), make(map[uuid.UUID][]history.Event), make(map[uuid.UUID][]history.Event),
	}
	for _, c := range h.Calls {
		e.ByKey[c.Command.Key] = append(e.ByKey[c.Command.Key], c)
	}
	for _, recorded := range h.Log {
		if !recorded.Workflow { // what a workflow does has the key of the command that began it
			e.Caused[recorded.Key] = append(e.Caused[recorded.Key], recorded)
		}
		if recorded.Transfer != uuid.Nil {
			e.Transfers[recorded.Transfer] = append(e.Transfers[recorded.Transfer], recorded)
		}
		e.Streams[recorded.Account] = append(e.Streams[recorded.Account], recorded)
	}
	return e
}

// AccountsOf returns the ids of all accounts, customers and transfers, in no particular order.
func AccountsOf(e *Evidence) []uuid.UUID { return slices.Collect(maps.Keys(e.Streams)) }
