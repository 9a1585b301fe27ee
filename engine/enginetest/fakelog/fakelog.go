package fakelog

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Log is an event log in memory.
type Log struct {
	mu      sync.Mutex
	events  []recorded
	answers map[string]event.Answered
	before  func() // is called before each append; nil: nothing is called
}

// recorded is an event of the log, with its tags.
type recorded struct {
	event event.Recorded
	tags  []string
}

// New returns a Log without events.
func New() *Log { return &Log{answers: make(map[string]event.Answered)} }

// BeforeAppend sets a function that the log calls before each append. The function may use the log.
// For example, it may append an event, as another process would.
func (l *Log) BeforeAppend(do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.before = do
}

// Events returns the number of events in the log.
func (l *Log) Events() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.events)
}

// Load reads the events of a stream after the version in the parameter after, and calls the
// function each with every event.
func (l *Log) Load(_ context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error {
	for _, e := range l.copied() {
		if e.event.StreamID != id || e.event.Version <= after {
			continue
		}
		if e.event.StreamType != streamType {
			return fmt.Errorf("%w: %s", event.ErrOtherStream, id)
		}
		if err := each(e.event); err != nil {
			return err
		}
	}
	return nil
}

// Matching reads the events after a position, and calls the function each with every event that at
// least one of the items selects. Matching returns an append condition. An append under this
// condition is refused if the log has got a further event that the items select.
func (l *Log) Matching(_ context.Context, items []event.Item, after int64, each func(event.Recorded) error) (event.Condition, error) {
	c := event.Condition{Items: items}
	if err := event.CheckItems(items); err != nil {
		return event.Condition{}, err
	}
	for _, e := range l.copied() {
		c.After, c.Last = e.event.Position, e.event.ID
		if e.event.Position <= after || !c.Matches(e.event.Type, e.tags) {
			continue
		}
		if err := each(e.event); err != nil {
			return event.Condition{}, err
		}
	}
	return c, nil
}

// Answers returns the answers that are stored under the given idempotency keys.
func (l *Log) Answers(_ context.Context, keys []string) (map[string]event.Answered, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := make(map[string]event.Answered)
	for _, key := range keys {
		if a, ok := l.answers[key]; ok {
			found[key] = a
		}
	}
	return found, nil
}

// copied returns a copy of the list of events. So a function that is called for each event may use
// the log meanwhile.
func (l *Log) copied() []recorded {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clip(l.events)
}
