package react

import (
	"errors"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// decode decodes a run of events. If this program does not know an event, decode returns an error,
// and the workflow does not continue in this process. A newer version of the program has written
// the event, and can react to it.
func (r *Reactor) decode(run []event.Recorded) (today []event.Recorded, err error) {
	for _, e := range run {
		if e.Event, err = r.Decode(e.Type, e.SchemaVersion, e.Data); err != nil {
			return nil, fmt.Errorf("event %d (%s): %w", e.Position, e.Type, err)
		}
		if _, dropped := e.Event.(event.Dropped); dropped {
			continue
		}
		today = append(today, e.Parts()...)
	}
	return today, nil
}

// due is an event and the instance to which it belongs.
type due struct {
	instance uuid.UUID
	event    event.Recorded
}

// correlate returns the events that belong to instances.
func (r *Reactor) correlate(today []event.Recorded) (correlated []due, err error) {
	for _, e := range today {
		id, ok, err := r.instanceOf(e)
		if err != nil {
			return nil, err
		}
		if ok {
			correlated = append(correlated, due{id, e})
		}
	}
	return correlated, nil
}

// instanceOf calls Correlate. If Correlate panics, it is not known which instance to park.
// Therefore instanceOf returns an error, which interrupts the whole workflow.
func (r *Reactor) instanceOf(e event.Recorded) (id uuid.UUID, ok bool, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("event %d (%s): panic in Correlate: %v", e.Position, e.Type, reason)
		}
	}()
	id, ok = r.Workflow.Correlate(e)
	if ok && id == uuid.Nil {
		return id, false, fmt.Errorf("event %d (%s): %w", e.Position, e.Type, errNoID)
	}
	return id, ok, nil
}

var errNoID = errors.New("the instance of Correlate has no id")
